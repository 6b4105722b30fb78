"""Sources that give different values for the same thing, and how a reader is told.

The values that quotations give are read in :mod:`rag.values`; a sentence of a model is compared
with every other report that would support it if only its figure or date were another. Either way
a false alarm costs the reader more trust than a missed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer import Draft, Evidence, day
from rag.candidates import Matcher
from rag.clauses import clauses, proper
from rag.differences import difference, phases
from rag.facts import Day, Quantity, quantities
from rag.holders import Holder, holder, holding
from rag.readings import Reading, attribution, borne_by, bygone, days, stands
from rag.sameness import apart, in_row, one_event, recurs, same
from rag.sentences import split
from rag.trim import trim
from rag.types import Passage, Source, Status
from rag.values import Value
from rag.verify import span_for
from rag.wanted import Found
from rag.words import alike, content


def newest_first(found: Sequence[Value]) -> list[tuple[Value, Status]]:
    """The values by date, newest first, each with what the others make of it.

    The newest is DISPUTED by one of about the same time; an older one is SUPERSEDED, and so
    is everyone who held an office before.
    """
    ordered = sorted(found, key=lambda v: v.source.published or "", reverse=True)
    top = ordered[0].source.day
    marked = []
    near = False
    for value in ordered[1:]:
        old = apart(top, value.source.day) or isinstance(value.value, Holder)
        near = near or not old
        marked.append((value, Status.SUPERSEDED if old else Status.DISPUTED))
    return [(ordered[0], Status.DISPUTED if near else Status.SUPPORTED), *marked]


def told(value: Value, matcher: Matcher) -> Draft:
    """The value's sentence as a quotation, trimmed around the value, which is marked."""
    sentence = value.scored.candidate.sentence
    answer = Found(value.start, value.end, 1.0)
    start, end = trim(sentence.text, matcher.weights, answer)
    whole = value.scored.candidate.evidence
    evidence = Evidence(whole.passage, whole.start + start, whole.start + end)
    focus = (value.start - start, value.end - start)
    return Draft(evidence.quote.replace("\n", " "), (evidence,), 1.0, focus=focus)


def note(marked: Sequence[tuple[Value, Status]]) -> str:
    """The disagreement in one line: value, publisher, date, independent reports."""
    told = []
    for value, status in marked:
        facts = [value.source.publisher, day(value.source.published)]
        if len(value.stories) > 1:
            facts.append(f"{len(value.stories)} independent reports")
        told.append(f"{value.words} ({', '.join(f for f in facts if f) or 'undated'})")
        if status is Status.SUPERSEDED:
            told[-1] += ", since replaced"
    first = marked[0][0].value
    what = "figures" if isinstance(first, Quantity) else "dates"
    what = "people" if isinstance(first, Holder) else what
    return f"The articles give different {what}: {'; '.join(told)}."


LIKE = 0.6  # share of a sentence's words that a rival sentence must hold to be looked at

FARTHEST = 5  # two figures that differ by more than this factor are of two things

CHECKED = 6  # rival values looked at for one sentence, best first


@dataclass(frozen=True, slots=True)
class Rival:
    """Another value that another report gives for what a sentence says."""

    words: str  # the value as written there
    evidence: Evidence
    what: str = "figures"  # what the values are: figures, dates, people

    @property
    def source(self) -> Source:
        """The article that gives it."""
        return self.evidence.passage.source


def rivals(draft: Draft, passages: Sequence[Passage]) -> list[Rival]:
    """The other values that ``passages`` of other stories give for the draft's.

    A passage gives another figure or date where it supports the sentence with its own put in the
    place of the sentence's, and does not support the sentence as it is; another holder of an
    office where it plainly names one. One for each value.
    """
    stories = {e.passage.source.story.id for e in draft.evidence}
    others = [p for p in passages if p.source.story.id not in stories]
    if not draft.evidence or not others:
        return []
    source = draft.evidence[0].passage.source
    owns: list[Quantity | Day] = [q for q in quantities(draft.text) if q.unit or q.noun]
    owns += [d for d in days(draft.text) if d.month]
    found: list[Rival] = []
    around = draft.text if proper(draft.text, openers=True) else f"{draft.text} {source.title}"
    named = name_words(around)
    others = [p for p in others if named & name_words(f"{p.source.title} {p.heading} {p.text}")]
    for own in owns:
        mine = Reading(source, draft.text, around, own.start, own.end, own)
        known: list[tuple[Reading, Rival]] = []
        for other, passage in _like(mine, others)[:CHECKED]:
            if any(same(other, earlier) for earlier, _ in known):
                continue
            changed = f"{draft.text[: own.start]}{other.words} {draft.text[own.end :].lstrip()}"
            verdict, evidence = span_for(bare(changed), passage)
            if verdict.supported and not span_for(draft.text, passage)[0].supported:
                what = "dates" if isinstance(own, Day) else "figures"
                known.append((other, Rival(other.words, evidence, what)))
        found += [rival for _, rival in known]
    return found or _other_holders(draft, others)


def bare(sentence: str) -> str:
    """A sentence without who said it, as another report has it from others."""
    kept = "".join(c.text for c in clauses(sentence) if not attribution(c.text))
    return f"{kept.rstrip(' ,;.')}." if content(kept) else sentence


def name_words(text: str) -> frozenset[str]:
    """The words of the proper names of ``text``, folded."""
    return frozenset(t for name in proper(text, openers=True) for t in name.tokens)


