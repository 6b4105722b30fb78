"""What every answerer shares: numbering citations, rendering marks, abstaining.

An answerer drafts sentences with the spans that support them; :func:`assemble` turns the
drafts into an :class:`~rag.types.Answer` whose citations are numbered in order of first
use and whose quotes are cut from the stored passages, so ``quote == text[start:end]``
holds by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rag.dated import outdated
from rag.header import spoken
from rag.types import (
    Answer,
    Citation,
    Claim,
    DoneEvent,
    Event,
    Hit,
    Order,
    Passage,
    Query,
    Reason,
    Source,
    Status,
    TextEvent,
    Turn,
)

FEW = 3  # articles
NEAREST = 3  # articles named when abstaining: enough to go on with, few enough to read


def few(hits: Sequence[Hit]) -> bool:
    """Whether the passages are of few articles."""
    return len({hit.passage.source.article_id for hit in hits}) <= FEW


class Answerer(Protocol):
    """Answers a question from retrieved passages."""

    def answer(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn] = ()
    ) -> Iterator[Event]:
        """Events while the answer grows; the last one is a :class:`DoneEvent`."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a retrieved passage; offsets are the article's, inside the passage's.

    :raises ValueError: where the span is empty or leaves the passage
    """

    passage: Passage
    start: int
    end: int

    def __post_init__(self) -> None:
        if not self.passage.start <= self.start < self.end <= self.passage.end:
            raise ValueError(
                f"span {self.start}-{self.end} is not inside passage "
                f"{self.passage.start}-{self.passage.end}"
            )

    @property
    def quote(self) -> str:
        """The words themselves."""
        base = self.passage.start
        return self.passage.text[self.start - base : self.end - base]

    @property
    def key(self) -> tuple[int, int, int, int]:
        """What makes two spans the same citation."""
        source = self.passage.source
        return (source.article_id, source.version, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Draft:
    """One sentence of an answer before its citations are numbered."""

    text: str  # plain, without [n]
    evidence: tuple[Evidence, ...]
    support: float = 1.0
    status: Status = Status.SUPPORTED
    focus: tuple[int, int] | None = None
    doubt: str = ""  # what the check has against it, for people


@dataclass(frozen=True, slots=True)
class About:
    """What is said of an answer as a whole; see the fields of ``Answer``."""

    model: str = "extractive"
    prompt_hash: str | None = None
    notes: tuple[str, ...] = ()
    confidence: float = 1.0
    tokens: dict[str, int] = field(default_factory=dict)


def assemble(
    query: Query, drafts: Sequence[Draft], hits: Sequence[Hit], about: About | None = None
) -> Answer:
    """The answer made of ``drafts``, citations numbered from 1 in order of first use.

    Drafts with status UNSUPPORTED lose their citations and are shown struck. A note says where
    what is cited may be out of date.

    :raises ValueError: for no drafts, or a draft that cites a passage not among ``hits``
    """
    about = about or About()
    if not drafts:
        raise ValueError("an answer needs a draft: use abstain where there is none")
    claims, citations = number(drafts, {hit.passage.id for hit in hits})
    return Answer(
        question=query.question,
        text=render(claims),
        claims=claims,
        citations=citations,
        hits=tuple(hits),
        as_of=query.as_of,
        newest=newest(draft_passages(drafts)),
        model=about.model,
        prompt_hash=about.prompt_hash,
        notes=(*about.notes, *outdated(query, draft_passages(drafts), hits)),
        confidence=about.confidence,
        tokens=about.tokens,
    )


def number(
    drafts: Sequence[Draft], retrieved: set[int]
) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]:
    """Claims and their citations; the same span gets the same number everywhere.

    :raises ValueError: for evidence outside the ``retrieved`` passage ids
    """
    numbers: dict[tuple[int, int, int, int], int] = {}
    citations: list[Citation] = []
    claims: list[Claim] = []
    for draft in drafts:
        marks: list[int] = []
        shown = () if draft.status is Status.UNSUPPORTED else draft.evidence
        for evidence in shown:
            if evidence.passage.id not in retrieved:
                raise ValueError(f"passage {evidence.passage.id} was not retrieved")
            if evidence.key not in numbers:
                numbers[evidence.key] = len(citations) + 1
                citations.append(_citation(len(citations) + 1, evidence))
            if numbers[evidence.key] not in marks:
                marks.append(numbers[evidence.key])
        claims.append(
            Claim(draft.text, tuple(marks), draft.support, draft.status, draft.focus, draft.doubt)
        )
    return tuple(claims), tuple(citations)


def _citation(n: int, evidence: Evidence) -> Citation:
    passage = evidence.passage
    source = passage.source
    return Citation(
        n=n,
        article_id=source.article_id,
        version=source.version,
        passage_id=passage.id,
        url=source.url,
        title=source.title,
        publisher=source.publisher,
        published=source.published,
        start=evidence.start,
        end=evidence.end,
        quote=evidence.quote,
    )


# In a sentence with status PARTIAL, before its end; the second where something is against it.
UNCONFIRMED = "(wording not confirmed)"
DOUBTED = "(doubtful)"
_END = re.compile(r"[.!?…:][\"'”’)\]]*$")
_MARK = re.compile(r"\[(\d{1,3})\]")


def render(claims: Iterable[Claim]) -> str:
    """The text that a reader sees: ``sentence. [1][2] sentence. [3]``.

    Marks follow the final punctuation, which is added where a claim has none; before it stands
    :data:`UNCONFIRMED` or :data:`DOUBTED` where the status is PARTIAL. Bracketed numbers in it
    become ``(1)``, so that every ``[n]`` is a citation.
    """
    parts: list[str] = []
    for claim in claims:
        text = _MARK.sub(r"(\1)", claim.text.strip())
        if not _END.search(text):
            text = text.rstrip(",;–—- ") + "."
        if claim.status is Status.UNSUPPORTED:
            parts.append(f"~~{text}~~ (not supported by the articles)")
            continue
        if claim.status is Status.PARTIAL:
            text = _unconfirmed(text, DOUBTED if claim.doubt else UNCONFIRMED)
        marks = "".join(f"[{n}]" for n in claim.citations)
        parts.append(f"{text} {marks}".rstrip())
    return " ".join(parts)


def _unconfirmed(text: str, mark: str) -> str:
    """``text`` with ``mark`` before its full stop, so that ``[n]`` still follows a sentence."""
    if text[-1] in ".!?…:":
        return f"{text[:-1]} {mark}{text[-1]}"
    return f"{text} {mark}."  # it ends in a quotation mark or bracket


def newest(passages: Iterable[Passage]) -> str | None:
    """The latest publication date among the passages' articles (ISO), or None."""
    return max((p.source.published for p in passages if p.source.published), default=None)


