"""What a question for the news itself is answered with: a sentence a story, in order of time.

The stories are those of :mod:`rag.stories`; how an amount went on is told by its values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from rag.answer import Draft, Evidence, day
from rag.candidates import Candidate, Matcher, candidates
from rag.evidence import score
from rag.retrieve import Retriever
from rag.stories import Item, more, survey, tell
from rag.trim import dateline, trim
from rag.types import Filters, Hit, Kind, Order, Overview, Query, Reason
from rag.values import Value, stated
from rag.words import content

SHOWN = 5  # stories told
VALUES = 30  # passages looked at for the values of an amount
MORE = 2  # sentences that follow where there is but one story
# Words of all quotations together, and of the longest one.
ROOM, LONGEST = 140, 40
# Where no period is named the newest are told: of the newest articles, or of these many days.
NEWEST = 60  # articles
RECENT = (60, 240)
SEVERAL = 2  # stories that make an overview of a subject
# How much less than the story that is most about the subject another may be about it.
NEARLY = 0.2
# "Tell me about it" asks for what is most about it, not for the newest.
_NEWEST = re.compile(
    r"\b(?:latest|newest|new|news|recent\w*|lately|happening|going on|been up|updates?|status|"
    r"state|stand|miss\w*|trending|headlines|now|today)\b",
    re.IGNORECASE,
)
# "What were the biggest stories?" asks for those most spoken of, not for the newest.
_BIGGEST = re.compile(r"\b(?:biggest|top|main|major|key|most \w+|important)\b", re.IGNORECASE)


def found(query: Query, retriever: Retriever) -> tuple[Query, list[Hit]]:
    """The query with the stories that answer it, and the passages that tell them, in order.

    No passages, and a query that asks for no overview, where no story tells of the subject. What
    only one tells of it is first looked for sentence by sentence.
    """
    asked = query.overview
    if asked is None:
        return query, []
    if asked.amount:
        return _course(query, asked, retriever)
    period = _period(query)
    limits = _within(query, period)
    best = _stories(query, asked, retriever, limits)
    if not best:
        if asked.subject or _past_day(query, period):
            return replace(query, overview=None), []
        newest = retriever.store.openings(replace(limits, since=None), SHOWN)
        return query, [Hit(passage, 1.0) for passage in newest]
    chosen: list[tuple[str, Candidate]] = []
    for item in best:
        sentence = tell(retriever.store, item, asked.subject).told
        if sentence is not None:
            chosen.append((item.lead.source.published or "", sentence))
        if len(chosen) == SHOWN:
            break
    chosen.sort(key=lambda pair: pair[0], reverse=not asked.oldest_first)
    sentences = [sentence for _, sentence in chosen]
    if asked.subject and not sentences:
        return replace(query, overview=None), []
    if len(sentences) == 1:
        sentences += more(retriever.store, sentences[0], MORE)
    alone = bool(asked.subject) and not period and len(best) < SEVERAL and best[0].about < 1
    overview = replace(asked, told=_spans(sentences), stories=len(best), instead=alone)
    return replace(query, overview=overview, filters=limits), _hits(sentences)


def _stories(query: Query, asked: Overview, retriever: Retriever, limits: Filters) -> list[Item]:
    """The stories to tell, in the order of their claim to be told."""
    newest = bool(_NEWEST.search(query.standalone)) and not _BIGGEST.search(query.standalone)
    newest = newest and not asked.oldest_first and not _period(query)
    if not newest:
        items = survey(retriever, asked.subject, limits, query.as_of)
    elif asked.subject:
        items = _recent(query, asked, retriever, limits)
    else:
        items = survey(retriever, "", limits, query.as_of, most=NEWEST)
    best = [item for item in items if item.about >= items[0].about - NEARLY]
    if asked.oldest_first and len(best) > SHOWN:
        # How it began and how it stands, and between them what is most about it.
        dated = sorted(best, key=lambda item: item.day or "9")
        ends = [dated[0], dated[-1]]
        best = [*ends, *(item for item in best if item not in ends)]
    elif newest:
        best.sort(key=lambda item: item.day, reverse=True)
    return best


def _recent(query: Query, asked: Overview, retriever: Retriever, limits: Filters) -> list[Item]:
    """The stories on a subject from the shortest time with enough that are about it."""
    first = retriever.store.openings(limits, 1)
    last = first[0].source.day if first else None
    for since in [last - timedelta(days=days) for days in RECENT] if last else []:
        recent = replace(limits, since=since, undated=False)
        items = survey(retriever, asked.subject, recent, query.as_of, order=Order.LATEST)
        if sum(item.about >= 1 - NEARLY for item in items) >= SHOWN:
            return items
    return survey(retriever, asked.subject, limits, query.as_of, order=Order.LATEST)


def _course(query: Query, asked: Overview, retriever: Retriever) -> tuple[Query, list[Hit]]:
    """The same for how an amount went on: a sentence for each value, oldest first."""
    question = f"What was {asked.subject}'s {asked.amount}?"
    filters = _within(query, _period(query))
    plain = Query(question, question, query.as_of, kind=Kind.NUMBER, filters=filters)
    scored = score(plain, retriever.retrieve(plain, VALUES), retriever.encoder)
    matcher = Matcher.over(plain, [item.candidate for item in scored])
    levels = [v for v in stated(matcher, scored) if v.source.published and not _step(v)]
    known = sorted(levels, key=lambda value: value.source.published or "")
    if len(known) < SEVERAL:
        return replace(query, overview=None), []
    # The first, the last and the newest of those between.
    kept = [known[0], *known[1:][-(SHOWN - 1) :]]
    places = [value.scored.candidate for value in kept]
    overview = replace(asked, told=_spans(places), stories=len(known))
    return replace(query, overview=overview, filters=filters), _hits(places)


# "Lost about $593 billion of market value" tells a step, no level.
_BY = re.compile(
    r"\b(?:los[et]s?|losing|gain\w*|add\w*|wip\w+|shed\w*|erased?|by)(?: off| out)?"
    r"(?: (?:about|around|some|roughly|nearly|almost|over|more than))?\W*$",
    re.IGNORECASE,
)


def _step(value: Value) -> bool:
    """Whether a value is by how much the amount changed, not what it was."""
    return bool(_BY.search(value.scored.candidate.sentence.text[: value.start]))


def _spans(sentences: Sequence[Candidate]) -> tuple[tuple[int, int], ...]:
    return tuple((c.hit.passage.id, c.sentence.start) for c in sentences)


def _hits(sentences: Sequence[Candidate]) -> list[Hit]:
    """Their passages, each once."""
    return [Hit(passage, 1.0) for passage in dict.fromkeys(c.hit.passage for c in sentences)]


def _period(query: Query) -> tuple[date, date] | None:
    """The period asked about."""
    limits = query.filters
    if query.around is not None and not _VAGUE.search(query.standalone):
        return query.around
    return (limits.since, limits.until or query.as_of) if limits.since else None


def _past_day(query: Query, period: tuple[date, date] | None) -> bool:
    """Whether the period is a day or two gone by, of which sentences rather than articles tell."""
    short = period is not None and (period[1] - period[0]).days < 3
    return short and period is not None and period[1] < query.as_of - timedelta(days=3)


# "Lately" asks for the newest, however old that is.
_VAGUE = re.compile(r"\b(?:recently|lately|in recent \w+|just now)\b", re.IGNORECASE)


def _within(query: Query, period: tuple[date, date] | None) -> Filters:
    """The query's limits and the period's; an article without a date is of no period."""
    limits = query.filters
    if period is None:
        return limits
    since = max(filter(None, (limits.since, period[0])))
    until = min(filter(None, (limits.until, period[1])))
    return replace(limits, since=since, until=until, undated=False)


def quotations(query: Query, hits: Sequence[Hit]) -> tuple[list[Draft], str]:
    """The stories of an overview, a sentence each, and a line on what they are."""
    asked = query.overview
    if asked is None:
        return [], ""
    by_place = {(c.hit.passage.id, c.sentence.start): c for c in candidates(hits)}
    chosen = [by_place[span] for span in asked.told if span in by_place]
    drafts: list[Draft] = []
    left = ROOM
    for draft in map(_draft, chosen):
        words = len(draft.text.split())
        if words <= left or not drafts:
            left -= words
            drafts.append(draft)
    return drafts, _note(drafts, asked)


def missing(query: Query, hits: Sequence[Hit]) -> Reason:
    """Why there is no overview: the period is later than all articles, or has none."""
    period = _period(query)
    days = [hit.passage.source.day for hit in hits]
    known = [found for found in days if found]
    later = period is not None and known and period[0] > max(known)
    return Reason.NOT_YET_REPORTED if later else Reason.NOTHING_FOUND


def _draft(candidate: Candidate) -> Draft:
    text, passage = candidate.sentence.text, candidate.hit.passage
    said = content(f"{passage.source.title} {text}")
    start, end = trim(text, dict.fromkeys(said, 1.0), None, LONGEST)
    start = dateline(text, start, end)
    whole = candidate.evidence
    evidence = Evidence(whole.passage, whole.start + start, whole.start + end)
    return Draft(evidence.quote.replace("\n", " "), (evidence,))


def _note(drafts: Sequence[Draft], asked: Overview) -> str:
    sources = dict.fromkeys(d.evidence[0].passage.source for d in drafts)
    days = ", ".join(day(source.published) or "undated" for source in sources)
    if len(sources) == 1:
        return f"One story, of {days}."
    what = "values" if asked.amount else "stories"
    of = f" of {asked.stories}" if asked.stories > len(sources) else ""
    return f"{len(sources)}{of} {what}, {'old' if asked.oldest_first else 'new'}est first: {days}."
