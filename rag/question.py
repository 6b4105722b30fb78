"""What a question asks for: times, publishers, order, kind, parts, and what it leans on.

Rules only, pure and fast (well below a millisecond): the same question on the same day is
always understood in the same way. A configured chat model may rewrite a follow-up before
this; nothing here depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from rag.followup import standalone
from rag.forms import WHO
from rag.overview import overview
from rag.pairs import compares
from rag.parts import split
from rag.times import Mention, Relation, mentions, merged
from rag.types import Filters, Kind, Order, Overview, Query, Turn

# "As of March" looks back this far for the newest report: most figures are repeated or
# renewed within a quarter.
AS_OF_DAYS = 75

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            Kind.LIST,
            r"\b(?:which|what|who|name|list)\s+(?:are\s+|were\s+)?(?:the\s+)?"
            r"(?:top\s+|main\s+|key\s+)?"
            r"(?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|10)\s+(?!years|months|weeks|days|amounts|figures|sums|numbers|values|prices)"
            r"|^(?:list|name)\b|\bwhat (?:are|were) (?:the|some|all)\b|\bwho (?:are|were) the\b"
            r"|^(?:give|show|tell) me (?:all|a list|the (?:names|kinds|types|sorts|areas|ways|"
            r"examples|companies|people|countries))\b"
            r"|\b(?:which|what) (?:(?!(?:is|was|did|does|do|are|of|to|the)\b)[\w-]+\s+){0,2}?"
            r"(?!(?:was|has|does|this|news|series|scores|prices|results|amounts|figures|numbers|"
            r"values|sums|dates|times|years|months|weeks|days|hours|terms|means|chances)\b)"
            r"(?:countries|people|\w{3,}(?<!s)s)\s+(?:are|were|have|had|did|do|does|will|would|can)\b"
            r"|\bwhat were the (?:top|main|key)\b",
        ),
        (
            Kind.WHEN,
            r"\b(?:when|(?:what|which)\s+(?:\w+\s+)?(?:date|day|year|month|week|quarter|time)|"
            r"since when|until when|how (?:soon|recently|long ago)|closing date|in what year)\b",
        ),
        (
            Kind.NUMBER,
            r"\bhow\s+(?:many|much|big|large|long|fast|far|old|high|tall|heavy|often|wide|deep|"
            r"expensive|small|strong)\b|\b(?:what|which)\s+(?:\w+\s+){0,2}?(?:percentage|per cent|"
            r"percent|share|number|amount|price|cost|valuation|sum|revenue|rate|score|speed|size|"
            r"age|total|salary|fee|fine|budget|market cap|profit|loss|proportion|fraction)\b"
            r"|\b(?:price tag|asking price|worth|valued at)\b|\bwhat did .{1,60}\b(?:charge|cost|"
            r"pay)\b(?!.*\bfor what\b)",
        ),
        (Kind.REASON, r"\bwhy\b|\bwhat (?:was|is|were) .{0,40}\breasons?\b|\bhow come\b|"
                      r"\bwhat (?:caused|led to|prompted|made)\b|\bfor what reason\b"),
        (
            Kind.ORGANISATION,
            r"\b(?:which|what|whose)\s+(?:[\w-]+\s+){0,3}?(?:company|companies|firm|startup|start-up|"
            r"bank|club|agency|operator|university|organi[sz]ation|lab|maker|retailer|airline|"
            r"publisher|investor|fund|vendor|provider|carrier|chipmaker|newspaper|team|group|"
            r"manufacturer|supplier|customer|partner|regulator|chain|brand|hardware|employer)\b",
        ),
        (Kind.PERSON, rf"{WHO}|"
                      r"\b(?:which|what)\s+(?:[\w-]+\s+){0,3}?(?:person|man|woman|"
                      r"actor|actress|singer|star|player|founder|ceo|executive|scientist|researcher|"
                      r"politician|president|minister|senator|athlete|author|intern|lawyer|judge|"
                      r"engineer|director|official|celebrity|artist|rapper|coach)\b"),
    )
)  # fmt: skip

_OPEN = Filters()
_LONGEST = 2000  # characters that the rules look at
_NOTE = re.compile(r"\([^()]*\)(?=\??$)")
_LATEST = re.compile(
    r"\b(?:latest|most recent(?:ly)?|newest|current(?:ly)?|right now|at (?:the moment|present)|"
    r"so far|to date|up to date|as of|these days|nowadays|still|now|today|any news|what's new)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"\b(?:originally|initially|earliest|at first)\b|"
    r"\b(?:who|what|when|which|where|how)\b.{0,60}\bfirst\s+"
    r"(?:report|announc|launch|releas|appear|mention|sa(?:y|id)|hear|emerg|surfac|reveal|publish|"
    r"introduc|unveil|disclos|propos)\w*",
    re.IGNORECASE,
)
_MEDIA = re.compile(
    r"\b(?:articles|stories|coverage|reporting)\b(?:\s+[\w'’-]+){0,4}?\s*"
    r"(?:in|on|from|since|during|between|before|after|until|of|by)?\s*$",
    re.IGNORECASE,
)


def understand(
    question: str,
    history: Sequence[Turn] = (),
    *,
    as_of: date,
    publishers: Sequence[str] = (),
    filters: Filters = _OPEN,
) -> Query:
    """A question as a typed query; never raises for any text.

    :param history: the conversation so far, oldest first
    :param as_of: "today" for relative times
    :param publishers: those in the store, so that "according to …" can be recognised
    :param filters: the reader's own limits; what the question demands is added
    """
    cut = [Turn(turn.role, turn.content[:_LONGEST]) for turn in history]
    whole = standalone(question[:_LONGEST], cut, as_of)
    wanted = _demands(whole, filters, publishers, as_of)
    query = replace(_single(question, whole, as_of), filters=wanted)
    parts = tuple(
        replace(_inherit(_single(part, part, as_of), query), filters=wanted)
        for part in split(whole, as_of)
    )
    kinds = {part.kind for part in parts}
    if parts and (compares(whole) or (len(kinds) == 1 and Kind.FACT not in kinds)):
        query = replace(query, kind=Kind.COMPARE)
    return replace(query, parts=parts, overview=_overview(question[:_LONGEST], query))


def _overview(asked: str, query: Query) -> Overview | None:
    """The news asked for, by the question's own words or as written out.

    What a publisher reported is all of its stories, not those on it.
    """
    texts = dict.fromkeys((asked, query.standalone))
    listed = (overview(text, mentions(text, query.as_of)) for text in texts)
    about = next((found for found in listed if found is not None), None)
    of = {name.lower() for name in query.filters.publishers}
    return replace(about, subject="") if about and about.subject.lower() in of else about


def kind_of(question: str) -> Kind:
    """The type of answer asked for; ``FACT`` where no rule knows it."""
    found: list[tuple[int, int, Kind]] = []
    for rank, (kind, pattern) in enumerate(_KINDS):
        match = pattern.search(question)
        if match:
            found.append((match.start(), rank, kind))
    return min(found)[2] if found else Kind.FACT


def order_of(question: str, found: Sequence[Mention] = ()) -> Order:
    """Which articles the question prefers."""
    if any(mention.relation is Relation.AS_OF for mention in found) or _LATEST.search(question):
        return Order.LATEST
    return Order.FIRST if _FIRST.search(question) else Order.RELEVANCE


def _single(question: str, whole: str, as_of: date) -> Query:
    """One question without filters and parts; kind and order are of its own words."""
    # A time in the brackets is background, unless nothing else is named.
    found = mentions(_NOTE.sub(lambda note: " " * len(note.group()), whole), as_of)
    found = found or mentions(whole, as_of)
    around = merged([_looking_back(mention) for mention in found], as_of)
    return Query(
        question=question,
        standalone=whole,
        as_of=as_of,
        kind=kind_of(question if kind_of(question) is not Kind.FACT else whole),
        order=order_of(whole, found),
        around=around,
    )


def _looking_back(mention: Mention) -> Mention:
    if mention.relation is not Relation.AS_OF:
        return mention
    return replace(mention, since=mention.until - timedelta(days=AS_OF_DAYS))


def _inherit(part: Query, whole: Query) -> Query:
    """A part takes the period and order of the whole where it names none itself."""
    return replace(
        part,
        around=part.around or whole.around,
        order=whole.order if part.order is Order.RELEVANCE else part.order,
        kind=whole.kind if part.kind is Kind.FACT else part.kind,
    )


def _demands(question: str, filters: Filters, publishers: Sequence[str], as_of: date) -> Filters:
    """The reader's limits with what the question demands of its sources."""
    named = filters.publishers or tuple(p for p in publishers if _attributed(question, p))
    since, until = filters.since, filters.until
    for mention in mentions(question, as_of):
        if _MEDIA.search(question[: mention.start]):
            first, last = mention.window(as_of)
            if since is None and mention.relation is not Relation.UNTIL:
                since = first
            until = min(until, last) if until else last
            break
    return replace(filters, since=since, until=until, publishers=named)


def _attributed(question: str, publisher: str) -> bool:
    """Whether the question asks for what a publisher reported, not about the publisher."""
    core = re.sub(r"^the\s+|\.(?:com|org|net|co\.uk)$", "", publisher.strip(), flags=re.IGNORECASE)
    if len(core) < 2 or core.lower() not in question.lower():
        return False
    name = rf"(?:the\s+)?{re.escape(core)}(?:\.com)?\b"
    return bool(
        re.search(
            rf"\b(?:according to|as (?:reported|told|covered) by|(?:reported|published|covered|"
            rf"written) (?:by|in|on)|told)\s+{name}"
            rf"|\b(?:did|does|has)\s+{name}\s+(?:report|publish|write|written|cover|reported)"
            rf"|\b{name}['’]s?\s+(?:reports?|articles?|stor(?:y|ies)|coverage|reporting|piece)\b"
            rf"|\b{name}\s+(?:reports?|reported|writes|wrote|articles?|stories)\b"
            rf"|\b(?:articles?|stories|reports?|coverage|news)\s+(?:from|in|by|on)\s+{name}",
            question,
            re.IGNORECASE,
        )
    )
