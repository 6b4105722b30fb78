"""A model's sentence with its citations checked against what was retrieved, and mended."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer import Draft, Evidence
from rag.facts import names
from rag.sentences import split
from rag.types import Passage, Status
from rag.verify import Verdict, span_for
from rag.words import content

Found = tuple[Verdict, Evidence]
LOOKED_AT = 4  # passages with most words in common; a span is sought in no more
HALF_WORDS = 3  # meaning-carrying words that a clause needs to be looked up on its own
_JOINED = re.compile(r",?\s(?:and|but|while|whereas|compared (?:with|to)|against)\s|;\s")


def repair(sentence: str, cited: Sequence[int], passages: Sequence[Passage]) -> Draft:
    """The sentence with the span that supports it best, and what the check found of it.

    Unknown numbers are dropped. If another retrieved passage than the cited ones confirms the
    sentence, or two do with a clause each, the citation moves there. Where none confirms it
    but one speaks of it and nothing contradicts, the draft is PARTIAL, with that span; the
    cited passages come first. Otherwise it is UNSUPPORTED and has no evidence.

    :param cited: the numbers in the model's marks, 1 for ``passages[0]``
    :param passages: the numbered passages of the prompt
    """
    known = [passages[n - 1] for n in dict.fromkeys(cited) if 1 <= n <= len(passages)]
    others = [p for p in passages if p not in known]
    found = [best for group in (known, others) if (best := _best(sentence, group, passages))]
    for verdict, evidence in found:
        if verdict.status is Status.SUPPORTED:
            return Draft(sentence, (evidence,), verdict.support)
    pair = _pair(sentence, [*known, *others])
    if pair and pair.status is Status.SUPPORTED:
        return pair
    for verdict, evidence in found:
        if verdict.status is Status.PARTIAL:
            return Draft(
                sentence,
                (evidence,),
                verdict.support,
                Status.PARTIAL,
                doubt=next(iter(verdict.objections), ""),
            )
    if pair:
        return pair
    support = max((verdict.support for verdict, _ in found), default=0.0)
    return Draft(sentence, (), support, Status.UNSUPPORTED)


def _pair(sentence: str, passages: Sequence[Passage]) -> Draft | None:
    """The sentence with two spans, one for each of the halves that it joins."""
    partial: Draft | None = None
    for match in _JOINED.finditer(sentence):
        halves = sentence[: match.start()], sentence[match.end() :]
        if min(len(content(half)) for half in halves) < HALF_WORDS:
            continue
        pair = [found for half in halves if (found := _best(half, passages, passages))]
        if len(pair) < 2 or not all(verdict.supported for verdict, _ in pair):
            continue
        if not _linked(sentence, pair) or any(_turned(sentence, e.passage) for _, e in pair):
            continue
        sure = all(verdict.status is Status.SUPPORTED for verdict, _ in pair)
        draft = Draft(
            sentence,
            tuple(dict.fromkeys(evidence for _, evidence in pair)),
            min(verdict.support for verdict, _ in pair),
            Status.SUPPORTED if sure else Status.PARTIAL,
        )
        if sure:
            return draft
        partial = partial or draft
    return partial


def _turned(sentence: str, passage: Passage) -> bool:
    """Whether the passage says the whole sentence, but for a word that matters."""
    return span_for(sentence, passage)[0].turned


def _best(sentence: str, passages: Sequence[Passage], shown: Sequence[Passage]) -> Found | None:
    """The best span of some of the passages that were shown to the model."""
    mine = set(content(sentence))
    likely = sorted(
        passages, key=lambda p: -len(mine & set(content(f"{p.source.title}\n{p.text}")))
    )
    found = [span_for(sentence, passage, shown) for passage in likely[:LOOKED_AT]]
    return max(found, key=lambda pair: (pair[0].support, -_length(pair[1])), default=None)


def _length(evidence: Evidence) -> int:
    """Sentences of a span: of two that support equally, one sentence says it more plainly."""
    return len(split(evidence.quote))


def _linked(sentence: str, pair: Sequence[Found]) -> bool:
    """Whether each half's passage speaks of something that the sentence names."""
    mine = {t for name in names(sentence) for t in name.tokens}
    for _, evidence in pair:
        passage = evidence.passage
        told = f"{passage.source.title} {passage.heading} {passage.text}"
        if not mine & {t for name in names(told) for t in name.tokens}:
            return False
    return bool(mine)
