"""What a question takes for granted and the articles say otherwise, or don't mention."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer import Draft
from rag.asked import NUMBERED
from rag.candidates import Matcher
from rag.evidence import Scored
from rag.facts import CURRENCIES, Quantity, quantities
from rag.forms import Form
from rag.nations import same_people
from rag.readings import Reading, asked_sum, sum_of
from rag.sameness import same_value
from rag.wanted import foreground
from rag.words import STOP, alike, content, fold, stem, tokens, words


def premise_notes(matcher: Matcher, scored: Sequence[Scored], drafts: Sequence[Draft]) -> list[str]:
    """What the question assumes and the quoted evidence contradicts or doesn't mention.

    :param drafts: the answer's quotations
    """
    if not scored or not drafts:
        return []
    return [*_wrong_figures(matcher, scored, drafts), *_unmentioned(matcher, drafts)]


def _wrong_figures(
    matcher: Matcher, scored: Sequence[Scored], drafts: Sequence[Draft]
) -> list[str]:
    """Figures of the question for which the quotations give one other."""
    notes = []
    asked = matcher.query.question
    stories = {e.passage.source.story.id for d in drafts for e in d.evidence}
    near = [s.candidate for s in scored]
    near = [c for c in near if c.hit.passage.source.story.id in stories]
    known = [q for c in near for q in quantities(c.sentence.text)]
    for q in quantities(asked):
        if any(same_value(q, other) for other in known) or not _claimed(matcher, q):
            continue
        for draft in drafts:
            told = [r for r in quantities(draft.text) if _rival(q, r) and _kin(asked, draft, r)]
            if any(same_value(r, own) for r in told for own in quantities(asked)):
                break
            if not told or not _about(matcher, draft):
                continue
            if not all(same_value(told[0], r) for r in told):
                break
            rival = told[0]
            lead = draft.text[max(0, rival.start - 12) : rival.start]
            about = "about " if rival.rough and lead.rstrip().endswith(_ABOUT) else ""
            said = f"{about}{draft.text[rival.start : rival.end].strip()}"
            notes.append(f"The articles say {said}, not {asked[q.start : q.end].strip()}.")
            break
    return notes


def _kin(asked: str, draft: Draft, q: Quantity) -> bool:
    """Whether a sum of money is of a kind that the question speaks of, where both name one."""
    if q.unit not in CURRENCIES:
        return True
    source = draft.evidence[0].passage.source
    mine = sum_of(Reading(source, draft.text, draft.text, q.start, q.end, q))
    kinds = asked_sum(asked)
    return not mine or not kinds or bool(mine & kinds)


_ABOUT = ("about", "around", "roughly", "some", "approximately")


def _claimed(matcher: Matcher, q: Quantity) -> bool:
    """Whether the question takes a figure for granted: no bound, no number of a name or list."""
    asked = matcher.query.question
    lead = asked[: q.start]
    bound = re.search(r"\b(?:than|over|under|least|most|to|top|above|below|first|last)\s+$", lead)
    named = q.value < NUMBERED and not q.unit and re.search(r"[A-Z][\w.]*[ -]$", lead)
    small = not q.unit and q.value <= COUNTED
    return not (bound or named or small) and matcher.want.form not in (Form.PERCENT, Form.NUMBER)


MISTAKEN = 12  # figures that differ by more than this factor are of two things

COUNTED = 12  # "which three companies", "the two firms"


def _about(matcher: Matcher, draft: Draft) -> bool:
    """Whether a quotation tells of what the question gives the figure for."""
    mine = set(content(draft.text))
    passage = draft.evidence[0].passage
    near = mine | set(content(f"{passage.source.title} {passage.heading}"))
    terms = [t for t in matcher.weights if not t[0].isdigit()]
    named = {stem(t) for t in matcher.want.name_tokens}
    plain = [t for t in terms if t not in named]
    held = [t for t in plain if any(alike(t, w) for w in mine)]
    return len(held) >= ABOUT * len(plain) and all(
        any(t == w or t.removesuffix("s") == w for w in near) for t in named if t in terms
    )


ABOUT = 0.5  # share of the question's plain words in a quotation that may correct it


def _unmentioned(matcher: Matcher, drafts: Sequence[Draft]) -> list[str]:
    """Names of the question that no quoted passage holds in any form."""
    passages = [e.passage for d in drafts for e in d.evidence]
    text = " ".join(
        f"{p.source.title} {p.heading} {p.text} {p.source.publisher or ''}" for p in passages
    )
    held = {fold(t.text) for t in tokens(text)}
    held |= {part for word in held for part in re.split(r"[-.&/]", word) if part}
    notes = []
    asked = foreground(matcher.query.question)
    for name in matcher.want.names:
        said = re.sub(r"['’]s?$", "", name.text.strip())
        if name.text not in asked or name.opens or not _telling(said):
            continue
        own = [fold(p) for t in tokens(said) for p in t.text.split("-") if p[:1].isupper()]
        own = [word for word in own if word not in STOP]
        if own and not any(_held(t, held) for t in own):
            notes.append(f"The articles quoted don't mention {said}.")
    return notes


def _telling(name: str) -> bool:
    """Whether a name is one that a report would give: no "US", "TV", "CEO", no first word."""
    letters = re.sub(r"[^A-Za-z]", "", name)
    short = len(letters) <= 6 and letters.isupper() and not re.search(r"\d", name)
    people = re.fullmatch(r"[A-Z][a-z]+(?:ans?|ish|ese)", name)  # "Italian" where it says Rome
    return not (short or people) and len(letters) > 2 and fold(name) not in STOP | _WIDE


_WIDE = words("europe america asia africa earth world internet english")  # named in many ways


def _held(word: str, held: set[str]) -> bool:
    """Whether a word of a name is there, in the plural, or as a people: "Italian" of "Italy"."""
    bare = word.removesuffix("s")
    if word in held or bare in held or any(same_people(word, other) for other in held):
        return True
    return len(bare) >= 4 and any(
        other.startswith(bare[: max(4, len(bare) - 2)]) for other in held if len(other) >= 4
    )


def _rival(asked: Quantity, other: Quantity) -> bool:
    if asked.unit != other.unit:
        return False
    most, least = max(asked.value, other.value), min(asked.value, other.value)
    if most > MISTAKEN * least:
        return False
    if asked.unit in CURRENCIES or asked.unit == "%":
        return True
    return bool(asked.noun and other.noun and alike(asked.noun, other.noun))
