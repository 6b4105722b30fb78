"""The answerer without a language model: it quotes the sentences that answer best.

Every claim is an exact stretch of a retrieved passage, so nothing can be made up; what can
go wrong is the choice, which is why the answer abstains below a calibrated probability.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from rag.answer import About, Draft, Evidence, abstain, assemble, events, few
from rag.candidates import Matcher
from rag.confidence import probability, reason, threshold
from rag.disagree import newest_first, note, told
from rag.evidence import Scored, score
from rag.features import EXACT, FEATURES, OPEN, POSSIBLE, bound, possible
from rag.forms import Form
from rag.leaning import leans, of_another
from rag.limits import limits
from rag.mistaken import mistaken
from rag.premise import premise_notes
from rag.rundown import missing, quotations
from rag.trim import WHOLE, dateline, trim
from rag.types import Answer, Event, Hit, Order, Query, Reason, Turn
from rag.values import values
from rag.wanted import foreground
from rag.words import content

NOTE = "These are quotations from the articles; no language model was used."


class Room(NamedTuple):
    """How much may be quoted for a question, or a part of one."""

    words: int  # to stay within
    sentences: int
    wide: float = 1.0  # factor on the margins of the forms
    margin: float | None = None  # … one for all forms instead


ROOM = Room(70, 3)  # the median of whole answers stays below 60
# Among few articles every sentence is about the same, and the best one is right less often. On 275
# questions over 36 collections .847 of the answers hold what was asked for, with ROOM .818; they
# have 43 words instead of 39.
ROOM_AMONG_FEW = Room(90, 3, 0.95)
ROOM_OF_A_PART = Room(40, 2, margin=2.2)  # where a question has two
ROOM_OF_ONE_OF_SEVERAL = Room(40, 1)
ROOM_OF_A_LIST = Room(100, 4, 1.2)  # its items may stand in several articles

# How close to the best sentence's score (logits) a further one must come to be quoted too, by
# the form of the answer. On 666 questions twice as wide margins brought two more right answers and
# a fifth more words, margins a third narrower cost six; they grew by two fifths when the reading
# came to count for twice as much in the score.
MARGINS = {Form.REASON: 2.5, Form.LIST: 2.5, Form.PERSON: 3.2, Form.NAME: 3.2, Form.DATE: 4.2}
OTHER_MARGIN = 5.2
# … and where the best one has nothing of the wanted form, so that it hardly answers.
UNFORMED_MARGIN = 5.2
# A further sentence for a "why" must give a reason at least as well as "after …" may.
PERHAPS = 0.5
# A sentence of the wanted form is favoured by this much where no quoted one has it (logit).
FORMED = 2.5
# … for all of the question's words that the quoted ones lack (logit, by share) …
LACKED = 4.0
# … and one from an older article than the first quotation's is held back, more so where an amount
# or a date as of now is wanted: the older one gives what it was.
OLDER = 0.5
OUTDATED = 3.0
# A further sentence's least logit of the reading model. On digests -3 would cost no answer, on the
# demo three of 172.
LEAST = -6.0
# … and its least share of the question's names, where it is of another article than the first.
NAMED = 0.5
# Passages that quotations are looked for in. On 2,686 questions over digests the gold one is among
# the first ten for 0.88, twenty for 0.92, forty for 0.94; with forty, and thirty sentences read
# instead of twenty, 0.75 of the answers to 347 others are right instead of 0.73.
PASSAGES = 40
CONTEXT = 40  # words that a sentence may have which the first quotation leans on
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
        if query.overview is not None:
            return _stories(query, hits)
        parts = query.parts or (query,)
        room = ROOM_AMONG_FEW if few(hits) else ROOM
        if len(parts) > 1:
            room = ROOM_OF_A_PART if len(parts) == 2 else ROOM_OF_ONE_OF_SEVERAL
        drafts: list[Draft] = []
        notes = [NOTE]
        chances = []
        for part in parts:
            scored = score(part, hits, self._encoder)
            chance = probability(part, hits, scored)
            wrong = _mistaken(part, scored) if chance < threshold(hits) else None
            if wrong:
                chance = threshold(hits)
            chosen, said = wrong or _select(part, scored, room, drafts)
            chances.append(chance)
            drafts += chosen
            notes += [line for line in said if line not in notes]
        confidence = max(chances, default=0.0)
        if not drafts or confidence < threshold(hits):
            about = About(confidence=confidence)
            return abstain(query, hits, reason(query, hits), about, near=confidence > NEAR)
        return assemble(query, drafts, hits, About(notes=tuple(notes), confidence=confidence))


def _stories(query: Query, hits: Sequence[Hit]) -> Answer:
    """The stories that answer a question for the news itself."""
    drafts, line = quotations(query, hits)
    if not drafts:
        return abstain(query, hits, missing(query, hits))
    return assemble(query, drafts, hits, About(notes=(NOTE, line)))


_GREETING = re.compile(
    r"\W*(?:hello|hi|hey|hallo|good (?:morning|afternoon|evening|day)|thanks?(?: you)?|thx|bye|"
    r"goodbye|ok(?:ay)?|test|ping|yo|sup|how are you|who are you|what can you do|help)"
    r"(?: there| all| everyone| again| a lot| so much| citewire)?\W*",
    re.IGNORECASE,
)


def no_question(text: str) -> bool:
    """Whether the words ask nothing about anything: empty, a greeting, thanks."""
    if _GREETING.fullmatch(text):
        return True
    return not content(text) and not (_ASKS.search(text) and len(text.split()) >= ASKING)


ASKING = 4  # words, one of which asks, that are a question without a telling one: "when is it over"
_ASKS = re.compile(r"\b(?:what|who|when|where|why|how|which)\b(?!.*\byou\b)", re.IGNORECASE)


def _select(
    query: Query, scored: Sequence[Scored], room: Room, already: Sequence[Draft]
) -> tuple[list[Draft], list[str]]:
    """The quotations for one (part of a) question, and what is to be said of them."""
    if not scored:
        return [], []
    matcher = Matcher.over(query, [s.candidate for s in scored])
    drafts = _quotations(matcher, scored, room, already)
    quoted = [evidence for draft in drafts for evidence in draft.evidence]
    found = values(matcher, scored, quoted)
    if len(found) > 1:
        marked = newest_first(found)[: room.sentences]
        drafts = [replace(told(value, matcher), status=status) for value, status in marked]
        before = {draft.text for draft in already}
        return [draft for draft in drafts if draft.text not in before], [note(marked)]
    return drafts, premise_notes(matcher, scored, drafts)


def _mistaken(query: Query, scored: Sequence[Scored]) -> tuple[list[Draft], list[str]] | None:
    """The sentence that corrects a wrong name in what a "why" takes for granted, and a note."""
    if not scored:
        return None
    matcher = Matcher.over(query, [s.candidate for s in scored])
    found = mistaken(matcher, scored)
    if found is None:
        return None
    note = f"The articles tell this differently, without {found.name}."
    return [quote(found.told, matcher)], [note]


def _quotations(
    matcher: Matcher, scored: Sequence[Scored], room: Room, already: Sequence[Draft]
) -> list[Draft]:
    """The best sentence, then others that score nearly as well, while there is room.

    Where a figure, date or name is wanted and has been quoted, a further sentence must bring
    another one: without that it only is about the subject. Where none has been quoted it must
    bring one.
    """
    drafts: list[Draft] = []
    chosen: list[Scored] = []
    said: set[str] = set()
    if matcher.want.form is Form.LIST and room is ROOM:
        room = ROOM_OF_A_LIST
    closed = matcher.want.form not in OPEN
    limited = bool(limits(foreground(matcher.query.standalone or matcher.query.question)))
    margin = _margin(matcher.want.form, scored[0], room)
    left = room.words
    rest = list(scored[:POOL])
    while rest and len(drafts) < room.sentences:
        worth = [item.score + _bonus(matcher, item, chosen) for item in rest]
        best = worth.index(max(worth))
        if drafts and worth[best] < scored[0].score - margin:
            break
        item = rest.pop(best)
        answers = possible(matcher, item.candidate.sentence.text)
        if closed and said and answers <= said:
            continue
        if drafts and matcher.want.form is Form.REASON and item.features[_FORM] < PERHAPS:
            continue
        if drafts and (
            item.read < LEAST or item.features[_UNFORMED] or _of_others(item, chosen[0])
        ):
            continue
        if drafts and limited and item.features[_WITHIN] <= 0:
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
    pairs = _in_reading_order(matcher, drafts, chosen)
    return _in_context(matcher, pairs, chosen[0]) if chosen else []


def _margin(form: Form, best: Scored, room: Room) -> float:
    if room.margin is not None:
        return room.margin
    if form not in (Form.ANY, Form.LIST) and best.features[_FORM] < POSSIBLE:
        return UNFORMED_MARGIN * room.wide
    return MARGINS.get(form, OTHER_MARGIN) * room.wide


def _of_others(item: Scored, first: Scored) -> bool:
    """Whether a sentence of another article has too few of the question's names."""
    source = item.candidate.hit.passage.source
    other = source != first.candidate.hit.passage.source
    return other and float(item.features[_NAMED]) < NAMED


