"""A few invented passages and what else the answerer tests share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from rag.candidates import Matcher, candidates
from rag.features import FEATURES, Asked, features
from rag.types import Answer, DoneEvent, Hit, Origin, Passage, Query, Source, Story

AS_OF = date(2025, 11, 1)
OFFSET = 100  # where the passages begin in their articles


def hit(
    n: int, title: str, publisher: str | None, published: str | None, text: str, score: float = 0.9
) -> Hit:
    source = Source(
        article_id=n,
        version=1,
        url=f"https://example.com/{n}",
        title=title,
        publisher=publisher,
        authors=(),
        published=published,
        published_from=Origin.FILE if published else Origin.UNKNOWN,
        updated=None,
        fetched=None,
        language="en",
        story=Story(n),
    )
    passage = Passage(n, source, 0, OFFSET, OFFSET + len(text), text)
    return Hit(passage, score / n, cosine=0.6, bm25=9.0)


CUTS = hit(
    1,
    "Amazon to cut 14,000 corporate jobs",
    "Harbor Wire",
    "2025-10-28",
    "Amazon said on Tuesday that it will cut about 14,000 corporate jobs. The company expects "
    "the cuts to save $8 billion a year.\n\nBeth Galetti, a senior vice president, told staff in "
    "a memo that they would have 90 days to look for a new role.",
)
UPS = hit(
    2,
    "UPS trims its network",
    "The Ledger",
    "2025-10-28",
    "UPS said it had reduced its operational workforce by 34,000 positions this year.",
)
NEWS = (CUTS, UPS)
HOW_MANY = "How many corporate jobs is Amazon cutting?"


def query(question: str = HOW_MANY, **more: Any) -> Query:
    return Query(question, question, AS_OF, **more)


def rows(query: Query, *hits: Hit) -> list[dict[str, float]]:
    """The named features of all sentences, in order."""
    pool = candidates(hits)
    listed = features(Asked.of(Matcher.over(query, pool), hits), pool)
    return [dict(zip(FEATURES, row, strict=True)) for row in listed]


def last(events: Sequence[Any]) -> Answer:
    assert isinstance(events[-1], DoneEvent)
    answer: Answer = events[-1].answer
    return answer


def check_citations(answer: Answer, hits: Sequence[Hit]) -> None:
    """Every quote is cut from a retrieved passage; every mark has its citation."""
    passages = {h.passage.id: h.passage for h in hits}
    for citation in answer.citations:
        passage = passages[citation.passage_id]
        start = citation.start - passage.start
        assert passage.text[start : citation.end - passage.start] == citation.quote
    numbers = {c.n for c in answer.citations}
    for claim in answer.claims:
        assert set(claim.citations) <= numbers
