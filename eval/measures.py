"""What is measured of each answer, and the figures over all of them.

Each measure gives every question a (numerator, denominator) pair; the figure is the ratio
of sums (see :mod:`eval.stats`). A question to which a measure does not apply has no pair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.checker import Check, Fault, Lookup, check
from eval.dataset import Question
from eval.retrieval import nuggets_found, score_nuggets, score_rankings
from eval.stats import (
    Bin,
    Difference,
    Estimate,
    RiskPoint,
    aurc,
    ece,
    mean,
    paired,
    percentile,
    ratio,
    reliability,
    risk_coverage,
    statistic,
)
from eval.words import exact_match, first_words, plain, token_f1, without_marks, words

Record = Mapping[str, Any]
Pair = tuple[float, float]

SHORT, LONG = 60, 100  # words; a right answer must say all its nuggets within LONG
STAGES = ("understand", "retrieve", "answer", "total")


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure's name in files, its group in tables, and what it says."""

    name: str
    group: str
    about: str
    lower_better: bool = False


MEASURES = (
    Measure("correct", "answer", f"every nugget within {LONG} words; for unanswerable: abstained"),
    Measure("correct_answered", "answer", "the same, of answerable questions not refused"),
    Measure("nuggets", "answer", "share of nuggets in the answer, whatever its length"),
    Measure(f"nuggets_{SHORT}w", "answer", f"share of nuggets within the first {SHORT} words"),
    Measure(f"nuggets_{LONG}w", "answer", f"share of nuggets within the first {LONG} words"),
    Measure("f1", "answer", "token F1 with the ideal answer or an accepted form (SQuAD)"),
    Measure("em", "answer", "exact match with the ideal answer or an accepted form (SQuAD)"),
    Measure("choice", "answer", "the right one of the choices is the one that the answer names"),
    Measure("abstain_precision", "abstention", "of the abstentions, share on unanswerable ones"),
    Measure("abstain_recall", "abstention", "of the unanswerable, share abstained"),
    Measure("citation_recall", "citations", "of the sentences, share their citations support"),
    Measure("citation_precision", "citations", "of the citations, share that support"),
    Measure("quote_exact", "citations", "of the citations, share equal to the stored text"),
    Measure("hit@5", "retrieval", "a labelled quote among the first 5 passages"),
    Measure("hit@10", "retrieval", "a labelled quote among the first 10"),
    Measure("recall@5", "retrieval", "share of labelled quotes among the first 5"),
    Measure("recall@10", "retrieval", "share of labelled quotes among the first 10"),
    Measure("mrr@10", "retrieval", "reciprocal rank of the first labelled quote"),
    Measure("map@10", "retrieval", "average precision"),
    Measure("ndcg@10", "retrieval", "normalised discounted cumulative gain"),
    Measure("nuggets@1", "retrieval", "share of nuggets in the first passage"),
    Measure("nuggets@5", "retrieval", "share of nuggets in the first 5 passages"),
    Measure("nuggets@10", "retrieval", "share of nuggets in the first 10 passages"),
    Measure("refused", "faults", "answerable questions refused", True),
    Measure("overreached", "faults", "unanswerable questions answered", True),
    Measure(Fault.MISQUOTED.value, "faults", "sentences with a quote that isn't the text", True),
    Measure(Fault.INVENTED.value, "faults", "sentences that nothing retrieved says", True),
    Measure(Fault.MISCITED.value, "faults", "sentences citing another place than theirs", True),
    Measure(Fault.FIGURE.value, "faults", "sentences with a figure their quote hasn't", True),
    Measure("dangling", "faults", "marks without a citation, of all marks", True),
    Measure("errors", "faults", "questions that ended in an error", True),
)
BY_NAME = {m.name: m for m in MEASURES}