def draft_passages(drafts: Iterable[Draft]) -> Iterator[Passage]:
    """The passages that the drafts cite."""
    return (evidence.passage for draft in drafts for evidence in draft.evidence)


def events(answer: Answer) -> Iterator[Event]:
    """A finished answer as a stream: the text after each claim, then the answer."""
    if not answer.abstained:
        for count in range(1, len(answer.claims) + 1):
            claims = answer.claims[:count]
            used = {n for claim in claims for n in claim.citations}
            yield TextEvent(render(claims), tuple(c for c in answer.citations if c.n in used))
    else:
        yield TextEvent(answer.text, ())
    yield DoneEvent(answer)


_SAID = {
    Reason.NO_QUESTION: "Ask a question about the news in the articles, and I will quote "
    "what they say.",
    Reason.NOTHING_FOUND: "The articles here don't answer that.",
    Reason.NOT_YET_REPORTED: "The articles here don't report that yet.",
    Reason.CONFLICT: "The articles contradict each other on that, so I can't say which is right.",
}


def abstain(
    query: Query,
    hits: Sequence[Hit],
    reason: Reason,
    about: About | None = None,
    *,
    near: bool = True,
) -> Answer:
    """An answer that says it doesn't know: no claims, no citations, the reason, next steps.

    :param near: name the nearest articles (not for an off-topic question, where they
        would only puzzle the reader)
    """
    about = about or About(confidence=0.0)
    text = _SAID[reason]
    passages = [hit.passage for hit in hits]
    latest = newest(passages)
    asked = bool(_WRITER.search(query.question))
    near = near or (asked and few(hits))
    if reason is not Reason.NO_QUESTION and near and passages:
        text += f" Nearest: {nearest(passages, authors=asked)}."
        if latest and (reason is Reason.NOT_YET_REPORTED or query.order is Order.LATEST):
            text += f" The newest of those found is of {day(latest)}."
    return Answer(
        question=query.question,
        text=text,
        claims=(),
        citations=(),
        hits=tuple(hits),
        as_of=query.as_of,
        abstained=True,
        reason=reason,
        newest=latest,
        model=about.model,
        prompt_hash=about.prompt_hash,
        notes=about.notes,
        confidence=about.confidence,
        tokens=about.tokens,
    )


# Bylines are kept beside the text, so no passage can be cited for who wrote an article.
_WRITER = re.compile(
    r"\b(?:who (?:wrote|authored|penned|reported)"
    r"|(?:the|an?|its|which|what) (?:author|writer|journalist|reporter)"
    r"|by ?lines?|(?:written|authored) by)\b",
    re.IGNORECASE,
)
_MOST_AUTHORS, _LONGEST_AUTHOR = 3, 60


def nearest(passages: Iterable[Passage], limit: int = NEAREST, *, authors: bool = False) -> str:
    """The first few articles by title, as ``“Title” (Publisher, 3 March 2025); …``.

    :param authors: tell also who wrote them, as their bylines or metadata say
    """
    named: dict[int, str] = {}
    for passage in passages:
        source = passage.source
        if source.article_id not in named and len(named) < limit:
            by = _authors(source) if authors else ""
            facts = ", ".join(x for x in (by, source.publisher, day(source.published)) if x)
            title = " ".join(plain(source.title).split()) or source.url
            named[source.article_id] = f"“{title}”" + (f" ({facts})" if facts else "")
    return "; ".join(named.values())


def _authors(source: Source) -> str:
    listed = [plain(name) for name in source.authors[:_MOST_AUTHORS]]
    told = [name for name in listed if 0 < len(name) <= _LONGEST_AUTHOR]
    return f"by {' and '.join(told)}" if told else ""


def day(published: str | None) -> str:
    """``2025-03-03…`` as ``3 March 2025``; empty where unknown."""
    return spoken(published)


_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)|!\[([^\]]*)\]\[[^\]]*\]")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_URL = re.compile(r"\b(?:https?|ftp|javascript|data|file):\S+", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*\*|__(?=\w)|(?<=\w)__|`")


def plain(text: str) -> str:
    """``text`` as one line of plain words: no images, links, addresses, tags, emphasis."""
    text = _IMAGE.sub(" ", text)
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub(" ", text)
    text = _URL.sub(" ", text)
    return " ".join(_EMPHASIS.sub("", text).split())
