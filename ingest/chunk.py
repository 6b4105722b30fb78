"""Cut an article's text into passages: whole sentences, within a section, sized to embed.

The text is light Markdown (paragraphs, ``#`` headings, ``- `` items). A passage never
crosses a heading; it begins and ends at sentences, so that a quoted passage reads well,
and its offsets are exact. Word pieces are counted word by word and remembered: BERT's
tokenizer splits at white space first, so that the counts add up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.header import header
from rag.types import Article, Span

LIMIT = 256  # word pieces the encoder reads, header and two special tokens included
# Word pieces of a passage's own text: of 100 to 240, level from 180 on digests, best at 220 on
# news articles (BM25, nuggets in the top 10).
TARGET = 220
SMALL = 40  # a rest below this joins its predecessor where the limit allows

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_BLANK = re.compile(r"^\s*$")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$")
_WORD = re.compile(r"\S+")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
# A word of two letters or more; scripts written without spaces count two signs a word.
_LETTERS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{2}|[^\W\d_]{2,}")
# A sentence ends at .!?… (with closing quotes or brackets) before white space and something
# that can begin a sentence.
_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[A-Z0-9$€£¥#@À-ÖØ-Þ一-鿿])|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|sen|rep|gov|gen|col|lt|sgt|capt|st|jr|sr|vs|no|nos|fig|eq|"
    r"inc|ltd|corp|co|bros|dept|univ|est|approx|al|e\.g|i\.e|cf|u\.s|u\.k|u\.n|d\.c|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)|(?<![\w.])[A-Z])\.$",
    re.IGNORECASE,
)
_ALWAYS_END = re.compile(r"\b(?:Inc|Ltd|Corp|Co|U\.S|U\.K|U\.N|D\.C|al|Jr|Sr)\.$")
_JUNK = re.compile(
    r"\b(?:subscribe|newsletter|sign up|sign in|log ?in|cookies?|privacy policy|terms of "
    r"(?:use|service)|all rights reserved|copyright|advertis\w+|follow us|share this|"
    r"read (?:more|full|the full)|click here|view in browser|unsubscribe|skip to|"
    r"table of contents|related (?:articles|stories)|most read|trending)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Unit:
    """A sentence or a list item; ``size`` in word pieces."""

    start: int
    end: int
    size: int
    opens: bool  # begins a paragraph or a top-level list item


class Chunker:
    """Cuts articles; keeps the counted words between articles, so keep one for a batch.

    :param count: word pieces of a text, without special tokens
    """

    def __init__(self, count: Callable[[str], int]) -> None:
        self._count = count
        self._known: dict[str, int] = {}

    def __call__(self, article: Article) -> list[Span]:
        """The article's passages in order; see :func:`chunk`."""
        spans: list[Span] = []
        for heading, units in self._sections(article.text):
            top = header(article.title, article.published, heading)
            room = max(32, LIMIT - 2 - self.size(top))
            for start, end in self._pack(article.text, units, room):
                if not is_boilerplate(article.text[start:end]):
                    spans.append(Span(start, end, heading))
        return spans

    def size(self, text: str) -> int:
        """Word pieces of a text, adding up its words."""
        known = self._known
        total = 0
        for word in text.split():
            pieces = known.get(word)
            if pieces is None:
                if len(known) > 2_000_000:  # about 200 MB: start over rather than grow for ever
                    known.clear()
                pieces = known[word] = self._count(word)
            total += pieces
        return total

    def _sections(self, text: str) -> Iterator[tuple[str, list[_Unit]]]:
        """Each section's heading path and its sentences; headings themselves are no unit."""
        path: list[tuple[int, str]] = []
        units: list[_Unit] = []
        for start, end, level in _blocks(text):
            if level:
                if units:
                    yield _join(path), units
                    units = []
                title = _HEADING.match(text[start:end])
                while path and path[-1][0] >= level:
                    path.pop()
                path.append((level, _plain(title.group(2)) if title else ""))
            else:
                opens = True
                for a, b in sentences(text, start, end):
                    units.append(_Unit(a, b, self.size(text[a:b]), opens))
                    opens = False
        if units:
            yield _join(path), units

    def _pack(self, text: str, units: list[_Unit], room: int) -> Iterator[tuple[int, int]]:
        """Spans of consecutive units of about TARGET word pieces, never above ``room``."""
        target = min(TARGET, room)
        groups: list[list[_Unit]] = []
        group: list[_Unit] = []
        size = 0
        for unit in self._fitting(text, units, room):
            over = size + unit.size > target
            # Past three quarters a paragraph's or item's beginning is the better place to cut.
            good = unit.opens and size >= target * 3 // 4
            if group and (over or good):
                groups.append(group)
                group, size = [], 0
            group.append(unit)
            size += unit.size
        if group:
            groups.append(group)
        rest = _size(groups[-1]) if len(groups) > 1 else SMALL
        if rest < SMALL and _size(groups[-2]) + rest <= room:
            groups[-2:] = [groups[-2] + groups[-1]]
        for group in groups:
            yield group[0].start, group[-1].end

    def _fitting(self, text: str, units: list[_Unit], room: int) -> Iterator[_Unit]:
        """The units, those above ``room`` cut between words (or within a giant word)."""
        for unit in units:
            if unit.size <= room:
                yield unit
                continue
            start = end = unit.start
            size = 0
            for a, b, pieces in self._words(text, unit, room):
                if size + pieces > room:
                    yield _Unit(start, end, size, start == unit.start and unit.opens)
                    start, size = a, 0
                end = b
                size += pieces
            yield _Unit(start, end, size, False)

    def _words(self, text: str, unit: _Unit, room: int) -> Iterator[tuple[int, int, int]]:
        for match in _WORD.finditer(text, unit.start, unit.end):
            a, b = match.span()
            pieces = self.size(text[a:b])
            if pieces <= room:
                yield a, b, pieces
                continue
            step = max(1, room // 3)  # a character gives one piece, a Hangul syllable three
            for at in range(a, b, step):
                yield at, min(at + step, b), self._count(text[at : min(at + step, b)])


def chunk(article: Article, count: Callable[[str], int]) -> list[Span]:
    """Cut one article into passages, in order, without overlap.

    With its header a passage has at most 256 word pieces. Passages that hold only
    boilerplate, links or headings are left out. The same article gives the same passages.

    :param count: word pieces of a text, from the encoder's tokenizer, without special tokens
    :return: spans of ``article.text`` that begin and end at sentences; a sentence above the
        limit is cut between words
    """
    return Chunker(count)(article)


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of ``text[start:end]``, without the space around them."""
    at = start
    for match in _END.finditer(text, start, end):
        before = text[at : match.end()].rstrip().rstrip("\"'”’»)]")[-12:]
        if _ABBREVIATION.search(before) and not _ends_anyway(
            before, text[match.end() : match.end() + 12]
        ):
            continue
        yield from _strip(text, at, match.end())
        at = match.end()
    yield from _strip(text, at, end)


def is_boilerplate(text: str) -> bool:
    """Whether a passage holds nothing to quote: links, bare names, page furniture."""
    bare = _LINK.sub(" ", text)
    words = _LETTERS.findall(bare)
    if len(words) < 4:
        return not (len(words) >= 2 and any(c.isdigit() for c in bare))
    lines = [line for line in bare.splitlines() if line.strip(" -*•>|#")]
    return bool(lines) and all(_is_furniture(line) for line in lines)


def _is_furniture(line: str) -> bool:
    """A heading, a bare link text, or a short line of page furniture."""
    if _HEADING.match(line) or _RULE.match(line):
        return True
    words = _LETTERS.findall(line)
    if len(words) <= 14 and _JUNK.search(line):
        return True
    ends = line.rstrip().endswith((".", "!", "?", "”", '"', "…", ":"))
    return len(words) <= 3 and not ends and not any(c.isdigit() for c in line)


def _blocks(text: str) -> Iterator[tuple[int, int, int]]:
    """Paragraphs, list items (with continuation lines) and headings: start, end, level."""
    at = 0
    start = end = -1
    for line in text.splitlines(keepends=True):
        bare = line.rstrip()
        heading = _HEADING.match(bare)
        if heading or _BLANK.match(line) or _RULE.match(bare):
            if start >= 0:
                yield start, end, 0
                start = -1
            if heading:
                yield at, at + len(bare), len(heading.group(1))
        else:
            if start >= 0 and _ITEM.match(line):
                yield start, end, 0
                start = -1
            if start < 0:
                start = at
            end = at + len(bare)
        at += len(line)
    if start >= 0:
        yield start, end, 0


def _ends_anyway(before: str, after: str) -> bool:
    """Whether "Inc." or "U.S." before a word that usually begins a sentence ends one."""
    first = after.split(" ", 1)[0]
    return bool(_ALWAYS_END.search(before)) and first in {
        "The", "A", "An", "It", "In", "He", "She", "They", "We", "But", "This", "That", "On",
    }  # fmt: skip


def _strip(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _size(units: list[_Unit]) -> int:
    return sum(unit.size for unit in units)


def _plain(heading: str) -> str:
    return re.sub(r"[*_`]{1,3}", "", heading).strip()


def _join(path: list[tuple[int, str]]) -> str:
    """The last two levels of the heading path."""
    return " › ".join(title for _, title in path[-2:] if title)
