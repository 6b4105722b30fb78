"""The types that pass between the stages; one type a stage, all immutable.

Article → Passage → Hit → Answer (claims, citations). Offsets are Unicode code points
into ``Article.text``; dates are ISO 8601 strings, ``YYYY-MM-DD`` or
``YYYY-MM-DDTHH:MM:SSZ`` (UTC), which sort as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Origin(StrEnum):
    """Where a date was found."""

    FILE = "file"  # front matter or a corpus file's field
    FEED = "feed"
    META = "meta"  # JSON-LD, meta or time elements of the page
    TEXT = "text"  # the page's visible text
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Article:
    """One article as extracted: clean text and what is known about it.

    ``text`` is light Markdown: paragraphs apart by a blank line, headings as ``#`` lines,
    list items as ``- `` lines, no links, images or HTML.
    """

    url: str
    title: str
    text: str
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    published_from: Origin = Origin.UNKNOWN
    updated: str | None = None
    updated_from: Origin = Origin.UNKNOWN
    fetched: str | None = None
    language: str | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A cluster of near-identical articles (syndicated copies), counted once."""

    id: int
    publishers: tuple[str, ...] = ()
    copies: int = 1  # articles in the cluster


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader is shown of one stored version of an article (all but its text)."""

    article_id: int
    version: int  # 1 for the first text stored at this address
    url: str
    title: str
    publisher: str | None
    authors: tuple[str, ...]
    published: str | None
    published_from: Origin
    updated: str | None
    fetched: str | None
    language: str | None
    story: Story

    @property
    def day(self) -> date | None:
        """The publication day, or None where the date is unknown."""
        return date.fromisoformat(self.published[:10]) if self.published else None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """A stored version of an article with its text."""

    source: Source
    text: str
    versions: int
    updated_from: Origin
    summary: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """A passage before it is stored: ``article.text[start:end]`` under a heading."""

    start: int
    end: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored passage: ``text == article.text[start:end]`` of ``source``'s version."""

    id: int
    source: Source
    ordinal: int  # 0 for the article's first passage
    start: int
    end: int
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage. Scores are comparable within one result list only."""

    passage: Passage
    score: float  # fused; higher is better
    cosine: float | None = None  # -1 to 1; None where dense retrieval did not see it
    bm25: float | None = None  # 0 upwards; None where the lexical index did not see it
    part: int = 0  # index of the sub-question that found it first


class Kind(StrEnum):
    """The type of answer that a question asks for."""

    FACT = "fact"
    NUMBER = "number"
    WHEN = "when"
    PERSON = "person"
    ORGANISATION = "organisation"
    LIST = "list"
    REASON = "reason"
    COMPARE = "compare"


class Order(StrEnum):
    """Which articles a question prefers when several answer it."""

    RELEVANCE = "relevance"
    LATEST = "latest"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Filters:
    """Hard limits on the articles searched; dates are inclusive, None means open.

    With a date limit, articles of unknown date are left out unless ``undated`` is true.
    """

    since: date | None = None
    until: date | None = None
    publishers: tuple[str, ...] = ()
    undated: bool = False

    @property
    def active(self) -> bool:
        """Whether anything is limited at all."""
        return bool(self.since or self.until or self.publishers)


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Overview:
    """A question for the news itself: "what's new at OpenAI?", "what happened in March 2025?"."""

    subject: str  # "" for all that was reported
    oldest_first: bool = False
    amount: str = ""  # of the subject, where it asks how that went on: "valuation"
    told: tuple[tuple[int, int], ...] = ()  # sentences that tell them: passage, offset within it
    stories: int = 0  # stories found
    instead: bool = False  # to be told only where no sentence answers


@dataclass(frozen=True, slots=True)
class Query:
    """A question as understood."""

    question: str  # as asked
    standalone: str  # with the history's subjects filled in
    as_of: date  # "today" for relative times
    kind: Kind = Kind.FACT
    order: Order = Order.RELEVANCE
    filters: Filters = NO_FILTERS  # what the question or the reader demands
    around: tuple[date, date] | None = None  # a period the question mentions: preferred only
    parts: tuple[Query, ...] = ()  # sub-questions, searched side by side; empty for one
    overview: Overview | None = None  # where it asks for the news itself


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far; role is "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact span that supports a claim: ``quote == text[start:end]`` of that version."""

    n: int  # 1-based, as shown in the answer
    article_id: int
    version: int
    passage_id: int
    url: str
    title: str
    publisher: str | None
    published: str | None
    start: int
    end: int
    quote: str


