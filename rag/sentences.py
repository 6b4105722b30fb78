"""Sentences of a text with exact offsets: ``text[s.start:s.end] == s.text``.

Lines are blocks (paragraph, list item, quotation, heading, table row); sentences are
found inside blocks. A paragraph that was hard-wrapped over several lines is one block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Block(StrEnum):
    """What kind of block a sentence stands in."""

    PROSE = "prose"
    ITEM = "item"
    HEADING = "heading"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without surrounding space or list marker; code-point offsets."""

    start: int
    end: int
    text: str
    block: Block = Block.PROSE
    first: bool = True  # first sentence of its block


# Never end a sentence before a capital: titles and references.
_TITLES = frozenset(
    "mr mrs ms mx dr prof sen rep gov gen col lt sgt capt rev hon pres st mt ft no nos vol fig "
    "figs sec ch art pp p ed eds cf vs v eg ie e.g i.e al approx est dept univ jan feb mar apr jun "
    "jul aug sep sept oct nov dec".split()
)
# May end one: only where the next word is a usual opening of a sentence.
_MAYBE = frozenset(
    "inc corp co ltd llc plc bros jr sr etc u.s u.k u.n e.u d.c u.s.a a.m p.m ph.d m.d b.a m.s "
    "a.i l.a n.y calif mass wash assn intl bn mn".split()
)
_OPENERS = frozenset(
    "the a an in on at it its this that these those he she they we i you his her their our but and "
    "or so for if when while as after before since although though however meanwhile still yet "
    "also by with from to under over according last next there here what why how who where which "
    "some many most all both each no not one two three more another other such then now".split()
)
_STOP = re.compile(r"[.!?…]+[\"'”’»)\]*_]*(?=\s)|[。！？]+[”’」』）]*")
_NEXT = re.compile(r"\s+[\"'“‘«(\[*_#@]*(\S)")
_WORD = re.compile(r"([\w.&'’-]+?)\.?$")
_ITEM = re.compile(r"\s*(?:[-*+•‣▪–]\s+|\(?\d{1,3}[.)]\s+|[a-z]\)\s+)")
_QUOTE = re.compile(r"\s*(?:>\s?)+")
_HEADING = re.compile(r"\s*#{1,6}\s+")
_TABLE = re.compile(r"\s*\|.*\|\s*$")
_RULE = re.compile(r"\s*(?:[-*_=~]\s*){3,}$|\s*\|?[\s:|-]+\|[\s:|-]*$|\s*```")
# A line at least this long without final punctuation was wrapped, not ended.
_WRAP = 55


def split(text: str, *, headings: bool = False) -> list[Sentence]:
    """The sentences of ``text`` in order.

    :param headings: also give heading lines, as one sentence each
    """
    found: list[Sentence] = []
    for start, end, block in _blocks(text):
        if block is Block.HEADING and not headings:
            continue
        if block in (Block.HEADING, Block.TABLE):
            found.append(Sentence(start, end, text[start:end], block))
            continue
        first = True
        for left, right in _inside(text, start, end):
            found.append(Sentence(left, right, text[left:right], block, first))
            first = False
    return found


def _blocks(text: str) -> Iterator[tuple[int, int, Block]]:
    """Offsets of the blocks without markers and surrounding space."""
    pending: tuple[int, int, Block] | None = None
    for match in re.finditer(r"[^\n]+", text):
        line = match.group()
        start, end, block = _line(line, match.start())
        gap = text[pending[1] : match.start()] if pending else ""
        if (
            pending is not None
            and block is Block.PROSE
            and start - match.start() == len(line) - len(line.lstrip())
            and gap.count("\n") == 1
            and _wrapped(text[pending[0] : pending[1]])
        ):
            pending = (pending[0], end, pending[2])
            continue
        if pending is not None:
            yield pending
        pending = (start, end, block) if start < end else None
        if block in (Block.HEADING, Block.TABLE) and pending is not None:
            yield pending
            pending = None
    if pending is not None:
        yield pending


def _line(line: str, offset: int) -> tuple[int, int, Block]:
    end = offset + len(line.rstrip())
    if not line.strip() or _RULE.match(line):
        return end, end, Block.PROSE
    skip = 0
    quoted = _QUOTE.match(line)
    if quoted:
        skip = quoted.end()
    block = Block.PROSE
    if _HEADING.match(line, skip):
        skip, block = _HEADING.match(line, skip).end(), Block.HEADING  # type: ignore[union-attr]
    elif _TABLE.match(line, skip):
        block = Block.TABLE
    else:
        item = _ITEM.match(line, skip)
        if item:
            skip, block = item.end(), Block.ITEM
    skip += len(line[skip:]) - len(line[skip:].lstrip())
    return min(offset + skip, end), end, block


def _wrapped(block: str) -> bool:
    last = block.rsplit("\n", 1)[-1].rstrip()
    return len(last) >= _WRAP and last[-1] not in '.!?…:;"”’)|'


def _inside(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    left = start
    for match in _STOP.finditer(text, start, end):
        if match.end() >= end or not _ends(text, match, left, end):
            continue
        yield left, match.end()
        left = match.end()
        while left < end and text[left].isspace():
            left += 1
    while left < end and text[left].isspace():
        left += 1
    right = end
    while right > left and text[right - 1].isspace():
        right -= 1
    if left < right:
        yield left, right


def _ends(text: str, stop: re.Match[str], left: int, end: int) -> bool:
    """Whether this full stop, exclamation or question mark ends a sentence."""
    if stop.group()[0] in "。！？":
        return True
    after = _NEXT.match(text, stop.end(), end)
    if after is None:
        return False
    following = after.group(1)
    if following.islower():
        return False  # "Amazon.com Inc. has", "Yahoo! said", "…" in mid-sentence
    if stop.group()[0] != ".":
        return True
    if stop.group().startswith(".."):
        return following.isupper()
    before = text[left : stop.start()].rsplit(None, 1)
    word = _WORD.search(before[-1].lstrip("\"'“‘(") if before else "")
    token = word.group(1) if word else ""
    low = token.lower()
    if low in _TITLES:
        # "No. 5" goes on, "It said no. The board" ends; "in Oct. 2024" goes on.
        return (
            low in ("no", "art", "sec", "mar", "may", "ch")
            and not following.isdigit()
            and (token.islower() or low == "mar")
        )
    if low in _MAYBE or re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", token):
        nxt = re.match(r"[\W_]*([\w’']+)", text[stop.end() : end])
        return bool(nxt and nxt.group(1).lower() in _OPENERS)
    if re.fullmatch(r"[A-Z]", token):
        # An initial ("J. Smith"), unless it closes a sentence ("vitamin C. The").
        nxt = re.match(r"[\W_]*([\w’']+)", text[stop.end() : end])
        return bool(nxt and nxt.group(1).lower() in _OPENERS)
    return True
