"""Near-duplicates: a small signature of each text from which copies are recognised.

The signature is a MinHash (datasketch) of the text's word triples, wire boilerplate and
datelines left out, plus a second, smaller one of its names and figures. Copies of a story
share most of both. Two reports written from one template ("Shares of A fell 3% …") share
the wording but not the names and figures, and two newsrooms' own reports of one event
share the names and figures but not the wording: both are told apart from copies.

    keys = bands(signature(text))       # for an indexed look-up of candidates
    copy = similarity(a, b) >= COPY     # for each candidate

Nothing is kept in memory: the store keeps signatures and band keys in its own tables.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np

COPY = 0.5
"""Least :func:`similarity` of two copies of one story (0 to 1).

On 5,353 general and AI-news articles, pairs of separate reports stay below 0.45 but for
columns that reuse their own text; copies with 3-8% of words replaced, 20% of sentences
dropped, or another dateline, byline and wire note are found in 96-99% of cases."""

WINDOW_DAYS = 14
"""Copies of one story appear within this many days of one another, where both dates are
known: the next issue of a daily column, or last year's seasonal one, is another story."""

_WORDING = 128  # permutations for the wording: standard error 0.04 at 0.5
_FACTS = 64  # permutations for names and figures
_ROWS = 4  # signature rows in a band: 32 bands find 0.87 of pairs at 0.5, 0.99 at 0.6
_BANDS = _WORDING // _ROWS
_SHINGLE = 3  # words
_HEAD = struct.Struct("<BII")  # format, number of wording shingles, number of facts
_FORMAT = 1
_SIZE = _HEAD.size + 4 * (_WORDING + _FACTS)
_LONGEST = 4000  # words read of a text: copies agree from the start; bounds the work
_LEAST_WORDS = 12  # below this a text has no wording of its own
_LEAST_FACTS = 8  # below this names and figures decide nothing
_SAME_FACTS = 0.75  # least share of the poorer text's names and figures that copies share:
# daily columns from one template ("5 things to know for …") reach 0.72, edited copies 0.85
_LEAST_SHARE = 0.4  # a shortened copy keeps at least this share of the shingles
_CONTAINED = 0.8  # share of the shorter text's shingles that makes it a shortened copy

