"""Floors under the figures, kept in a file with the hashes of what they were measured on.

The gate runs without a chat model, on the demo corpus, with the questions' own as-of
days, so that the same code gives the same figures. A floor is only ever raised, unless
somebody says why not; the reason stays in the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, floor
from pathlib import Path
from typing import Any

from eval.measures import BY_NAME, Scored, summarise
from eval.run import Run, write_json
from rag.errors import CitewireError, InputError
from rag.settings import Settings

GATE = Path(__file__).parent / "data" / "gate.json"
WATCHED = ("correct", "nuggets", "nuggets@5", "nuggets@10", "recall@10", "mrr@10", "abstain_recall",
           "citation_recall", "citation_precision", "quote_exact", "refused", "overreached",
           "misquoted", "invented", "miscited", "figure", "errors")  # fmt: skip
# One question of slack: encoders differ in their last bits between processors. Torch fp32 and
# OpenVINO bf16 gave the same answers to all 172 questions.
SLACK_QUESTIONS = 1


class GateError(CitewireError):
    """The gate's file can't be used, or would be lowered without a reason."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What is demanded, and of what."""

    corpus: str
    questions: str
    limits: dict[str, float]  # floors; for measures where less is better, ceilings
    lowered: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One measure against its limit."""

    name: str
    value: float | None
    limit: float | None
    ceiling: bool

    @property
    def passed(self) -> bool:
        """Whether the limit is kept; a measure that can't be measured fails its limit."""
        if self.limit is None:
            return True
        if self.value is None:
            return False
        return self.value <= self.limit if self.ceiling else self.value >= self.limit


def read_gate(path: Path) -> Gate:
    """Read the gate's file.

    :raises GateError: where it is missing or broken
    """
    try:
        data = json.loads(path.read_bytes())
        limits = {str(k): float(v) for k, v in data["limits"].items()}
        gate = Gate(str(data["corpus"]), str(data["questions"]), limits, tuple(data["lowered"]))
    except FileNotFoundError:
        raise GateError(f"there is no gate at {path}: set one with gate --update") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GateError(f"{path} is not a gate file ({error}): mend it or set it anew") from None
    unknown = sorted(set(limits) - set(BY_NAME))
    if unknown:
        raise GateError(f"{path} limits unknown measures: {', '.join(unknown)}")
    return gate


def judge(gate: Gate, run: Run) -> tuple[list[Line], list[str]]:
    """The run's figures against the limits, and what else speaks against it."""
    problems = []
    corpus = str(run.info["settings"].get("corpus"))
    if corpus != gate.corpus:
        problems.append(
            f"the corpus is another ({corpus[:12]}, the floors are for {gate.corpus[:12]}): "
            "look at the figures, then set the floors with gate --update"
        )
    if run.info["questions_hash"] != gate.questions:
        problems.append(
            f"the questions are others ({run.info['questions_hash'][:12]}, the floors are for "
            f"{gate.questions[:12]}): look at the figures, then gate --update"
        )
    values = measured(run.scored)
    lines = [
        Line(name, values.get(name), limit, BY_NAME[name].lower_better)
        for name, limit in gate.limits.items()
    ]
    return lines, problems


def measured(scored: Sequence[Scored]) -> dict[str, float]:
    """The watched figures."""
    figures = summarise(scored).figures
    return {name: figures[name].value for name in WATCHED if name in figures}


def updated(old: Gate | None, run: Run, allow_lower: str | None, today: date) -> Gate:
    """The gate with limits at the run's figures, less a slack of one question.

    :param allow_lower: why a limit may become weaker; kept in the file
    :raises GateError: where a limit would become weaker without a reason
    """
    values = measured(run.scored)
    limits = {name: _limit(name, value, run) for name, value in values.items()}
    before = old.limits if old else {}
    weaker = {
        name: (limit, limits.get(name))
        for name, limit in before.items()
        if _weaker(name, limit, limits.get(name))
    }
    if weaker and not (allow_lower and allow_lower.strip()):
        named = ", ".join(f"{n} {_shown(a)} to {_shown(b)}" for n, (a, b) in weaker.items())
        raise GateError(
            f"this would weaken {named}: find out why, or say why it is right with "
            "--allow-lower REASON and in the changelog"
        )
    if not allow_lower:
        limits |= {n: v for n, v in before.items() if n in limits and _weaker(n, v, limits[n])}
    lowered = old.lowered if old else ()
    if weaker:
        changes = {name: list(pair) for name, pair in weaker.items()}
        lowered += ({"on": today.isoformat(), "reason": allow_lower, "changes": changes},)
    return Gate(
        str(run.info["settings"].get("corpus")), run.info["questions_hash"], limits, lowered
    )


def write_gate(path: Path, gate: Gate) -> None:
    """Write the gate's file.

    :raises InputError: where it can't be written
    """
    write_json(
        path,
        {
            "corpus": gate.corpus,
            "questions": gate.questions,
            "limits": gate.limits,
            "lowered": list(gate.lowered),
        },
    )


def gate_settings(settings: Settings) -> Settings:
    """The settings under which the gate measures: no chat model, nothing optional."""
    return replace(
        settings, llm=None, llm_base_url=None, encoder="default", reranker=None, top_k=10
    )


def check_run(run: Run) -> None:
    """Refuse a run that the gate's floors say nothing about.

    :raises InputError: where a chat model or another system answered
    """
    settings: Mapping[str, Any] = run.info["settings"]
    if settings.get("system") != "citewire" or settings.get("llm") or settings.get("variant"):
        raise InputError(
            f"{run.folder} is a run of {run.info['system']}: the gate judges runs of citewire "
            "without a chat model"
        )


def _limit(name: str, value: float, run: Run) -> float:
    counts = [s.pairs[name] for s in run.scored if name in s.pairs]
    slack = SLACK_QUESTIONS / max(len(counts), 1)
    if BY_NAME[name].lower_better:
        return min(1.0, ceil(1000 * (value + slack)) / 1000)
    return max(0.0, floor(1000 * (value - slack)) / 1000)


def _weaker(name: str, old: float, new: float | None) -> bool:
    if new is None:
        return True
    return new > old if BY_NAME[name].lower_better else new < old


def _shown(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.3f}"
