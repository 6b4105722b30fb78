"""A "why" that takes for granted what the articles tell of somebody else.

"Why did Notion buy Superhuman?" can't be answered where Grammarly bought it. To say only that
nothing was found would leave the reader with the mistake; the sentence that tells who did
corrects it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.candidates import Candidate, Matcher
from rag.clauses import VERBS
from rag.evidence import Scored
from rag.facts import Name, names
from rag.forms import Form
from rag.words import alike, content

LOOKED_AT = 6  # sentences, best first


class Mistaken(NamedTuple):
    """The sentence that tells it of another, and the question's name that it lacks."""

    told: Scored
    name: str


def mistaken(matcher: Matcher, scored: Sequence[Scored]) -> Mistaken | None:
    """What corrects a question's premise, where one of its names is wrong.

    The sentence holds the other names and what is said to be done, and tells it of a name that
    the question hasn't; of the missing one nothing is near it.
    """
    asked = matcher.query.standalone or matcher.query.question
    if matcher.want.form is not Form.REASON and not _MOTIVE.search(asked):
        return None
    listed = [(_bare(name), name) for name in matcher.want.names if not name.opens]
    done = [word for word in content(asked) if word in VERBS]
    if len(listed) < 2 or not done:
        return None
    for item in scored[:LOOKED_AT]:
        candidate = item.candidate
        lacking = [name for words, name in listed if not _all_in(words, candidate)]
        if len(lacking) != 1 or _near(_bare(lacking[0]), candidate):
            continue
        same = any(alike(verb, word) for verb in done for word in candidate.stems)
        if same and _others(candidate, listed):
            return Mistaken(item, re.sub(r"['’]s?$", "", lacking[0].text))
    return None


# Asks for a reason in other words than "why".
_MOTIVE = re.compile(
    r"\b(?:motives?|motivation|rationale|purpose|reasons?|grounds)\b"
    r"|\bwhat (?:made|led|brought|persuaded|drove|prompted|convinced|pushed|moved|caused)\b"
    r"|\bhow (?:did|does|do|has|have) .{2,80}\b(?:justify|explain|plan to use)\b"
    r"|\b(?:hope[ds]?|want(?:ed|s)?|aim(?:ed|s)?) (?:to gain|with|from)\b",
    re.IGNORECASE,
)


def _bare(name: Name) -> tuple[str, ...]:
    return tuple(re.sub(r"['’]s$", "", token) for token in name.tokens)


def _all_in(words: Sequence[str], candidate: Candidate) -> bool:
    return all(w in candidate.tokens or w.removesuffix("s") in candidate.tokens for w in words)


def _near(words: Sequence[str], candidate: Candidate) -> bool:
    """Whether a word of a name stands in the sentence or near it."""
    around = candidate.around.casefold()
    return any(word in around for word in words if len(word) > 1)


def _others(candidate: Candidate, listed: Sequence[tuple[tuple[str, ...], Name]]) -> bool:
    """Whether the sentence names somebody whom the question doesn't."""
    known = {word for words, _ in listed for word in words}
    return any(not known & set(_bare(name)) for name in names(candidate.sentence.text))