def _bonus(matcher: Matcher, item: Scored, chosen: Sequence[Scored]) -> float:
    """What speaks for quoting ``item`` after those chosen, as a logit.

    One that has the wanted form (a reason, a date …) is needed where those have none, and one
    with those words of the question that they lack.
    """
    if not chosen:
        return 0.0
    had = frozenset[str]().union(*(s.candidate.stems for s in chosen))
    bonus = LACKED * (matcher.share(had | item.candidate.stems) - matcher.share(had))
    if item.features[_FORM] >= 0.9 and all(s.features[_FORM] < POSSIBLE for s in chosen):
        bonus += FORMED
    first, other = (s.candidate.hit.passage.source.published or "" for s in (chosen[0], item))
    if other >= first:
        return bonus
    outdated = matcher.query.order is Order.LATEST and matcher.want.form in EXACT
    return bonus - (OUTDATED if outdated else OLDER)


_FORM, _UNFORMED, _NAMED, _WITHIN = map(
    FEATURES.index, ("form_strong", "unformed", "named_here", "within")
)


def _in_reading_order(
    matcher: Matcher, drafts: list[Draft], chosen: Sequence[Scored]
) -> list[tuple[Draft, Scored]]:
    """A first sentence that leans on what was said ("It …") comes after what was quoted of it.

    That is the sentence before it; where no value is asked for, any earlier one of the article.
    """
    pairs = list(zip(drafts, chosen, strict=True))
    if not pairs or not leans(chosen[0].candidate.sentence.text):
        return pairs
    first = chosen[0].candidate
    before = []
    for draft, item in pairs[1:]:
        other = item.candidate
        next_to = other.place is first.place and other.at == first.at - 1
        same = other.hit.passage.source == first.hit.passage.source
        earlier = same and other.evidence.start < first.evidence.start
        if next_to or (earlier and matcher.want.form in OPEN):
            before.append((other.evidence.start, (draft, item)))
    lead = [pair for _, pair in sorted(before, key=lambda found: found[0])]
    return [*lead, *(pair for pair in pairs if pair not in lead)]