_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # Chinese, Japanese, Korean: by character
    r"|[^\W_](?:[^\W_]|[.,'’&](?=[^\W_]))*"
)
_DATELINE = re.compile(
    r"^(?:[A-ZÀ-Þ][\w.'’]{0,30}[ ,/]+){0,5}[A-ZÀ-Þ][\w.'’]{0,30}[ ,/]*"  # SAN JOSE, Calif.,
    r"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:, \d{4})?,? ?)?"
    r"(?:\([^()\n]{2,40}\) ?)?"  # (Reuters)
    r"(?:--|[—–]|- ) ?"
)
_BOILERPLATE = re.compile(
    r"^[\W_]*(?:"
    r"(?:additional )?(?:reporting|writing|editing|compiled|edited|reported|translated) by\b"
    r"|by [A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){0,3}\W*$"
    r"|(?:this|the) (?:story|article|report|piece|post|text)\b.{0,40}?\b"
    r"(?:originally|first|was (?:produced|provided|distributed|syndicated)|appeared|has been)\b"
    r"|(?:originally |first |re)?published (?:by|on|in|at|with)\b|reprinted\b"
    r"|(?:syndicated|distributed|provided|via|source|from)\b.{0,60}$"
    r"|(?:©|\(c\)|copyright)"
    r"|all rights reserved|our standards|disclaimer|disclosure"
    r"|(?:click|tap|sign up|subscribe|follow|read|see|related|more|share|photo|image)\b.{0,80}$"
    r")",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_MARKUP = re.compile(r"^[\s#>*+-]+|[*_`]+", re.MULTILINE)


def signature(text: str) -> bytes:
    """The signature of an article's text (not its title: copies carry other headlines).

    :param text: clean text or light Markdown
    :returns: 777 bytes, the same for the same text on every machine; empty where the text
        is too short (under 12 words) to have a wording of its own
    """
    lines = list(_lines(text))
    words = [w for line in lines for w in _WORD.findall(line)][:_LONGEST]
    if len(words) < _LEAST_WORDS:
        return b""
    folded = [w.casefold() for w in words]
    shingles = {" ".join(folded[i : i + _SHINGLE]) for i in range(len(folded) - _SHINGLE + 1)}
    facts = _facts(lines)
    head = _HEAD.pack(_FORMAT, len(shingles), len(facts))
    return head + _minhash(shingles, _WORDING) + _minhash(facts, _FACTS)


def bands(signature: bytes) -> list[str]:
    """Keys of a signature for an indexed table: likely copies share at least one.

    Pairs with 0.5 of their word triples in common share a key with probability 0.87, with
    0.6 0.99, with 0.2 0.05 (locality-sensitive hashing, 32 bands of 4 rows).

    :returns: 32 short keys; none for an empty signature
    :raises ValueError: where ``signature`` didn't come from :func:`signature`
    """
    if not signature:
        return []
    _, wording, _ = _unpack(signature)
    rows = wording.reshape(_BANDS, _ROWS)
    return [f"{i:x}.{zlib.crc32(rows[i].tobytes()):x}" for i in range(_BANDS)]


def similarity(a: bytes, b: bytes) -> float:
    """How far two texts are copies of one another, from their signatures.

    The estimated share of word triples in common (Jaccard), or, where one text looks like
    a shortened copy of the other, the share of the shorter one's; 0 where their names and
    figures differ. Two texts are copies from :data:`COPY` up.

    :returns: 0.0 to 1.0
    :raises ValueError: where a signature didn't come from :func:`signature`
    """
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    (counts_a, wording_a, facts_a), (counts_b, wording_b, facts_b) = _unpack(a), _unpack(b)
    jaccard = float(np.mean(wording_a == wording_b))
    contained = _containment(jaccard, counts_a[0], counts_b[0])
    score = jaccard
    if jaccard < COPY and contained >= _CONTAINED:
        score = contained
    if min(counts_a[1], counts_b[1]) >= _LEAST_FACTS:
        shared = _containment(float(np.mean(facts_a == facts_b)), counts_a[1], counts_b[1])
        if shared < _SAME_FACTS:
            return 0.0
    return score


def is_copy(a: bytes, b: bytes) -> bool:
    """Whether two signatures belong to copies of one story."""
    return similarity(a, b) >= COPY


def _containment(jaccard: float, size_a: int, size_b: int) -> float:
    """Share of the smaller set that lies in the larger; 0 for very unequal sets.

    |A∩B| = J (|A|+|B|) / (1+J), from the definition of the Jaccard coefficient.
    """
    small, large = sorted((size_a, size_b))
    if not small or small < _LEAST_SHARE * large:
        return 0.0
    return min(1.0, jaccard * (small + large) / (1 + jaccard) / small)


def _lines(text: str) -> Iterator[str]:
    """Lines without markup, wire boilerplate (then empty) and the dateline."""
    first = True
    for line in text.splitlines():
        plain = _MARKUP.sub("", line).strip()
        if not plain or (_BOILERPLATE.match(plain) and len(plain) < 300):
            yield ""
            continue
        if first and not line.lstrip().startswith("#"):
            plain = _DATELINE.sub("", plain, count=1) or plain
            first = False
        yield plain


def _facts(lines: Iterable[str]) -> set[str]:
    """Figures, and words with a capital that don't begin a sentence."""
    found = set()
    last = ""  # what stands before the line: text may be wrapped within sentences
    for line in lines:
        for match in _WORD.finditer(line):
            word = match.group()
            figure = _DIGIT.search(word) is not None
            if not figure and not word[0].isupper():
                continue
            before = line[max(0, match.start() - 8) : match.start()].rstrip(" \t\"'“”‘’([")
            before = before or (last if not line[: match.start()].strip() else "x")
            start = not before or before[-1] in ".!?:—–"
            if figure or not start:
                found.add(word.casefold().removesuffix("'s").removesuffix("’s"))
        last = line
    return found


@lru_cache(maxsize=2)
def _empty(permutations: int) -> Any:
    from datasketch import MinHash

    # crc32 instead of SHA-1: twice as fast, and the scheme mixes its input anyway
    return MinHash(num_perm=permutations, seed=1, scheme="affine32", hashfunc=zlib.crc32)


def _minhash(items: Iterable[str], permutations: int) -> bytes:
    sketch = _empty(permutations).copy()
    sketch.update_batch([i.encode("utf-8", "surrogatepass") for i in items])
    return bytes(np.asarray(sketch.hashvalues, dtype="<u4").tobytes())


def _unpack(signature: bytes) -> tuple[tuple[int, int], Any, Any]:
    if len(signature) != _SIZE or signature[0] != _FORMAT:
        raise ValueError("not a story signature of this version: rebuild the store")
    _, shingles, facts = _HEAD.unpack_from(signature)
    values = np.frombuffer(signature, dtype="<u4", offset=_HEAD.size)
    return (shingles, facts), values[:_WORDING], values[_WORDING:]
