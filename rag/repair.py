"""A model's sentence with its citations checked against what was retrieved, and mended."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer import Draft, Evidence
from rag.facts import names
from rag.sentences import split
from rag.types import Passage, Status
from rag.verify import Verdict, context_of, span_for, weigh
from rag.words import alike, content

Found = tuple[Verdict, Evidence]
LOOKED_AT = 4  # passages with most words in common; a span is sought in no more
MOST_TOGETHER = 3  # cited passages, and spans of them, that may tell a sentence together
LEAST_ADDED = 2  # words of it that each of them must add; a figure counts as two
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
    together = _together(sentence, known[:MOST_TOGETHER])
    if together:
        return together
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


def _together(sentence: str, cited: Sequence[Passage]) -> Draft | None:
    """The sentence with the spans that tell its parts, where no single one tells it all.

    Such a sentence is PARTIAL at best, as how its parts belong together is its own.
    """
    spans = _telling(sentence, cited)
    if not spans or any(_turned(sentence, passage) for passage in cited):
        return None
    told = [passage for passage in cited if any(span.passage is passage for span in spans)]
    context = list(dict.fromkeys(line for passage in told for line in context_of(passage)))
    whole = "\n".join(passage.text for passage in told)
    verdict = weigh(sentence, [span.quote for span in spans], context, whole)
    if verdict.status is not Status.PARTIAL or (len(spans) > 1 and verdict.sparse):
        return None
    doubt = next(iter(verdict.objections), "")
    return Draft(sentence, tuple(spans), verdict.support, Status.PARTIAL, doubt=doubt)


def _telling(sentence: str, passages: Sequence[Passage]) -> list[Evidence]:
    """The sentences of passages that together hold most of a sentence's words, few of them.

    Greedy: each next one is that which adds most words, figures counted twice. It must add two
    or a figure, and share one that is no figure with those before, so that it speaks of the same.
    """
    missing = set(content(sentence))
    pieces = [
        (Evidence(passage, passage.start + piece.start, passage.start + piece.end), held)
        for passage in passages
        for piece in split(passage.text)
        if (held := _held(missing, piece.text))
    ]
    chosen: list[Evidence] = []
    told: set[str] = set()
    while len(chosen) < MOST_TOGETHER:
        near = [pair for pair in pieces if not told or pair[1] & told]
        if not near:
            break
        evidence, held = max(near, key=lambda pair: sum(_worth(w) for w in pair[1] & missing))
        if sum(map(_worth, held & missing)) < LEAST_ADDED:
            break
        chosen.append(evidence)
        missing -= held
        told |= {word for word in held if not word[0].isdigit()}
    return chosen


def _held(wanted: set[str], text: str) -> frozenset[str]:
    """Those of the words ``wanted`` that a text has, or one of like meaning."""
    there = set(content(text))
    return frozenset(w for w in wanted if w in there or any(alike(w, other) for other in there))


def _worth(word: str) -> int:
    return 2 if word[0].isdigit() else 1


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