@dataclass(frozen=True, slots=True)
class Scored:
    """One question, its record, what was measured and the checker's findings."""

    question: Question
    record: Record
    pairs: dict[str, Pair]
    check: Check

    @property
    def right(self) -> bool | None:
        """Whether the answer is correct; None where that can't be told."""
        pair = self.pairs.get("correct")
        return None if pair is None else pair[0] == pair[1]

    @property
    def verdict(self) -> str:
        """One word: right, wrong, refused, overreached, unscored or error."""
        if self.record.get("error"):
            return "error"
        if self.right is None:
            return "unscored"
        if self.right:
            return "right"
        if self.question.unanswerable:
            return "overreached"
        return "refused" if self.record["abstained"] else "wrong"


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures over a set of answers."""

    n: int
    figures: dict[str, Estimate]
    extra: dict[str, Estimate] = field(default_factory=dict)  # words, aurc, ece
    latency: dict[str, dict[str, float]] = field(default_factory=dict)  # stage → p50, ...
    tokens: dict[str, float] = field(default_factory=dict)
    curve: tuple[RiskPoint, ...] = ()
    bins: tuple[Bin, ...] = ()


def score(
    questions: Sequence[Question], records: Sequence[Record], lookup: Lookup | None = None
) -> list[Scored]:
    """Measure every answer.

    :param records: answer records, one a question, in the same order
    :param lookup: gives stored texts for the check of offsets; see :mod:`eval.checker`
    """
    rankings = score_rankings(questions, records)
    scored = []
    for question, record, ranking in zip(questions, records, rankings, strict=True):
        found = check(record, lookup)
        pairs: dict[str, Pair] = {k: (v, 1.0) for k, v in ranking.items() if k in BY_NAME}
        for name, value in score_nuggets(question, record).items():
            pairs[name] = (value, 1.0)
        pairs.update(_answer_pairs(question, record))
        pairs.update(_citation_pairs(record, found, lookup is not None))
        scored.append(Scored(question, record, pairs, found))
    return scored


def _answer_pairs(question: Question, record: Record) -> dict[str, Pair]:
    failed, abstained = bool(record.get("error")), bool(record["abstained"])
    pairs: dict[str, Pair] = {"errors": (float(failed), 1.0)}
    if question.unanswerable:
        right = float(abstained and not failed)
        pairs["correct"] = pairs["abstain_recall"] = (right, 1.0)
        pairs["overreached"] = (float(not abstained), 1.0)
    if abstained and not failed and question.scorable:
        pairs["abstain_precision"] = (float(question.unanswerable), 1.0)
    if not question.must_include:
        return pairs
    text = "" if abstained else without_marks(str(record["answer"]))
    for name, limit in (
        ("nuggets", None),
        (f"nuggets_{SHORT}w", SHORT),
        (f"nuggets_{LONG}w", LONG),
    ):
        found = nuggets_found(question, [first_words(text, limit) if limit else text])
        pairs[name] = (sum(found) / len(found), 1.0)
    right = float(pairs[f"nuggets_{LONG}w"][0] == 1.0)
    pairs["correct"] = (right, 1.0)
    pairs["refused"] = (float(abstained and not failed), 1.0)
    if not abstained:
        pairs["correct_answered"] = (right, 1.0)
    golds = _golds(question)
    pairs["em"] = (float(any(exact_match(text, gold) for gold in golds)), 1.0)
    pairs["f1"] = (max(token_f1(text, gold) for gold in golds), 1.0)
    if question.choices:
        pairs["choice"] = (float(named_choice(question, text)), 1.0)
    return pairs


def _golds(question: Question) -> list[str]:
    """What counts as a full answer: the ideal text, and a lone nugget's accepted forms."""
    golds = [plain(question.answer)] if question.answer else []
    if len(question.must_include) == 1:
        golds += [plain(form) for form in question.must_include[0]]
    return golds or [" ".join(forms[0] for forms in question.must_include)]


def named_choice(question: Question, text: str) -> bool:
    """Whether the right choice is the one that the answer's words cover best, alone."""
    said = {word.casefold() for word in words(text)}

    def covered(choice: str) -> float:
        wanted = {word.casefold() for word in words(choice)}
        return len(wanted & said) / len(wanted) if wanted else 0.0

    right = plain(question.answer or "").casefold()
    best = max((covered(c) for c in question.choices), default=0.0)
    leaders = [c for c in question.choices if covered(c) == best]
    return best > 0 and len(leaders) == 1 and plain(leaders[0]).casefold() == right


