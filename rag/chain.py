"""The answerer with a language model: numbered passages in, verified sentences out.

A sentence of the model reaches the reader only if it says something on the question that a
retrieved span supports or, with a mark, at least speaks of and doesn't contradict; what the
model says of itself, its citations included, is never taken on trust. Where the provider fails
the articles are quoted instead, and the answer says so. A wrong key or an unknown model is
raised: only the user can mend that.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from rag import llm, prompts
from rag.anchor import anchored, echo, same
from rag.answer import (
    About,
    Answerer,
    Draft,
    abstain,
    assemble,
    day,
    number,
    render,
)
from rag.calls import Call
from rag.condense import condense
from rag.disagree import marked
from rag.errors import ModelTimeout, ModelUnavailable
from rag.injection import is_order, orders, quoted, touches_order, without_orders
from rag.nli import Judge, load_judge, reviewed
from rag.repair import repair
from rag.reply import NO_ANSWER, Reader, Sentence, leaks
from rag.types import (
    Answer,
    DoneEvent,
    Event,
    Hit,
    Passage,
    Query,
    Reason,
    StageEvent,
    Status,
    TextEvent,
    Turn,
)
from rag.verify import coverage
from rag.words import content

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.embedding import Encoder
    from rag.runnable import AnswerRunnable
    from rag.settings import Settings

# Below this calibrated probability that the passages answer, the model isn't asked: small
# models answer anything.
HOPELESS = 0.05
SENTENCES = 6  # more than the prompt asks for; a list may need them
REJECTS = 4  # sentences in a row that fail or repeat: the model rambles, stop it
# Words of a sentence that its spans themselves (not titles or publishers) must hold.
IN_BODY = 0.3
# Least cosine of a sentence that shares no word with the question, to the question or to the
# sentence before, for it to be on the subject. A judgement, not fitted: low, so that only
# plainly foreign sentences go.
ON_SUBJECT = 0.15
LONGEST_QUESTION = 1000  # characters of the question that the prompt quotes
LONGEST_TITLE = 160


@dataclass
class _Work:
    """What grows while one question is answered."""

    query: Query
    hits: tuple[Hit, ...]
    base: Answer  # the quoting answer, at hand for every way out
    fence: str
    shown: list[Passage] = field(default_factory=list)
    rules: str = ""
    drafts: list[Draft] = field(default_factory=list)
    rejected: int = 0
    in_a_row: int = 0
    refused: bool = False
    tokens: dict[str, int] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        return len(self.drafts) >= SENTENCES or self.in_a_row >= REJECTS


class ChainAnswerer:
    """Answers with a LangChain chat model.

    :param model: any chat model; :func:`rag.llm.chat_model` makes the configured one
    :param encoder: the store's encoder, to tell whether a sentence is on the subject
    :param fallback: answers where the model can't, and decides what is hopeless
    :param settings: names the model, its context window, its time limit and the inference model
    :param judge: in place of the inference model that the settings name
    """

    def __init__(
        self,
        model: BaseChatModel,
        encoder: Encoder,
        fallback: Answerer,
        settings: Settings,
        judge: Judge | None = None,
    ) -> None:
        self._model = model
        self._encoder = encoder
        self._fallback = fallback
        self._settings = settings
        self._prompt = prompts.load("answer")
        self._judge = judge
        self._loading = threading.Lock()

    def answer(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn] = ()
    ) -> Iterator[Event]:
        """Events while the answer grows, the last a DoneEvent; closing stops the model.

        :raises ModelAuthError: where the provider refuses the key
        :raises ModelError: where it doesn't know the model
        """
        base = self._quotations(query, hits, history)
        if not hits or base.reason is Reason.NO_QUESTION or base.confidence < HOPELESS:
            yield from _finish(replace(base, model=llm.label(self._settings), notes=()))
            return
        work = _Work(query, tuple(hits), base, fence=f"=={secrets.token_hex(6)}==")
        try:
            yield from self._write(work)
        except (ModelTimeout, ModelUnavailable) as error:
            if not work.drafts:
                yield from _finish(self._quote(work, f"{error}. Quoting the articles instead."))
                return
            note = f"{error}. What it had written and the articles support is shown."
            yield from _finish(self._done(work, (note,)))
            return
        yield from _finish(self._decide(work))

    def condense(self, history: Sequence[Turn], question: str) -> str | None:
        """A follow-up written out in full by the model; None to use the rules' form."""
        return condense(self._model, self._settings, history, question)

    def as_runnable(self) -> AnswerRunnable:
        """This answerer as a LangChain Runnable over ``{"query", "hits"}``."""
        from rag.runnable import AnswerRunnable

        return AnswerRunnable(self)

    def _quotations(self, query: Query, hits: Sequence[Hit], history: Sequence[Turn]) -> Answer:
        """The fallback's answer; without passages that give orders where it would quote one."""
        base = _last(self._fallback.answer(query, hits, history))
        passages = {hit.passage.id: hit.passage for hit in hits}
        if any(_from_order(passages[c.passage_id], c.start, c.end) for c in base.citations):
            clean = [hit for hit in hits if not orders(hit.passage.text)]
            base = replace(_last(self._fallback.answer(query, clean, history)), hits=tuple(hits))
        return base

    def _write(self, work: _Work) -> Iterator[Event]:
        """Ask the model, with a smaller prompt where it says the prompt is too long."""
        room = self._settings.llm_context - llm.answer_tokens(self._settings)
        for attempt in range(3):
            messages = self._messages(work, room >> attempt)
            detail = f"asking {llm.label(self._settings)} about {len(work.shown)} passages"
            yield StageEvent("answer", detail)
            try:
                yield from self._read(work, messages)
            except llm.PromptTooLong:
                if attempt == 2:
                    raise
            else:
                return

    def _read(self, work: _Work, messages: list[BaseMessage]) -> Iterator[Event]:
        reader, call = Reader(), Call(self._model, messages, self._settings)
        pieces = iter(call)
        waited = 0.0
        try:
            for piece in pieces:
                if not piece:
                    waited += 0.5
                    yield StageEvent("answer", f"waiting for {llm.label(self._settings)}")
                    continue
                yield from self._check(work, reader.feed(piece))
                if work.full or reader.looping:
                    break
            else:
                cut = call.finish in ("length", "max_tokens", "MAX_TOKENS")
                yield from self._check(work, reader.finish(cut=cut))
        finally:
            pieces.close()  # type: ignore[attr-defined]
            work.tokens = dict(call.tokens)
            work.refused = reader.refused

    def _check(self, work: _Work, sentences: Sequence[Sentence]) -> Iterator[Event]:
        """Keep the sentences that hold; one event for each."""
        for sentence in sentences:
            if work.full:
                return
            draft = self._verified(work, sentence)
            if draft is None:
                work.rejected += 1
                work.in_a_row += 1
                continue
            work.in_a_row = 0
            if any(same(draft, other) for other in work.drafts):
                work.in_a_row += 1
                continue
            work.drafts.append(draft)
            claims, citations = number(work.drafts, {p.id for p in work.shown})
            yield TextEvent(render(claims), citations)

    def _verified(self, work: _Work, sentence: Sentence) -> Draft | None:
        """The sentence with the spans that support it, or None."""
        key = (self._settings.llm_api_key,) if self._settings.llm_api_key else ()
        if leaks(sentence.text, work.rules, (work.fence.strip("="), NO_ANSWER), key):
            return None
        if (
            sentence.text.endswith("?")
            or is_order(sentence.text)
            or echo(work.query.question, sentence.text)
        ):
            return None
        draft = repair(sentence.text, sentence.cited, work.shown)
        if draft.status is Status.UNSUPPORTED or not draft.evidence:
            return None
        if any(_from_order(e.passage, e.start, e.end) for e in draft.evidence):
            return None
        body = " ".join(evidence.quote for evidence in draft.evidence)
        asked = work.query.standalone or work.query.question
        if coverage(sentence.text, body) < IN_BODY or not anchored(draft, work.drafts, asked):
            return None
        return self._reviewed(draft) if self._on_subject(work, draft) else None

    def _reviewed(self, draft: Draft) -> Draft | None:
        """The draft as the inference model leaves it, if there is one; None where it denies it."""
        if self._judge is None and self._settings.nli is not None:
            with self._loading:
                self._judge = self._judge or load_judge(self._settings)
        if self._judge is None:
            return draft
        cited = " ".join(evidence.quote for evidence in draft.evidence)
        whole = " ".join(dict.fromkeys(evidence.passage.text for evidence in draft.evidence))
        status, support = reviewed(
            self._judge, draft.text, [cited, whole], draft.status, draft.support
        )
        if status is Status.UNSUPPORTED:
            return None
        return replace(draft, status=status, support=support)

    def _on_subject(self, work: _Work, draft: Draft) -> bool:
        asked, text = work.query.standalone or work.query.question, draft.text
        told = {id for id, _ in work.query.overview.told} if work.query.overview else set()
        if told & {e.passage.id for e in draft.evidence}:
            return True  # any story answers a question for the news
        if set(content(asked)) & set(content(text)):
            return True
        others = [asked, *(draft.text for draft in work.drafts[-1:])]
        vectors: Any = self._encoder.encode([text, *others])
        return bool((vectors[1:] @ vectors[0]).max() >= ON_SUBJECT)

    def _messages(self, work: _Work, room: int) -> list[BaseMessage]:
        """The prompt with as many of the best passages as fit in ``room`` tokens."""
        question = quoted(work.query.standalone or work.query.question, LONGEST_QUESTION)
        values = {
            "fence": work.fence,
            "no_answer": NO_ANSWER,
            "question": " ".join(question.split()),
            "today": day(work.query.as_of.isoformat()),
        }
        system, user = self._prompt.fill(passages="", **values)
        left = room - estimate(system) - estimate(user) - 32  # the chat template's own
        work.shown, blocks = [], []
        for hit in work.hits:
            block = _block(hit.passage, len(work.shown) + 1)
            if block is None:
                continue
            cost = estimate(block)
            if cost > left:
                if work.shown:
                    break
                block = block[: max(200, 3 * left)]  # the best passage goes in, shortened
            work.shown.append(hit.passage)
            blocks.append(block)
            left -= cost
        system, user = self._prompt.fill(passages="\n\n".join(blocks), **values)
        work.rules = system
        return [SystemMessage(system), HumanMessage(user)]

    def _decide(self, work: _Work) -> Answer:
        """What to show now that the reply is complete."""
        if work.drafts:
            return self._done(work, ())
        hidden = any(without_orders(p.text) != p.text.strip() for p in work.shown)
        if work.refused and not (hidden and not work.base.abstained):
            return self._abstained(work)
        if work.base.abstained:
            return self._abstained(work)
        why = (
            f"{llm.label(self._settings)} wrote nothing that the articles support. "
            "Quoting them instead."
        )
        return self._quote(work, why)

    def _about(self, work: _Work, notes: tuple[str, ...] = ()) -> About:
        return About(
            model=llm.label(self._settings),
            prompt_hash=self._prompt.hash,
            notes=notes,
            confidence=work.base.confidence,
            tokens=work.tokens,
        )

    def _done(self, work: _Work, notes: tuple[str, ...]) -> Answer:
        if work.rejected:
            what = "1 sentence" if work.rejected == 1 else f"{work.rejected} sentences"
            notes = (*notes, f"{what} of the model left out: not supported by the articles.")
        clean = [p for p in work.shown if not orders(p.text)]
        drafts, differing = marked(work.drafts, clean)
        # A mark for another source's figure must not hide that the wording is unconfirmed; the
        # note on the figures stands beside it.
        partial = {draft.text for draft in work.drafts if draft.status is Status.PARTIAL}
        drafts = [replace(d, status=Status.PARTIAL) if d.text in partial else d for d in drafts]
        notes = (*differing, *notes)
        return assemble(work.query, drafts, work.hits, self._about(work, notes))

    def _abstained(self, work: _Work) -> Answer:
        reason = work.base.reason or Reason.NOTHING_FOUND
        return abstain(work.query, work.hits, reason, self._about(work))

    def _quote(self, work: _Work, note: str) -> Answer:
        """The quoting answer, with what kept the model from answering."""
        return replace(work.base, notes=(note,), tokens=work.tokens, prompt_hash=self._prompt.hash)


