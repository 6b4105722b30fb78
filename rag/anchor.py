"""Does a sentence of a model speak of what its articles speak of, and say something new?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer import Draft, Evidence
from rag.facts import names
from rag.verify import context_of, verify
from rag.words import content


def anchored(draft: Draft, before: Sequence[Draft], question: str) -> bool:
    """Whether the sentence speaks of what its articles speak of.

    Words alone can't tell "the company" of one article from that of another. So a sentence
    that names nobody needs an article that the sentence before it cited, or one that holds
    a name of the question; and two articles support one sentence only if each supports a
    part of it ("Amazon cut 14,000 and UPS 34,000"), not where they must be put together
    ("the head of Amazon is" one man, "the head of UPS" another).

    :param before: the sentences kept so far
    """
    articles = {e.passage.source.article_id: e for e in draft.evidence}
    if len(articles) > 1:
        return _each_says_a_part(draft)
    if _names(draft.text):
        return True
    (article, evidence), *_ = articles.items()
    if before:
        return article in {e.passage.source.article_id for e in before[-1].evidence}
    asked = _names(question)
    return not asked or _holds(evidence, asked)


_JOINT = re.compile(r"(?:;|,)\s+(?:and\s+|but\s+)?|,?\s+(?:and|but|while|whereas|versus)\s+")


def _each_says_a_part(draft: Draft) -> bool:
    for joint in _JOINT.finditer(draft.text):
        halves = (draft.text[: joint.start()], draft.text[joint.end() :])
        found = [{i for i, e in enumerate(draft.evidence) if _says(e, half)} for half in halves]
        if all(found) and len(found[0] | found[1]) > 1:
            return True
    return False


def _says(evidence: Evidence, part: str) -> bool:
    return verify(part, [evidence.quote], context_of(evidence.passage)).supported


def _names(text: str) -> set[str]:
    return {part for name in names(text) for part in name.tokens}


def _holds(evidence: Evidence, named: set[str]) -> bool:
    text = f"{evidence.passage.source.title} {evidence.passage.text}".casefold()
    return any(name in text for name in named)


def echo(question: str, text: str) -> bool:
    """Whether a fragment only gives the question's own words back."""
    said = set(content(text))
    return len(said) <= 2 and said <= set(content(question))


def same(left: Draft, right: Draft) -> bool:
    """Whether one sentence says no more than the other."""
    one, two = set(content(left.text)), set(content(right.text))
    return one <= two or two <= one
