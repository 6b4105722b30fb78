"""A chat model as a judge of answers: optional, repeated, and never guessed at.

Each answer is judged several times. A reply without a verdict is unscored and counted,
never wrong; a tie is unscored too. How far the repetitions agree with each other, and the
judge with the nuggets, stands beside its figure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Any

from eval.measures import Scored
from eval.stats import Estimate, ratio
from eval.words import without_marks

PROMPT = Path(__file__).parent / "data" / "judge.md"
UNANSWERED = "The articles do not tell; the right thing is to say so."
_VERDICT = re.compile(r"^\W*VERDICT\W+(RIGHT|PARTLY|WRONG)\W*$", re.I | re.M)


class Verdict(StrEnum):
    """What a judge may say."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Judgement:
    """All verdicts on one answer; None for an unreadable reply or a failed call."""

    id: str
    verdicts: tuple[Verdict | None, ...]
    right: bool | None  # by the nuggets

    @property
    def verdict(self) -> Verdict | None:
        """What most repetitions say; None for a tie or nothing readable."""
        counts = Counter(v for v in self.verdicts if v is not None).most_common(2)
        if not counts or (len(counts) == 2 and counts[0][1] == counts[1][1]):
            return None
        return counts[0][0]


@dataclass(frozen=True, slots=True)
class Judged:
    """The judge's figures."""

    each: tuple[Judgement, ...]
    right: Estimate | None  # share right, a partly right one counting half
    unscored: int  # answers without a verdict
    unreadable: int  # replies without a verdict
    agreement: float | None  # share of pairs of repetitions that agree
    kappa: float | None  # with the nuggets, beyond chance (Cohen 1960)

    def record(self) -> dict[str, Any]:
        """The figures as JSON."""
        return {
            "right": self.right.as_list() if self.right else None,
            "unscored": self.unscored,
            "unreadable": self.unreadable,
            "agreement": self.agreement,
            "kappa": self.kappa,
            "each": {
                j.id: [v.value if v else None for v in j.verdicts] for j in self.each
            },
        }  # fmt: skip


def read_verdict(reply: str) -> Verdict | None:
    """The verdict of a reply; None unless exactly one kind of verdict is in it."""
    found = {match.lower() for match in _VERDICT.findall(reply)}
    return Verdict(found.pop()) if len(found) == 1 else None


def judge(
    scored: Sequence[Scored], ask: Callable[[str], str], *, repeats: int = 3, workers: int = 4
) -> Judged:
    """Have every answer with a known right answer judged ``repeats`` times.

    :param ask: the chat model as a function of the prompt; an exception is an unread reply
    """
    template = PROMPT.read_text(encoding="utf-8")
    known = [s for s in scored if s.question.scorable and not s.record.get("error")]
    prompts = [_prompt(template, s) for s in known]

    def verdict(prompt: str) -> Verdict | None:
        try:
            return read_verdict(ask(prompt))
        except Exception:  # a provider's hiccup must not cost the other verdicts
            return None

    with ThreadPoolExecutor(workers) as pool:
        flat = list(pool.map(verdict, [p for p in prompts for _ in range(repeats)]))
    each = tuple(
        Judgement(s.question.id, tuple(flat[i * repeats : (i + 1) * repeats]), s.right)
        for i, s in enumerate(known)
    )
    return summary(each)


def summary(each: tuple[Judgement, ...]) -> Judged:
    """The figures of judgements."""
    worth = {Verdict.RIGHT: 1.0, Verdict.PARTLY: 0.5, Verdict.WRONG: 0.0}
    decided = [(j, v) for j in each if (v := j.verdict) is not None]
    pairs = [
        a == b for j in each for a, b in combinations([v for v in j.verdicts if v is not None], 2)
    ]
    return Judged(
        each,
        ratio([(worth[v], 1.0) for _, v in decided]),
        len(each) - len(decided),
        sum(v is None for j in each for v in j.verdicts),
        sum(pairs) / len(pairs) if pairs else None,
        _kappa([(v is Verdict.RIGHT, bool(j.right)) for j, v in decided]),
    )


def _kappa(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    if not pairs:
        return None
    n = len(pairs)
    same = sum(a == b for a, b in pairs) / n
    first, second = sum(a for a, _ in pairs) / n, sum(b for _, b in pairs) / n
    chance = first * second + (1 - first) * (1 - second)
    return 1.0 if chance == 1 else (same - chance) / (1 - chance)


def _prompt(template: str, one: Scored) -> str:
    question = one.question
    forms = "; ".join(nugget[0] for nugget in question.must_include)
    wanted = UNANSWERED if question.unanswerable else question.answer or forms
    turns = "".join(f"({t.role}: {t.content}) " for t in question.history)
    parts = {
        "{question}": turns + question.question,
        "{wanted}": wanted,
        "{answer}": without_marks(str(one.record["answer"])),
    }
    # one pass, so that braces in an answer are never taken for a placeholder
    return re.sub("|".join(map(re.escape, parts)), lambda m: parts[m.group()], template)


def as_text(judged: Judged) -> str:
    """The figures for a terminal."""
    if judged.right is None:
        share = "no verdict"
    else:
        share = f"{judged.right.value:.3f} [{judged.right.low:.3f}, {judged.right.high:.3f}] right"
    agreement = "–" if judged.agreement is None else f"{judged.agreement:.3f}"
    kappa = "–" if judged.kappa is None else f"{judged.kappa:.3f}"
    return (
        f"judge: {share} of {len(judged.each)} answers; {judged.unscored} unscored "
        f"({judged.unreadable} unreadable replies); repetitions agree {agreement}; "
        f"kappa with the nuggets {kappa}"
    )