def _in_context(
    matcher: Matcher, pairs: Sequence[tuple[Draft, Scored]], best: Scored
) -> list[Draft]:
    """The best quotation after the sentence that it leans on, where that is of somebody else.

    Others that lean so are left out: they tell of somebody not asked about.
    """
    told: list[Draft] = []
    seen: set[tuple[int, int, int, int]] = set()
    for draft, item in pairs:
        context = of_another(item.candidate, matcher)
        if context and context.evidence.key not in seen:
            if item is not best:
                continue
            said = context.evidence
            start = said.start + dateline(said.quote, 0, len(said.quote))
            before = Evidence(said.passage, start, said.end)
            if len(before.quote.split()) <= CONTEXT:
                told.append(Draft(before.quote.replace("\n", " "), (before,)))
        told.append(draft)
        seen.add(item.candidate.evidence.key)
    return told


def quote(item: Scored, matcher: Matcher, longest: int = WHOLE) -> Draft:
    """The candidate as a draft: trimmed, with the answering words marked.

    :param longest: words that a sentence may have to stay whole
    """
    sentence = item.candidate.sentence
    listed = matcher.want.found(sentence.text)
    best = bound(matcher, sentence.text, listed)[1] if matcher.want.form is not Form.LIST else None
    start, end = trim(sentence.text, matcher.weights, best, longest)
    start = dateline(sentence.text, start, end)
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
