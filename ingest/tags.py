"""Tags with absurdly many attributes, cut before a parser compares each with all others.

libxml2 and Python's SAX reader take time that grows with the square of a tag's attributes:
200,000 of them, two megabytes, keep them busy for eight minutes.
"""

from __future__ import annotations

import re

MOST = 200  # attributes of a tag; real ones have up to about 60
_LONG = 1000  # characters of a tag below which any number of attributes is harmless
_SPACE = 50  # characters between the last attribute kept and the tag's end: white space
_WORK = 30  # times the page's length that may be looked at; only attacks need more
_TAG = re.compile(r"<[a-zA-Z](?:[^\"'>]++|\"[^\"]*+\"?|'[^']*+'?)*+")
_NAME = re.compile(r"<[a-zA-Z][^\s/>]*+")
_ATTRIBUTE = r"[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s>]*+))?+"
_FEW = re.compile(rf"(?:{_ATTRIBUTE}){{0,{MOST}}}+")
_REST = re.compile(rf"(?:{_ATTRIBUTE})*+[\s/]*+")
_SKIPPED = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|xmp)\b[^<>]*>.*?(?:</\1|\Z)", re.I | re.S
)


def few_attributes(markup: str) -> str:
    """``markup`` in which no tag has more than :data:`MOST` attributes; "" for what is
    so entangled that it could not be told in time. Nearly all pages come back as they are.
    """
    if not any(found.end() - found.start() > _LONG for found in _TAG.finditer(markup)):
        return markup
    parts: list[str] = []
    at = kept = work = 0
    while found := _TAG.search(markup, at):
        work += found.end() - found.start()
        if work > _WORK * len(markup):
            return ""
        skipped = _SKIPPED.match(markup, found.start())
        if skipped:  # code, in which "a<b" is no tag
            at = skipped.end()
            continue
        name = _NAME.match(markup, found.start())
        start = name.end() if name else found.end()
        few = _FEW.match(markup, start)
        stop = few.end() if few else start
        rest = _REST.match(markup, stop)
        at = max(rest.end() if rest else stop, found.start() + 2)
        if at - stop > _SPACE:
            parts.append(markup[kept:stop])
            kept = at
    return "".join([*parts, markup[kept:]]) if parts else markup
