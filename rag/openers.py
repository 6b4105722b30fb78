"""Words that open a sentence with a capital letter and are no names: "Doubts", "Former".

The list (``ordinary.txt``, one word a line) is our own. Of its words none was written with a
capital letter within the sentences of two news collections more than about one time in three.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from rag.facts import names
from rag.words import stem

_FIRST = re.compile(r"[\"“'‘(]*([A-Z][a-z]+)(?=[\s,;:]|-[a-z])")

_CALLING = re.compile(r"(?:ologist|icist|ician|grapher|keeper|worker|woman|holder|maker)s?$")


@cache
def ordinary() -> frozenset[str]:
    """The stems of words that are no names."""
    listed = (files("rag") / "ordinary.txt").read_text("utf-8").split()
    return frozenset(map(stem, listed))


def uncapitalised(sentence: str, source: str) -> str:
    """``sentence`` with a small first letter where its first word is an ordinary one.

    :param source: where the word stands as (part of) a name within a sentence, it stays as it is
    """
    first = _FIRST.match(sentence)
    if first is None:
        return sentence
    word = first.group(1)
    plain = stem(word) in ordinary() or _CALLING.search(word)
    if not plain or any(word.lower() in name.tokens for name in names(source) if not name.opens):
        return sentence
    at = first.start(1)
    return sentence[:at] + sentence[at].lower() + sentence[at + 1 :]
