"""A run: a folder with what was asked, of what, what came back and how it scored.

``run.json`` holds settings and hashes, ``questions.jsonl`` the questions with their
labels, ``records.jsonl`` the answers, ``scores.json`` every figure and every question's
part in it. A run folder needs neither the store nor the network to be read again.
"""

from __future__ import annotations

import dataclasses
import json
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from eval.answering import Outcome, Record, Report, answer_all, read_records
from eval.checker import Check, Fault, SentenceCheck
from eval.dataset import Question, questions_hash, read_questions, write_questions
from eval.measures import Scored, Summary, by_type, score, summarise
from eval.systems import System
from rag.errors import InputError

INFO, QUESTIONS, RECORDS, SCORES = "run.json", "questions.jsonl", "records.jsonl", "scores.json"
_CACHED_RUNS = 20  # newest sibling folders whose answers may be taken over


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder, read."""

    folder: Path
    info: dict[str, Any]
    scored: list[Scored]

    @property
    def name(self) -> str:
        """What tables and reports call it: its label, else its system."""
        return str(self.info.get("label") or self.info.get("system") or self.folder.name)

    @property
    def summary(self) -> Summary:
        """The figures over all questions."""
        return summarise(self.scored)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to run: where to, under which label, how many questions at a time."""

    folder: Path
    now: datetime
    label: str | None = None
    workers: int = 1
    fresh: bool = False  # take nothing over from earlier runs
    price: tuple[float, float] | None = None  # per million prompt and completion tokens