class Status(StrEnum):
    """What verification found of a claim."""

    SUPPORTED = "supported"
    PARTIAL = "partial"  # the article speaks of it, the wording could not be confirmed: marked
    DISPUTED = "disputed"  # another source gives another value
    SUPERSEDED = "superseded"  # a newer article gives another value
    UNSUPPORTED = "unsupported"  # shown only struck, with a note


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of the answer with the citations that support it."""

    text: str  # without [n] marks
    citations: tuple[int, ...]
    support: float = 1.0  # 0 to 1, calibrated
    status: Status = Status.SUPPORTED
    focus: tuple[int, int] | None = None  # the answering words within text, if known
    doubt: str = ""  # of status PARTIAL: what the check has against it, for people


class Reason(StrEnum):
    """Why an answer abstained."""

    NOTHING_FOUND = "nothing_found"
    NOT_YET_REPORTED = "not_yet_reported"
    CONFLICT = "sources_conflict"
    NO_QUESTION = "no_question"


@dataclass(frozen=True, slots=True)
class Seconds:
    """Wall-clock seconds by stage."""

    understand: float = 0.0
    retrieve: float = 0.0
    answer: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified answer; ``text`` is what the reader sees, with ``[n]`` marks."""

    question: str
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    as_of: date
    abstained: bool = False
    reason: Reason | None = None
    newest: str | None = None  # publication date of the newest relevant article
    model: str = "extractive"
    prompt_hash: str | None = None
    seconds: Seconds = Seconds()
    notes: tuple[str, ...] = ()  # said to the reader: fall-backs, disagreements
    confidence: float = 1.0  # 0 to 1, calibrated probability that the answer is right
    tokens: Mapping[str, int] = field(default_factory=dict)  # prompt/completion, if counted

    def record(self, id: str | None = None) -> dict[str, Any]:
        """The answer as the JSON object that evaluation scripts read."""
        return {
            "id": id,
            "question": self.question,
            "answer": self.text,
            "abstained": self.abstained,
            "reason": self.reason.value if self.reason else None,
            "claims": [
                {
                    "text": c.text,
                    "citations": list(c.citations),
                    "status": c.status.value,
                    "support": round(c.support, 4),
                }
                for c in self.claims
            ],
            "citations": [
                {
                    "n": c.n,
                    "url": c.url,
                    "title": c.title,
                    "publisher": c.publisher,
                    "published": c.published,
                    "version": c.version,
                    "start": c.start,
                    "end": c.end,
                    "quote": c.quote,
                }
                for c in self.citations
            ],
            "hits": [
                {
                    "url": h.passage.source.url,
                    "start": h.passage.start,
                    "end": h.passage.end,
                    "text": h.passage.text,
                    "score": round(h.score, 6),
                }
                for h in self.hits
            ],
            "as_of": self.as_of.isoformat(),
            "newest": self.newest,
            "model": self.model,
            "prompt_hash": self.prompt_hash,
            "confidence": round(self.confidence, 4),
            "notes": list(self.notes),
            "tokens": dict(self.tokens),
            "seconds": {
                "understand": round(self.seconds.understand, 4),
                "retrieve": round(self.seconds.retrieve, 4),
                "answer": round(self.seconds.answer, 4),
                "total": round(self.seconds.total, 4),
            },
        }


@dataclass(frozen=True, slots=True)
class StageEvent:
    """A stage of the work began; ``detail`` is for people ("reading 8 passages")."""

    stage: str  # understand, retrieve, answer, verify
    detail: str


@dataclass(frozen=True, slots=True)
class TextEvent:
    """The verified answer so far, with ``[n]`` marks; replaces what was shown before."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class DoneEvent:
    """The last event of a stream."""

    answer: Answer


Event = StageEvent | TextEvent | DoneEvent
