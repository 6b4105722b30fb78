"""The answerer without a language model: it quotes the sentences that answer best.

Every claim is an exact stretch of a retrieved passage, so nothing can be made up; what can
go wrong is the choice, which is why the answer abstains below a calibrated probability.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rag.answer import About, Draft, Evidence, abstain, assemble, events
from rag.confidence import ANSWERABLE, probability, reason
from rag.evidence import Matcher, Scored, candidates, score
from rag.trim import trim
from rag.types import Answer, Event, Hit, Query, Reason, Turn
from rag.wanted import Form
from rag.words import content

NOTE = "These are quotations: no language model is configured."
WORDS = 60  # an answer's length to stay within
PART_WORDS = 34  # … for each part of a question with several
SENTENCES = 3
# A further sentence must score this close to the best one (logit) to be quoted too.
MARGIN = 3.0
PRONOUNS = ("it ", "he ", "she ", "they ", "this ", "these ", "that ", "its ", "his ", "her ")


class ExtractiveAnswerer:
    """Answers with quotations.

    :param encoder: gives ``encode(list[str]) -> (n, d)`` unit vectors
    """

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder

    def answer(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn] = ()
    ) -> Iterator[Event]:
        """The answer as events; the last one is a DoneEvent."""
        yield from events(self.reply(query, hits))

    def reply(self, query: Query, hits: Sequence[Hit]) -> Answer:
        """The whole answer at once."""
        if not content(query.question):
            return abstain(query, hits, Reason.NO_QUESTION)
        if not hits:
            return abstain(query, hits, reason(query, hits))
        parts = query.parts or (query,)
        drafts: list[Draft] = []
        chances = []
        words = WORDS if len(parts) == 1 else PART_WORDS
        for part in parts:
            scored = score(part, hits, self._encoder)
            chances.append(probability(part, hits, scored))
            drafts += self._select(part, scored, words, drafts)
        confidence = max(chances, default=0.0)
        if not drafts or confidence < ANSWERABLE:
            about = About(confidence=confidence)
            return abstain(query, hits, reason(query, hits), about, near=confidence > 0.1)
        about = About(notes=(NOTE,), confidence=confidence)
        return assemble(query, drafts, hits, about)

    def _select(
        self, query: Query, scored: Sequence[Scored], words: int, already: Sequence[Draft]
    ) -> list[Draft]:
        if not scored:
            return []
        matcher = Matcher.over(query, [s.candidate for s in scored])
        drafts: list[Draft] = []
        left = words
        for item in scored[:12]:
            if len(drafts) >= SENTENCES or (drafts and item.score < scored[0].score - MARGIN):
                break
            draft = quote(item, matcher)
            length = len(draft.text.split())
            if drafts and length > left:
                continue
            if any(_same(draft.text, other.text) for other in (*already, *drafts)):
                continue
            drafts.append(draft)
            left -= length
        return drafts


def quote(item: Scored, matcher: Matcher) -> Draft:
    """The candidate as a draft: trimmed, with the answering words marked."""
    sentence = item.candidate.sentence
    listed = matcher.want.found(sentence.text)
    best = listed[0] if listed and matcher.want.form is not Form.LIST else None
    start, end = trim(sentence.text, matcher.weights, best)
    whole = item.candidate.evidence
    evidence = Evidence(whole.passage, whole.start + start, whole.start + end)
    text = evidence.quote
    focus = None
    if best and best.strength >= 0.4 and start <= best.start and best.end <= end:
        focus = (best.start - start, best.end - start)
    if "\n" in text:  # a hard-wrapped line: same words, spaces for line ends, same length
        text = text.replace("\n", " ")
    return Draft(text, (evidence,), 1.0, focus=focus)


def _same(left: str, right: str) -> bool:
    """Whether two quotations say nearly the same words."""
    one, two = set(content(left)), set(content(right))
    return len(one & two) >= 0.6 * min(len(one), len(two)) if one and two else True


__all__ = ["ExtractiveAnswerer", "candidates", "quote"]