def evaluate(
    system: System, questions: Sequence[Question], plan: Plan, progress: Report | None = None
) -> tuple[Run, Outcome]:
    """Ask, measure and write the run folder; stopped, it goes on where it was.

    :raises InputError: where the folder can't be written or holds something else
    """
    folder = plan.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if plan.fresh:
            (folder / RECORDS).unlink(missing_ok=True)
        write_questions(folder / QUESTIONS, questions)
    except OSError as error:
        raise InputError(f"can't write the run to {folder}: {error.strerror}") from None
    cache = () if plan.fresh else _cached(folder)
    outcome = answer_all(
        system,
        questions,
        folder / RECORDS,
        workers=plan.workers,
        progress=progress,
        cache=cache,
    )
    scored = score(questions, outcome.records, system.lookup)
    info = {
        "label": plan.label,
        "system": system.name,
        "created": plan.now.isoformat(timespec="seconds"),
        "settings": dict(system.describe()),
        "questions": len(questions),
        "questions_hash": questions_hash(questions),
        "answers_kept": outcome.kept,
        "failed": len(outcome.failed),
        "workers": plan.workers,
        "price": list(plan.price) if plan.price else None,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    write_json(folder / INFO, info)
    write_json(folder / SCORES, scores_record(scored, plan.price))
    return Run(folder, info, scored), outcome


def default_folder(home: Path, now: datetime, label: str | None) -> Path:
    """Where a run goes if nobody says: ``runs/`` of the data directory, by time and label."""
    suffix = "-" + "".join(c if c.isalnum() else "-" for c in label) if label else ""
    return home / "runs" / (now.strftime("%Y%m%d-%H%M%S") + suffix)


def newest_run(home: Path) -> Path:
    """The newest finished run of a data directory.

    :raises InputError: where there is none
    """
    folders = sorted((home / "runs").glob(f"*/{SCORES}"), key=lambda p: p.stat().st_mtime)
    if not folders:
        raise InputError(f"there is no run under {home / 'runs'}: make one with citewire-eval run")
    return folders[-1].parent


def load_run(folder: Path) -> Run:
    """Read a run folder.

    :raises InputError: where it isn't one, or is not finished
    """
    try:
        info = json.loads((folder / INFO).read_bytes())
        rows = json.loads((folder / SCORES).read_bytes())["each"]
    except FileNotFoundError as error:
        raise InputError(
            f"{folder} is not a finished run (no {Path(str(error.filename)).name}): "
            "make one with citewire-eval run"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder} can't be read as a run: {error}") from None
    questions = read_questions(folder / QUESTIONS)[0]
    records = {r["id"]: r for r in read_records(folder / RECORDS)}
    try:
        scored = [_scored(q, records[q.id], rows[q.id]) for q in questions]
    except KeyError as error:
        raise InputError(f"{folder} lacks question {error}: run it again") from None
    return Run(folder, info, scored)


def scores_record(
    scored: Sequence[Scored], price: tuple[float, float] | None = None
) -> dict[str, Any]:
    """Everything measured, as JSON: figures are ``[value, low, high, n]``."""
    summary = summarise(scored)
    types = {name: summarise(group) for name, group in by_type(scored).items()}
    return {
        "all": summary_record(summary),
        "by_type": {name: summary_record(part) for name, part in types.items()},
        "cost": cost(summary, price),
        "risk_coverage": [dataclasses.astuple(point) for point in summary.curve],
        "reliability": [dataclasses.astuple(group) for group in summary.bins],
        "each": {one.question.id: _each(one) for one in scored},
    }


def summary_record(summary: Summary) -> dict[str, Any]:
    """A summary's figures, latencies (seconds) and tokens as JSON."""
    return {
        "n": summary.n,
        "figures": {name: e.as_list() for name, e in summary.figures.items()},
        "extra": {name: e.as_list() for name, e in summary.extra.items()},
        "latency": summary.latency,
        "tokens": summary.tokens,
    }


def cost(summary: Summary, price: tuple[float, float] | None) -> float | None:
    """What the tokens cost at a price per million prompt and completion tokens; None unknown."""
    if price is None or not summary.tokens:
        return None
    prompt = summary.tokens.get("prompt", 0.0)
    completion = summary.tokens.get("completion", 0.0)
    return (prompt * price[0] + completion * price[1]) / 1e6


def write_json(path: Path, value: object) -> None:
    """Write JSON for people and programs; the file is replaced at once.

    :raises InputError: where it can't be written
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise InputError(f"can't write {path}: {error.strerror}") from None


def _each(one: Scored) -> dict[str, Any]:
    return {
        "verdict": one.verdict,
        "pairs": {name: list(pair) for name, pair in one.pairs.items()},
        "broken": list(one.check.broken),
        "dangling": list(one.check.dangling),
        "sentences": [
            {"text": s.text, "marks": s.marks, "supported": s.supported,
             "supporting": s.supporting, "fault": s.fault and s.fault.value, "note": s.note}
            for s in one.check.sentences
        ],
    }  # fmt: skip


def _scored(question: Question, record: Record, row: dict[str, Any]) -> Scored:
    sentences = tuple(
        SentenceCheck(
            s["text"],
            tuple(s["marks"]),
            s["supported"],
            tuple(s["supporting"]),
            Fault(s["fault"]) if s["fault"] else None,
            s["note"],
        )
        for s in row["sentences"]
    )
    faults = {f.value: sum(s.fault is f for s in sentences) for f in Fault}
    check = Check(
        sentences,
        tuple(row["broken"]),
        tuple(row["dangling"]),
        {name: count for name, count in faults.items() if count},
    )
    pairs = {name: (float(a), float(b)) for name, (a, b) in row["pairs"].items()}
    return Scored(question, record, pairs, check)


def _cached(folder: Path) -> Iterable[Record]:
    """Answers of the newest sibling runs, oldest first; unreadable ones are passed over."""
    siblings = [p for p in folder.parent.glob(f"*/{RECORDS}") if p.parent != folder]
    siblings.sort(key=lambda path: path.stat().st_mtime)
    for path in siblings[-_CACHED_RUNS:]:
        try:
            yield from read_records(path)
        except InputError as error:
            print(f"citewire: passed over: {error}", file=sys.stderr)
