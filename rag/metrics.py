"""Of which measure is a figure: revenue, or only that of a part; price or profit?

A measure means the whole of what it names: "revenue" is not "data-centre revenue".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.clauses import SAYING, VERBS, clauses, proper
from rag.facts import Quantity
from rag.words import STOP, Token, alike, content, fold, parts, stem, tokens, words

METRICS = frozenset(
    map(
        stem,
        words(
            "revenue sales turnover profit income earnings loss margin spending expenditure price "
            "cost costs capex output valuation salary debt"
        ),
    )
)
_SPENT = frozenset(map(stem, words("spending expenditure capex cost costs")))
OPEN = words(
    "total overall record strong latest combined expected new higher lower annual annually "
    "between quarterly full-year whole company group approximate estimated reported roughly about "
    "more than previous current its their rose fell"
)


@dataclass(frozen=True, slots=True)
class _Measure:
    head: str
    narrowed: tuple[str, ...]  # stems of the words that narrow it
    start: int


def _measures(text: str) -> list[_Measure]:
    every = tokens(text)
    named = [(n.start, n.end) for n in proper(text)]
    found = []
    for at, token in enumerate(every):
        head = stem((parts(token.text)[-1:] or [token.text])[0])
        before = fold(every[at - 1].text) if at else ""
        proper_name = any(a <= token.start < b for a, b in named)
        if head not in METRICS or proper_name or before in _VERB_BEFORE:
            continue
        narrowing = _narrowing(text, every, at, named)
        after = re.match(r"\s+(?:from|of)\s+(?:the\s+|its\s+)?([a-z][a-z-]{2,})", text[token.end :])
        if after and after.group(1) not in STOP and after.group(1) not in OPEN:
            narrowing += [stem(p) for p in parts(after.group(1))]
        found.append(_Measure(head, tuple(narrowing), token.start))
    return found


_VERB_BEFORE = words("will to would could")


def _narrowing(text: str, every: list[Token], at: int, named: list[tuple[int, int]]) -> list[str]:
    """Stems of the plain words right before the measure ``every[at]``, up to four."""
    found: list[str] = []
    for back in range(at - 1, max(-1, at - 5), -1):
        other = every[back]
        low = fold(other.text)
        gap = text[other.end : every[back + 1].start]
        if gap.strip(" -") or low in STOP or low[0].isdigit() or re.search("['’]", other.text):
            break
        if any(a <= other.start < b for a, b in named):
            break
        if set(low.split("-")) & _PERIODIC:
            continue
        if stem(low) in VERBS or stem(low) in SAYING:
            break
        if low not in OPEN:
            found += [stem(p) for p in parts(other.text)]
    return found


_PERIODIC = words("quarter year month week day half first second third fourth earlier last next")


def measure_problem(part: str, q: Quantity, unit: str, o: Quantity) -> str:
    """How the measure of the claim's figure differs from the source's; empty if it doesn't."""
    mine, theirs = _nearest_measure(part, q), _nearest_measure(unit, o)
    if mine is None or theirs is None:
        return ""
    if not alike(mine.head, theirs.head) and not {mine.head, theirs.head} <= _SPENT:
        return f"the source gives it for {theirs.head}, not {mine.head}"
    all_mine, all_theirs = content(part), content(unit)
    lost = [w for w in theirs.narrowed if not any(alike(w, m) for m in all_mine)]
    if lost:
        return f"the source gives it for “{lost[0]}” only"
    added = [w for w in mine.narrowed if not any(alike(w, t) for t in all_theirs)]
    if not added:
        own = next(c for c in clauses(unit) if c.start <= o.start < c.end)
        near = [*content(own.text), *theirs.narrowed]
        added = [w for w in mine.narrowed if not any(alike(w, t) for t in near)]
    return f"the source does not give it for “{added[0]}”" if added else ""


def _nearest_measure(text: str, q: Quantity) -> _Measure | None:
    """The measure whose figure this is: the last before it, or in its clause the first after."""
    listed = _measures(text)
    own = next((c for c in clauses(text) if c.start <= q.start < c.end), None)
    inside = [m for m in listed if own and own.start <= m.start < own.end]
    before = [m for m in inside if m.start < q.start]
    if before:
        return before[-1]
    if inside:
        return inside[0]
    earlier = [m for m in listed if m.start < q.start]
    return earlier[-1] if earlier else None
