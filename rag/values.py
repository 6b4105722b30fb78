"""The values that articles give for what a question asks: amounts, dates, holders of an office.

Every sentence of the best few dozen that gives one is read; those that tell of the same thing as
the quoted one are laid side by side, one value each with the reports that give it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer import Evidence
from rag.asked import answering
from rag.candidates import Candidate, Matcher
from rag.differences import difference
from rag.evidence import Scored
from rag.facts import Day, Quantity
from rag.forms import Form
from rag.holders import Holder, Office, holder, office
from rag.readings import Reading
from rag.sameness import apart, one_event, recurs, same
from rag.types import Source
from rag.wanted import foreground

LOOKED_AT = 24  # sentences read for values, best first


@dataclass(frozen=True, slots=True)
class Value:
    """One value that articles give, with the best sentence for it."""

    scored: Scored
    value: Quantity | Day | Holder
    start: int  # of the value in the sentence
    end: int
    stories: frozenset[int]  # independent reports that give it

    @property
    def source(self) -> Source:
        """The article of its best sentence."""
        return self.scored.candidate.hit.passage.source

    @property
    def words(self) -> str:
        """The value as written."""
        return " ".join(self.scored.candidate.sentence.text[self.start : self.end].split())


_Read = tuple[Scored, Reading]


def values(matcher: Matcher, scored: Sequence[Scored], quoted: Sequence[Evidence]) -> list[Value]:
    """The different values given for what the question asks, the quoted one first.

    Empty or one where sources agree, or the question asks for no amount, date or person.

    :param quoted: the spans of the answer's quotations
    """
    asked = foreground(matcher.query.standalone or matcher.query.question)
    if matcher.want.form is Form.PERSON:
        sought = office(asked)
        held = _holders(sought, matcher, scored) if sought else []
        return held if any(_quoted(v.scored.candidate, quoted) for v in held) else []
    read = _read(matcher, scored, asked)
    first = next((pair for pair in read if _quoted(pair[0].candidate, quoted)), None)
    if first is None:
        return []
    ordered = sorted(read, key=lambda pair: pair is not first)
    return _apart([p for p in ordered if p is first or _rivals(first[1], p[1], matcher)], matcher)


def stated(matcher: Matcher, scored: Sequence[Scored]) -> list[Value]:
    """All values that the best sentences give for what the question asks, of whatever time."""
    asked = foreground(matcher.query.standalone or matcher.query.question)
    return _apart(_read(matcher, scored, asked), matcher)


def _read(matcher: Matcher, scored: Sequence[Scored], asked: str) -> list[_Read]:
    """The sentences of the best few dozen that give one value for what is asked."""
    read: list[_Read] = []
    for item in scored[:LOOKED_AT]:
        reading = answering(matcher, item.candidate, asked)
        if reading is not None:
            read.append((item, reading))
    return read


def _quoted(candidate: Candidate, quoted: Sequence[Evidence]) -> bool:
    own = candidate.evidence
    return any(
        e.passage.id == own.passage.id and e.start < own.end and own.start < e.end for e in quoted
    )


def _rivals(one: Reading, two: Reading, matcher: Matcher) -> bool:
    """Whether two readings are of the same thing, be their values equal or not."""
    asked = foreground(matcher.query.standalone or matcher.query.question)
    if same(one, two):
        return True
    if difference(one, two, asked):
        return False
    if isinstance(one.value, Day):
        return one_event(one, two)
    return not recurs(one, two, asked)


def _apart(read: Sequence[_Read], matcher: Matcher) -> list[Value]:
    """The readings as values, each with the reports that give it, in the readings' order.

    One story's two values are two things, not a dispute: it counts for the one that nobody gave
    long before it (the others it tells as background), else for the first.
    """
    groups: list[list[_Read]] = []
    for pair in read:
        group = next((g for g in groups if same(g[0][1], pair[1])), None)
        if group is None:
            groups.append([pair])
        else:
            group.append(pair)
    for story in {reading.source.story.id for _, reading in read}:
        holding = [g for g in groups if any(r.source.story.id == story for _, r in g)]
        own = [g for g in holding if not _known_before(g, story)]
        kept = own[0] if own else holding[0]
        for group in holding:
            if group is not kept:
                group[:] = [pair for pair in group if pair[1].source.story.id != story]
    return [_value(group, matcher) for group in groups if group]


def _known_before(group: Sequence[_Read], story: int) -> bool:
    """Whether another story gave the group's value long before this one did."""
    days = [r.source.day for _, r in group if r.source.story.id == story]
    others = [r.source.day for _, r in group if r.source.story.id != story]
    return any(apart(day, other) for day in days for other in others)


def _value(group: Sequence[_Read], matcher: Matcher) -> Value:
    """One value: told by its first report where others tell it long after, else by the best.

    The best is the first of those that hold most of the question's names themselves.
    """
    best = max(group, key=lambda pair: matcher.names(pair[0].candidate.tokens))
    dated = [pair for pair in group if pair[1].source.day]
    first = min(dated, key=lambda pair: pair[1].source.published or "", default=best)
    item, reading = first if apart(best[1].source.day, first[1].source.day) else best
    stories = frozenset(r.source.story.id for _, r in group)
    return Value(item, reading.value, reading.start, reading.end, stories)


def _holders(sought: Office, matcher: Matcher, scored: Sequence[Scored]) -> list[Value]:
    """Those who hold or held an office, where a later report names another than an earlier."""
    told: list[Value] = []
    for item in scored[:LOOKED_AT]:
        candidate = item.candidate
        source = candidate.hit.passage.source
        text = candidate.sentence.text
        who = holder(text, sought, source.title)
        if who is None or source.day is None or matcher.dated(text, source.published) < 0:
            continue
        for at, known in enumerate(told):
            if isinstance(known.value, Holder) and known.value.same(who):
                stories = known.stories | {source.story.id}
                newer = (source.published or "") > (known.source.published or "")
                kept = Value(item, who, who.start, who.end, stories) if newer else known
                told[at] = replace(kept, stories=stories)
                break
        else:
            told.append(Value(item, who, who.start, who.end, frozenset([source.story.id])))
    told.sort(key=lambda v: v.source.published or "", reverse=True)
    if len(told) < 2:
        return told[:1]
    newest = told[0]
    changed = isinstance(newest.value, Holder) and newest.value.starts
    older = [v for v in told[1:] if changed or apart(newest.source.day, v.source.day)]
    return [newest, *older]