def _citation_pairs(record: Record, found: Check, offsets: bool) -> dict[str, Pair]:
    if record["abstained"]:
        return {}
    sentences, marks = len(found.sentences), found.cited
    pairs: dict[str, Pair] = {}
    if sentences:
        supported = sum(s.supported for s in found.sentences)
        pairs["citation_recall"] = (float(supported), float(sentences))
        for fault in Fault:
            pairs[fault.value] = (float(found.faults.get(fault.value, 0)), float(sentences))
    if marks:
        pairs["citation_precision"] = (float(found.precise), float(marks))
        dangling = sum(m in found.dangling for s in found.sentences for m in s.marks)
        pairs["dangling"] = (float(dangling), float(marks))
    citations = len(record["citations"])
    if offsets and citations:
        pairs["quote_exact"] = (float(citations - len(found.broken)), float(citations))
    return pairs


def summarise(scored: Sequence[Scored]) -> Summary:
    """The figures over ``scored`` with 95% bootstrap intervals."""
    figures: dict[str, Estimate] = {}
    for measure in MEASURES:
        figure = ratio([s.pairs[measure.name] for s in scored if measure.name in s.pairs])
        if figure is not None:
            figures[measure.name] = figure
    ranked = [s for s in scored if s.right is not None and "confidence" in s.record]
    confidence = [float(s.record["confidence"]) for s in ranked]
    right = [float(bool(s.right)) for s in ranked]
    answered = [not s.record["abstained"] for s in ranked]
    attempts = [i for i, a in enumerate(answered) if a]
    return Summary(
        len(scored),
        figures,
        _extra(scored, confidence, right, answered),
        _latency(scored),
        _tokens(scored),
        tuple(risk_coverage(confidence, right, answered)),
        tuple(reliability([confidence[i] for i in attempts], [right[i] for i in attempts])),
    )


def _extra(
    scored: Sequence[Scored],
    confidence: Sequence[float],
    right: Sequence[float],
    answered: Sequence[bool],
) -> dict[str, Estimate]:
    lengths = [len(words(without_marks(str(s.record["answer"])))) for s in scored
               if not s.record["abstained"]]  # fmt: skip
    n = len(confidence)

    def area(at: Sequence[int]) -> float:
        points = risk_coverage(
            [confidence[i] for i in at], [right[i] for i in at], [answered[i] for i in at]
        )
        return aurc(points) or 0.0

    def error(at: Sequence[int]) -> float:
        kept = [i for i in at if answered[i]]
        return ece(reliability([confidence[i] for i in kept], [right[i] for i in kept])) or 0.0

    extra = {"words_mean": mean([float(x) for x in lengths])}
    if lengths:
        extra["words_median"] = statistic(
            len(lengths), lambda at: percentile([float(lengths[i]) for i in at], 50)
        )
    if n and any(answered):
        extra["aurc"] = statistic(n, lambda at: area([int(i) for i in at]))
        extra["ece"] = statistic(n, lambda at: error([int(i) for i in at]))
    return {name: value for name, value in extra.items() if value is not None}


def _latency(scored: Sequence[Scored]) -> dict[str, dict[str, float]]:
    latency = {}
    for stage in STAGES:
        values = [
            float(s.record["seconds"][stage])
            for s in scored
            if not s.record.get("error") and s.record.get("seconds", {}).get(stage) is not None
        ]
        if values:
            latency[stage] = {
                "p50": percentile(values, 50), "p90": percentile(values, 90),
                "p95": percentile(values, 95), "p99": percentile(values, 99),
                "max": max(values),
            }  # fmt: skip
    return latency


def _tokens(scored: Sequence[Scored]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for one in scored:
        for name, count in (one.record.get("tokens") or {}).items():
            if isinstance(count, int | float):
                totals[name] = totals.get(name, 0.0) + count
    return totals


def by_type(scored: Sequence[Scored]) -> dict[str, list[Scored]]:
    """The scored questions by their type, in order of first appearance."""
    groups: dict[str, list[Scored]] = {}
    for one in scored:
        groups.setdefault(one.question.type, []).append(one)
    return groups


def difference(a: Sequence[Scored], b: Sequence[Scored], name: str) -> Difference | None:
    """B minus A in one measure, by paired bootstrap over the questions, in the same order."""
    nothing = (0.0, 0.0)
    return paired([s.pairs.get(name, nothing) for s in a], [s.pairs.get(name, nothing) for s in b])