def _like(mine: Reading, passages: Sequence[Passage]) -> list[tuple[Reading, Passage]]:
    """Values of the same kind in sentences with most of the same words, likest first."""
    own = {w for w in content(mine.sentence) if not w[0].isdigit()}
    found: list[tuple[float, Reading, Passage]] = []
    for passage in passages:
        title = f"{passage.source.title} {passage.heading}"
        around = set(content(title))
        for piece in split(passage.text):
            words = set(content(piece.text))
            share = sum(any(alike(w, v) for v in words) for w in own - around) + len(own & around)
            if not own or share < LIKE * len(own):
                continue
            every = days(piece.text) if isinstance(mine.value, Day) else quantities(piece.text)
            for value in every:
                other = Reading(
                    passage.source,
                    piece.text,
                    f"{title} {passage.text}",
                    value.start,
                    value.end,
                    value,
                )
                if _comparable(mine, other):
                    found.append((share, other, passage))
    found.sort(key=lambda item: -item[0])
    return [(other, passage) for _, other, passage in found]


def _comparable(mine: Reading, other: Reading) -> bool:
    """Whether two values are of one kind and differ, and the second stands as a present one."""
    one, two = mine.value, other.value
    if same(mine, other) or not stands(other):
        return False
    if isinstance(one, Day) and isinstance(two, Day):
        same_parts = (one.day is None) == (two.day is None) and two.month is not None
        return same_parts and one_event(mine, other) and not phases(mine, other, mine.sentence)
    if not isinstance(one, Quantity) or not isinstance(two, Quantity):
        return False
    if max(one.value, two.value) > FARTHEST * min(one.value, two.value):
        return False
    counted = one.unit == two.unit and bool(one.unit or alike(one.noun or "-", two.noun))
    if not counted or bygone(mine) or bygone(other) or in_row(other):
        return False
    claim = mine.sentence
    return (
        not difference(mine, other, claim)
        and borne_by(other, claim)
        and not recurs(mine, other, claim)
    )


def _other_holders(draft: Draft, passages: Sequence[Passage]) -> list[Rival]:
    """Those whom other reports name for the office that the sentence gives to somebody."""
    held = holding(draft.text)
    if held is None:
        return []
    sought, own = held
    found: list[tuple[Holder, Rival]] = []
    for passage in passages:
        for piece in split(passage.text):
            other = holder(piece.text, sought)
            if other is None or other.same(own) or any(other.same(known) for known, _ in found):
                continue
            start = passage.start + piece.start
            evidence = Evidence(passage, start, passage.start + piece.end)
            said = piece.text[other.start : other.end]
            found.append((other, Rival(said, evidence, "people")))
    return [rival for _, rival in found if rival.source.day]


def marked(drafts: Sequence[Draft], passages: Sequence[Passage]) -> tuple[list[Draft], list[str]]:
    """A model's sentences marked where other reports differ, the other side quoted, and notes.

    A sentence is SUPERSEDED by a later report, DISPUTED by one of about the same time; the
    report that says otherwise is quoted after it, unless the model tells it itself. Where only
    older reports differ the sentence stands and a note names them.
    """
    found: list[Draft] = []
    notes: list[str] = []
    told = [e.passage.source.article_id for draft in drafts for e in draft.evidence]
    for draft in drafts:
        against = rivals(draft, passages) if draft.evidence else []
        if not against:
            found.append(draft)
            continue
        source = _newest(draft)
        later = [r for r in against if _later(r.source, source, r.what)]
        near = [r for r in against if r not in later and not _later(source, r.source, r.what)]
        near = [r for r in near if r.what != "people"]
        if not later and not near and against[0].what == "people":
            found.append(draft)  # who held an office before is no news
            continue
        status = Status.SUPERSEDED if later else Status.DISPUTED if near else draft.status
        found.append(replace(draft, status=status))
        notes.append(_differing(source, draft, against))
        for rival in (later or near)[:1]:
            if rival.source.article_id not in told:
                told.append(rival.source.article_id)
                mark = Status.SUPPORTED if later else Status.DISPUTED
                text = " ".join(rival.evidence.quote.split())
                found.append(Draft(text, (rival.evidence,), 1.0, mark))
    return found, list(dict.fromkeys(notes))


def _later(one: Source, two: Source, what: str) -> bool:
    """Whether a report replaces another: some time after it, for people any day after it."""
    if what == "people":
        return bool(one.day and two.day and one.day > two.day)
    return apart(one.day, two.day)


def _newest(draft: Draft) -> Source:
    return max(
        (e.passage.source for e in draft.evidence), key=lambda source: source.published or ""
    )


def _differing(source: Source, draft: Draft, against: Sequence[Rival]) -> str:
    """Who says otherwise, in one line, newest first."""
    said = []
    for rival in sorted(against, key=lambda r: r.source.published or "", reverse=True):
        facts = ", ".join(x for x in (rival.source.publisher, day(rival.source.published)) if x)
        old = ", since replaced" if _later(source, rival.source, rival.what) else ""
        said.append(f"{rival.words} ({facts or 'undated'}{old})")
    own = ", ".join(x for x in (source.publisher, day(source.published)) if x) or "undated"
    what = against[0].what
    return f"The articles give different {what}: beside “{draft.text}” ({own}), {'; '.join(said)}."
