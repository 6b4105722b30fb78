"""How good the passages are: hit, recall, MRR, MAP and nDCG at k, nuggets found at k.

Labels are quoted spans of articles, so they stay valid when articles are cut anew. A hit
is relevant if it holds a labelled quote; each quote counts once, at the
first hit that holds it, so that overlapping passages earn nothing twice. The measures
themselves are ir_measures' (trec_eval underneath).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from eval.dataset import Question
from eval.words import found, prepare, words
from ingest.text import canonical_url

CUTOFFS = (1, 5, 10)
_ENOUGH = 0.5  # share of a quote's words, in one piece, that a passage cut in it must hold
_COPY = 0.8, 8  # the same for a passage of another article, a syndicated copy; least words

Record = Mapping[str, Any]
Scores = dict[str, float]


def nuggets_found(question: Question, texts: Sequence[str]) -> list[bool]:
    """For each nugget, whether any accepted form occurs in one of ``texts``."""
    prepared = [prepare(text) for text in texts]
    return [
        any(found(text, form) for form in forms for text in prepared)
        for forms in question.must_include
    ]


def score_nuggets(question: Question, record: Record) -> Scores:
    """Nugget recall of the best k passages, ``nuggets@k``; empty without nuggets."""
    if not question.must_include:
        return {}
    texts = [str(hit["text"]) for hit in record["hits"]]
    scores: Scores = {}
    for k in CUTOFFS:
        hits = nuggets_found(question, texts[:k])
        scores[f"nuggets@{k}"] = sum(hits) / len(hits)
    return scores


def relevant_hits(question: Question, hits: Sequence[Record]) -> list[set[int]]:
    """For each hit, the indices of the evidence quotes that it holds.

    A copy of the quoted sentence in another article counts as well: labels name one of
    several syndicated articles, and which of them is shown is not what is measured.
    """
    wanted = [(_address(e.url), words(e.quote.casefold())) for e in question.evidence]
    held = []
    for hit in hits:
        url, text = _address(str(hit["url"])), words(str(hit["text"]).casefold())
        held.append({i for i, (at, quote) in enumerate(wanted) if _holds(text, quote, at == url)})
    return held


def _address(url: str) -> str:
    return canonical_url(url).split("#", 1)[0].rstrip("/").casefold()


def _holds(text: list[str], quote: list[str], same: bool) -> bool:
    if not quote:  # judged by document: any passage of it will do
        return same
    share, least = (_ENOUGH, 1) if same else _COPY
    if not text or len(quote) < least or (not same and len(text) < share * len(quote)):
        return False
    matcher = SequenceMatcher(None, text, quote, autojunk=False)
    return matcher.find_longest_match().size >= share * len(quote)


def as_run(question: Question, record: Record) -> tuple[list[Any], list[Any]]:
    """The question as ir_measures' judgements and ranking.

    Documents are named ``e0``, ``e1``, ... for the first hit that holds that quote and
    ``h7`` for the eighth hit if it brings nothing new.
    """
    from ir_measures import Qrel, ScoredDoc

    qrels = [Qrel(question.id, f"e{i}", 1) for i in range(len(question.evidence))]
    run: list[Any] = []
    seen: set[int] = set()
    for rank, held in enumerate(relevant_hits(question, record["hits"])):
        new = sorted(held - seen)
        # several quotes in one passage: the first is its name; the others enter behind it
        # without a rank of their own being lost, as they were read at the same moment
        names = [f"e{i}" for i in new] or [f"h{rank}"]
        run.extend(
            ScoredDoc(question.id, name, -rank - place / 1000) for place, name in enumerate(names)
        )
        seen.update(new)
    return qrels, run


def score_rankings(questions: Sequence[Question], records: Sequence[Record]) -> list[Scores]:
    """``hit@k``, ``recall@k``, ``mrr@k``, ``map@k`` and ``ndcg@k`` of each question.

    Empty for a question without evidence: what should have been found is then unknown.
    """
    scores: list[Scores] = [{} for _ in questions]
    judged = [i for i, q in enumerate(questions) if q.evidence]
    if not judged:
        return scores
    import ir_measures
    from ir_measures import AP, RR, R, Success, nDCG

    names = {}
    for k in CUTOFFS:
        for name, measure in (
            ("hit", Success @ k), ("recall", R @ k), ("mrr", RR @ k), ("map", AP @ k),
            ("ndcg", nDCG @ k),
        ):  # fmt: skip
            names[measure] = f"{name}@{k}"
    qrels, run = [], []
    places = {questions[i].id: i for i in judged}
    for i in judged:
        labels, ranking = as_run(questions[i], records[i])
        qrels.extend(labels)
        run.extend(ranking)
    for i in judged:
        scores[i] = dict.fromkeys(names.values(), 0.0)
    for value in ir_measures.iter_calc(list(names), qrels, run):
        scores[places[value.query_id]][names[value.measure]] = float(value.value)
    return scores
