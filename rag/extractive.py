"""The answerer without a language model: it quotes the sentences that answer best.

Every claim is an exact stretch of a retrieved passage, so nothing can be made up; what can
go wrong is the choice, which is why the answer abstains below a calibrated probability.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from rag.answer import About, Draft, Evidence, abstain, assemble, events
from rag.confidence import ANSWERABLE, probability, reason
from rag.disagree import newest_first, note, premise_notes, values
from rag.evidence import FEATURES, Matcher, Scored, score
from rag.trim import WHOLE, trim
from rag.types import Answer, Event, Hit, Query, Reason, Turn
from rag.wanted import Form
from rag.words import content

NOTE = "These are quotations: no language model is configured."
WORDS = 64  # an answer's length to stay within; the median stays below 60
PART_WORDS = 40  # … for each part of a question with several
SENTENCES = 3
PART_SENTENCES = 2
# A further sentence must score this close to the best one (logit) to be quoted too.
MARGIN = 3.5
# A sentence of the wanted form is favoured by this much where no quoted one has it (logit).
FORMED = 2.5
# From this strength on, something of the wanted form counts as a possible answer.
POSSIBLE = 0.85
# Forms whose answers may be spread over sentences without a value that could be counted.
_OPEN = (Form.LIST, Form.REASON, Form.ANY)
FIRST = 60  # words that the first quotation may have to stay whole
POOL = 20  # candidates looked at
# Below this probability not even the nearest articles are worth naming.
NEAR = 0.1


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
        if no_question(query.question):
            return abstain(query, hits, Reason.NO_QUESTION)
        if not hits:
            return abstain(query, hits, reason(query, hits))
        parts = query.parts or (query,)
        words = WORDS if len(parts) == 1 else PART_WORDS
        drafts: list[Draft] = []
        notes = [NOTE]
        chances = []
        for part in parts:
            scored = score(part, hits, self._encoder)
            chances.append(probability(part, hits, scored))
            chosen, said = _select(part, scored, words, drafts)
            drafts += chosen
            notes += [line for line in said if line not in notes]
        confidence = max(chances, default=0.0)
        if not drafts or confidence < ANSWERABLE:
            about = About(confidence=confidence)
            return abstain(query, hits, reason(query, hits), about, near=confidence > NEAR)
        return assemble(query, drafts, hits, About(notes=tuple(notes), confidence=confidence))


_GREETING = re.compile(
    r"\W*(?:hello|hi|hey|hallo|good (?:morning|afternoon|evening|day)|thanks?(?: you)?|thx|bye|"
    r"goodbye|ok(?:ay)?|test|ping|yo|sup|how are you|who are you|what can you do|help)"
    r"(?: there| all| everyone| again| a lot| so much| citewire)?\W*",
    re.IGNORECASE,
)


def no_question(text: str) -> bool:
    """Whether the words ask nothing about anything: empty, a greeting, thanks."""
    return not content(text) or bool(_GREETING.fullmatch(text))


def _select(
    query: Query, scored: Sequence[Scored], words: int, already: Sequence[Draft]
) -> tuple[list[Draft], list[str]]:
    """The quotations for one (part of a) question, and what is to be said of them."""
    if not scored:
        return [], []
    matcher = Matcher.over(query, [s.candidate for s in scored])
    found = values(matcher, scored)
    if len(found) > 1 and any(value.scored is scored[0] for value in found):
        marked = newest_first(found)[:SENTENCES]
        drafts = [replace(quote(v.scored, matcher), status=status) for v, status in marked]
        return drafts, [note(marked)]
    drafts = _quotations(matcher, scored, words, already)
    shown = " ".join(draft.text for draft in drafts)
    return drafts, premise_notes(matcher, scored, shown)


def _quotations(
    matcher: Matcher, scored: Sequence[Scored], words: int, already: Sequence[Draft]
) -> list[Draft]:
    """The best sentence, then others that score nearly as well, while there is room.

    Where a figure, date or name is wanted and has been quoted, a further sentence must bring
    another one: without that it only is about the subject.
    """
    drafts: list[Draft] = []
    chosen: list[Scored] = []
    said: set[str] = set()
    closed = matcher.want.form not in _OPEN
    left = words
    most = SENTENCES if words >= WORDS else PART_SENTENCES
    rest = list(scored[:POOL])
    while rest and len(drafts) < most:
        item = max(rest, key=lambda s: s.score + _bonus(s, chosen))
        rest.remove(item)
        if drafts and item.score + _bonus(item, chosen) < scored[0].score - MARGIN:
            break
        answers = _possible(item, matcher)
        if closed and said and answers <= said:
            continue
        draft = quote(item, matcher, WHOLE if drafts or already else FIRST)
        length = len(draft.text.split())
        if drafts and length > left:
            continue
        if any(_same(draft.text, other.text, matcher) for other in (*already, *drafts)):
            continue
        drafts.append(draft)
        chosen.append(item)
        said |= answers
        left -= length
    return drafts


def _possible(item: Scored, matcher: Matcher) -> set[str]:
    """The stretches of a sentence that could be the answer, in lower case."""
    text = item.candidate.sentence.text
    found = matcher.want.found(text)
    return {text[f.start : f.end].lower() for f in found if f.strength >= POSSIBLE}


def _bonus(item: Scored, chosen: Sequence[Scored]) -> float:
    """What speaks for quoting ``item`` after those chosen, as a logit.

    One that has the wanted form (a reason, a date …) is needed where those have none.
    """
    needed = chosen and all(s.features[_FORM] < POSSIBLE for s in chosen)
    return FORMED if needed and item.features[_FORM] >= 0.9 else 0.0


_FORM = FEATURES.index("form_strong")
_DATELINE = re.compile(
    r"[A-Z][A-Z .,'’-]{2,40}(?:,? [A-Z][a-z]+\.? \d{1,2})? \([^()]{2,40}\) [-–—] "
)


def quote(item: Scored, matcher: Matcher, longest: int = WHOLE) -> Draft:
    """The candidate as a draft: trimmed, with the answering words marked.

    :param longest: words that a sentence may have to stay whole
    """
    sentence = item.candidate.sentence
    listed = matcher.want.found(sentence.text)
    best = listed[0] if listed and matcher.want.form is not Form.LIST else None
    start, end = trim(sentence.text, matcher.weights, best, longest)
    dateline = _DATELINE.match(sentence.text)
    if dateline and start < dateline.end() < end:
        start = dateline.end()
    whole = item.candidate.evidence
    evidence = Evidence(whole.passage, whole.start + start, whole.start + end)
    text = evidence.quote
    focus = None
    if best and best.strength >= 0.4 and start <= best.start and best.end <= end:
        focus = (best.start - start, best.end - start)
    if "\n" in text:  # a hard-wrapped line: same words, spaces for line ends, same length
        text = text.replace("\n", " ")
    return Draft(text, (evidence,), 1.0, focus=focus)


def _same(new: str, old: str, matcher: Matcher) -> bool:
    """Whether a quotation repeats another: mostly the same words, no further possible answer."""
    one, two = set(content(new)), set(content(old))
    if not one:
        return True
    if len(one & two) < 0.6 * min(len(one), len(two)):
        return False
    said = {old[f.start : f.end].lower() for f in matcher.want.found(old)}
    return all(
        new[f.start : f.end].lower() in said or new[f.start : f.end].lower() in old.lower()
        for f in matcher.want.found(new)
        if f.strength >= 0.4
    )