def _from_order(passage: Passage, start: int, end: int) -> bool:
    """Whether a span (offsets of the article) lies in a paragraph that gives orders."""
    return touches_order(passage.text, start - passage.start, end - passage.start)


def _block(passage: Passage, n: int) -> str | None:
    """A passage as the prompt shows it; None where nothing but orders is in it."""
    text = quoted(without_orders(passage.text))
    if not text.strip():
        return None
    source = passage.source
    said = (source.publisher or "unknown publisher", source.title)
    publisher, title = (
        "(withheld)" if is_order(x) else " ".join(quoted(x, LONGEST_TITLE).split()) for x in said
    )
    when = day(source.published) or "date unknown"
    return f"[{n}] {publisher}, {when}: {title}\n{text}"


def estimate(text: str) -> int:
    """Tokens of a text, from above for usual tokenizers.

    English news has 4.2 to 4.8 characters a token; 3.2 leaves room for tables and names.
    Other scripts have up to one token a character, and more in old vocabularies.
    """
    plain = sum(c.isascii() for c in text)
    return round(plain / 3.2 + 1.2 * (len(text) - plain)) + 1


def _last(stream: Iterator[Event]) -> Answer:
    for event in stream:
        if isinstance(event, DoneEvent):
            return event.answer
    raise RuntimeError("the fallback ended without an answer")


def _finish(answer: Answer) -> Iterator[Event]:
    """The final text, in place of what was streamed, then the answer."""
    yield TextEvent(answer.text, answer.citations)
    yield DoneEvent(answer)
