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
from rag.values import Value, told
from rag.words import content

SHOWN = 5  # stories told
VALUES = 30  # passages looked at for the values of an amount
MORE = 2  # sentences that follow where there is but one story
# Words of all quotations together, and of the longest one.
ROOM, LONGEST = 140, 40
# Where no period is named the newest are told, of this many days, or of more if they are few.
RECENT = (14, 45, 150, 500)
SEVERAL = 2  # stories that make an overview of a subject
# How much less than the story that is most about the subject another may be about it.
NEARLY = 0.25


def found(query: Query, retriever: Retriever) -> tuple[Query, list[Hit]]:
    """The query with the stories that answer it, and the passages that tell them, in order.

    No passages, and a query that asks for no overview, where fewer than two stories tell of the
    subject: what one article says is better looked for sentence by sentence.
    """
    asked = query.overview
    if asked is None:
        return query, []
    if asked.amount:
        return _course(query, asked, retriever)
    items: list[Item] = []
    for filters in _periods(query, retriever):
        items = survey(retriever, asked.subject, filters, query.as_of)
        if len(items) >= SHOWN:
            break
    best = [item for item in items if item.about >= items[0].about - NEARLY]
    period = _period(query)
    enough = 1 if period or not asked.subject else SEVERAL
    if len(best) < enough and (asked.subject or _day(period)):
        return replace(query, overview=None), []
    if not best:
        near = survey(retriever, "", replace(query.filters, since=None, until=None), query.as_of)
        near.sort(key=lambda item: item.day, reverse=True)
        return query, [Hit(item.lead, item.about) for item in near[:SHOWN]]
    if not period or query.order is Order.LATEST:
        best.sort(key=lambda item: item.day, reverse=True)
    told = sorted(best[:SHOWN], key=lambda item: item.day, reverse=not asked.oldest_first)
    sentences = [i.told for i in (tell(retriever.store, i, asked.subject) for i in told) if i.told]
    if len(sentences) == 1:
        sentences += more(retriever.store, sentences[0], MORE)
    spans = tuple((c.hit.passage.id, c.sentence.start) for c in sentences)
    overview = replace(asked, told=spans, stories=len(best))
    return replace(query, overview=overview), _hits(sentences)


def _course(query: Query, asked: Overview, retriever: Retriever) -> tuple[Query, list[Hit]]:
    """The same for how an amount went on: a sentence for each value, oldest first."""
    question = f"What was {asked.subject}'s {asked.amount}?"
    filters = _periods(query, retriever)[0]
    plain = Query(question, question, query.as_of, kind=Kind.NUMBER, filters=filters)
    scored = score(plain, retriever.retrieve(plain, VALUES), retriever.encoder)
    matcher = Matcher.over(plain, [item.candidate for item in scored])
    levels = [value for value in told(matcher, scored) if not _step(value)]
    known = sorted(levels, key=lambda value: value.source.published or "")
    if len(known) < SEVERAL:
        return replace(query, overview=None), []
    # The first, the last and the newest of those between.
    kept = [known[0], *known[1:][-(SHOWN - 1) :]]
    places = [value.scored.candidate for value in kept]
    spans = tuple((c.hit.passage.id, c.sentence.start) for c in places)
    overview = replace(asked, told=spans, stories=len(known))
    return replace(query, overview=overview), _hits(places)


_BY = re.compile(
    r"\b(?:los[et]s?|losing|gain\w*|add\w*|wip\w+|shed\w*|erased?|by)(?: off| out)?"
    r"(?: (?:about|around|some|roughly|nearly|almost|over|more than))?\W*$",
    re.IGNORECASE,
)


def _step(value: Value) -> bool:
    """Whether a value is by how much the amount changed, not what it was."""
    return bool(_BY.search(value.scored.candidate.sentence.text[: value.start]))


def _hits(sentences: Sequence[Candidate]) -> list[Hit]:
    """Their passages, each once."""
    return [Hit(passage, 1.0) for passage in dict.fromkeys(c.hit.passage for c in sentences)]


def _period(query: Query) -> tuple[date, date] | None:
    """The period asked about."""
    limits = query.filters
    if query.around is not None and not _VAGUE.search(query.standalone):
        return query.around
    return (limits.since, limits.until or query.as_of) if limits.since else None


def _day(period: tuple[date, date] | None) -> bool:
    """Whether the period is so short that sentences rather than articles tell of it."""
    return period is not None and (period[1] - period[0]).days < 3


# "Lately" asks for the newest, however old that is.
_VAGUE = re.compile(r"\b(?:recently|lately|in recent \w+|just now)\b", re.IGNORECASE)


def _periods(query: Query, retriever: Retriever) -> list[Filters]:
    """The limits to look within, narrowest first."""
    limits, period = query.filters, _period(query)
    if period is not None:
        since = max(filter(None, (limits.since, period[0])))
        until = min(filter(None, (limits.until, period[1])))
        return [replace(limits, since=since, until=until)]
    if query.overview is None or query.overview.subject:
        return [limits]
    newest = retriever.store.newest_day()
    last = min(filter(None, (newest, limits.until, query.as_of)))
    return [replace(limits, since=last - timedelta(days=days), until=last) for days in RECENT]


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
    start, end = trim(text, dict.fromkeys(content(passage.source.title), 1.0), None, LONGEST)
    start = max(start, dateline(text))
    whole = candidate.evidence
    evidence = Evidence(whole.passage, whole.start + start, whole.start + end)
    return Draft(evidence.quote.replace("\n", " "), (evidence,))


def _note(drafts: Sequence[Draft], asked: Overview) -> str:
    sources = dict.fromkeys(d.evidence[0].passage.source for d in drafts)
    days = ", ".join(day(source.published) or "undated" for source in sources)
    if len(sources) == 1:
        return f"One story, of {days}."
    of = f" of {asked.stories}" if asked.stories > len(sources) else ""
    return f"{len(sources)}{of} stories, {'old' if asked.oldest_first else 'new'}est first: {days}."
