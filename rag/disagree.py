"""Sources that give different values for the same thing, and questions that assume a wrong one.

Of quotations, only amounts and dates that a question asks for are compared, and only between
sentences that hold its names and nearly all its words. A sentence of a model is compared with
every other report that would support it if only its figure were another. Either way a false
alarm costs the reader more trust than a missed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answer import Draft, Evidence, day
from rag.evidence import Matcher, Scored
from rag.facts import CURRENCIES, Quantity, quantities
from rag.sentences import split
from rag.types import Passage, Source, Status
from rag.verify import span_for
from rag.wanted import Form
from rag.words import alike, content

# Both sentences must hold this weighted share of the question's words themselves.
SAME_THING = 0.7
# Values this close are one value, rounded ("14,000", "about 14,100").
SAME_VALUE = 0.03
# Reports at least this many days apart: the newer replaces the older; closer: they disagree.
REPLACES_DAYS = 14
_AMOUNTS = (Form.MONEY, Form.PERCENT, Form.NUMBER)


@dataclass(frozen=True, slots=True)
class Value:
    """One value that articles give, with the best sentence for it."""

    scored: Scored
    quantity: Quantity
    stories: frozenset[int]  # independent reports that give it

    @property
    def source(self) -> Source:
        """The article of its best sentence."""
        return self.scored.candidate.hit.passage.source

    @property
    def words(self) -> str:
        """The value as written."""
        text = self.scored.candidate.sentence.text
        return " ".join(text[self.quantity.start : self.quantity.end].split())


def values(matcher: Matcher, scored: Sequence[Scored]) -> list[Value]:
    """The different values given for what the question asks, best sentence first.

    Empty or one where sources agree or the question asks for no amount.
    """
    if matcher.want.form not in _AMOUNTS or not scored:
        return []
    found: list[Value] = []
    for item in scored[:12]:
        if not _same_thing(matcher, item):
            continue
        fits = [f for f in matcher.want.found(item.candidate.sentence.text) if f.strength >= 0.9]
        spans = {(f.start, f.end) for f in fits}
        said = [q for q in quantities(item.candidate.sentence.text) if (q.start, q.end) in spans]
        if len(said) != 1:
            continue  # "from $1 billion to $3 billion" names no single value
        _add(found, item, said[0])
    return found


def _same_thing(matcher: Matcher, item: Scored) -> bool:
    candidate = item.candidate
    return (
        matcher.share(candidate.stems) >= SAME_THING
        and matcher.names(candidate.near_tokens) >= 1.0
        and matcher.dated(candidate.sentence.text, candidate.hit.passage.source.published) >= 0
    )


def _add(found: list[Value], item: Scored, quantity: Quantity) -> None:
    story = item.candidate.hit.passage.source.story.id
    for at, known in enumerate(found):
        if same_value(known.quantity, quantity):
            found[at] = Value(known.scored, known.quantity, known.stories | {story})
            return
        if story in known.stories:
            return  # one story's two numbers are two things, not a dispute
    found.append(Value(item, quantity, frozenset([story])))


def same_value(left: Quantity, right: Quantity) -> bool:
    """Equal up to rounding, units agreeing where both have one."""
    if left.unit != right.unit and left.unit and right.unit:
        return False
    return abs(left.value - right.value) <= SAME_VALUE * max(abs(left.value), abs(right.value))


def newest_first(found: Sequence[Value]) -> list[tuple[Value, Status]]:
    """The values by date, newest first, each with what the others make of it.

    The newest is DISPUTED by one of about the same time; an older one is SUPERSEDED.
    """
    ordered = sorted(found, key=lambda v: v.source.published or "", reverse=True)
    top = ordered[0].source.day
    marked = []
    near = False
    for value in ordered[1:]:
        old = _apart(top, value.source.day)
        near = near or not old
        marked.append((value, Status.SUPERSEDED if old else Status.DISPUTED))
    return [(ordered[0], Status.DISPUTED if near else Status.SUPPORTED), *marked]


def _apart(newer: date | None, older: date | None) -> bool:
    return bool(newer and older and (newer - older).days >= REPLACES_DAYS)


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
    return f"The articles give different figures: {'; '.join(told)}."


def premise_notes(matcher: Matcher, scored: Sequence[Scored], shown: str) -> list[str]:
    """What the question assumes and the quoted evidence contradicts or doesn't mention.

    :param shown: the text of the answer's quotations
    """
    if not scored:
        return []
    best = scored[0].candidate
    notes = []
    asked = matcher.query.question
    known = [q for s in scored for q in quantities(s.candidate.sentence.text)]
    for q in quantities(asked):
        if any(same_value(q, other) for other in known):
            continue
        rivals = [r for r in quantities(shown) if _rival(q, r)]
        if rivals:
            said = shown[rivals[0].start : rivals[0].end]
            notes.append(
                f"The question says {asked[q.start : q.end].strip()}; the articles {said}."
            )
    everywhere = frozenset[str]().union(*(s.candidate.place.tokens for s in scored[:3]))
    for name in matcher.want.names:
        if name.text not in asked or name.opens:
            continue
        own = [t for t in name.tokens if len(t) > 1]
        if own and not any(t in everywhere for t in own) and best.tokens:
            notes.append(f"The articles quoted don't mention {name.text.strip()} here.")
    return notes


def _rival(asked: Quantity, other: Quantity) -> bool:
    if asked.unit != other.unit:
        return False
    if asked.unit in CURRENCIES or asked.unit == "%":
        return True
    return bool(asked.noun and other.noun and alike(asked.noun, other.noun))


# Sentences of a model

LIKE = 0.6  # share of a sentence's words that a rival sentence must hold to be looked at
CHECKED = 6  # rival figures looked at for one sentence, best first


@dataclass(frozen=True, slots=True)
class Rival:
    """Another value that another report gives for what a sentence says."""

    words: str  # the value as written there
    evidence: Evidence

    @property
    def source(self) -> Source:
        """The article that gives it."""
        return self.evidence.passage.source


def rivals(draft: Draft, passages: Sequence[Passage]) -> list[Rival]:
    """The other values that ``passages`` of other stories give for the draft's figures.

    A passage gives one where it supports the sentence with its own figure put in the place
    of the sentence's, and does not support the sentence as it is. One for each value.
    """
    stories = {e.passage.source.story.id for e in draft.evidence}
    others = [p for p in passages if p.source.story.id not in stories]
    found: list[Rival] = []
    for own in quantities(draft.text):
        if not (own.unit or own.noun):
            continue
        listed: list[tuple[Quantity, Rival]] = []
        for other, passage in _like(draft.text, own, others)[:CHECKED]:
            if any(same_value(other, known) for known, _ in listed):
                continue
            said = " ".join(passage.text[other.start : other.end].split())
            changed = f"{draft.text[: own.start]}{said} {draft.text[own.end :].lstrip()}"
            verdict, evidence = span_for(changed, passage)
            if verdict.supported and not span_for(draft.text, passage)[0].supported:
                listed.append((other, Rival(said, evidence)))
        found += [rival for _, rival in listed]
    return found


def _like(
    sentence: str, own: Quantity, passages: Sequence[Passage]
) -> list[tuple[Quantity, Passage]]:
    """Figures of the same kind in sentences with most of the same words, likest first."""
    mine = {w for w in content(sentence) if not w[0].isdigit()}
    found: list[tuple[float, Quantity, Passage]] = []
    for passage in passages:
        around = set(content(f"{passage.source.title} {passage.heading}"))
        pieces = split(passage.text)
        for other in quantities(passage.text):
            if other.unit != own.unit or same_value(own, other):
                continue
            if own.noun and other.noun and not alike(own.noun, other.noun):
                continue
            piece = next((p for p in pieces if p.start <= other.start < p.end), None)
            words = set(content(piece.text)) if piece else set()
            share = sum(any(alike(w, v) for v in words) for w in mine - around) + len(mine & around)
            if mine and share >= LIKE * len(mine):
                found.append((share, other, passage))
    found.sort(key=lambda item: -item[0])
    return [(other, passage) for _, other, passage in found]


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
        later = [r for r in against if _apart(r.source.day, source.day)]
        near = [r for r in against if r not in later and not _apart(source.day, r.source.day)]
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


def _newest(draft: Draft) -> Source:
    return max(
        (e.passage.source for e in draft.evidence), key=lambda source: source.published or ""
    )


def _differing(source: Source, draft: Draft, against: Sequence[Rival]) -> str:
    """Who says otherwise, in one line, newest first."""
    said = []
    for rival in sorted(against, key=lambda r: r.source.published or "", reverse=True):
        facts = ", ".join(x for x in (rival.source.publisher, day(rival.source.published)) if x)
        old = ", since replaced" if _apart(source.day, rival.source.day) else ""
        said.append(f"{rival.words} ({facts or 'undated'}{old})")
    own = ", ".join(x for x in (source.publisher, day(source.published)) if x) or "undated"
    return f"The articles give different figures: beside “{draft.text}” ({own}), {'; '.join(said)}."
