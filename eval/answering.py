"""Asks a system every question of a file; can be stopped and run again at any time."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from eval.dataset import Question
from eval.systems import System, answer_key
from rag.errors import InputError

Record = dict[str, Any]
Report = Callable[[int, int, int], None]  # done, all, failed


@dataclass(slots=True)
class Outcome:
    """What came of asking: the records in the order of the questions, and what failed."""

    records: list[Record] = field(default_factory=list)
    kept: int = 0  # taken over from an earlier run
    failed: list[tuple[str, str]] = field(default_factory=list)  # question id, message


def answer_all(
    system: System,
    questions: Sequence[Question],
    out: Path,
    *,
    workers: int = 1,
    progress: Report | None = None,
    cache: Iterable[Record] = (),
) -> Outcome:
    """Ask every question and write the records to ``out``, in the questions' order.

    Records already there are kept if the question and everything the answer depends on
    are unchanged. A question that fails gets a record with an ``error`` and is asked
    again by the next call; the others are not disturbed.

    :param workers: questions asked at the same time
    :param cache: records of other runs that may be taken over as well
    :raises InputError: where ``out`` can't be written or holds something else
    """
    description = system.describe()
    keys = {q.id: answer_key(q, description) for q in questions}
    earlier = [*cache, *read_records(out, missing_ok=True)]
    known = {r["key"]: r for r in earlier if not r.get("error")}
    done: dict[str, Record] = {
        q.id: {**known[keys[q.id]], "id": q.id} for q in questions if keys[q.id] in known
    }
    outcome = Outcome(kept=len(done))
    waiting = [q for q in questions if q.id not in done]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_records(out, list(done.values()))
        with out.open("a", encoding="utf-8") as file:
            for record in _asked(system, waiting, keys, max(1, workers)):
                done[record["id"]] = record
                file.write(_line(record))
                file.flush()
                if record.get("error"):
                    outcome.failed.append((record["id"], record["error"]))
                if progress:
                    progress(len(done), len(questions), len(outcome.failed))
        outcome.records = [done[q.id] for q in questions]
        write_records(out, outcome.records)
    except OSError as error:
        raise InputError(f"can't write the answers to {out}: {error.strerror}") from None
    return outcome


def _asked(
    system: System, questions: Sequence[Question], keys: Mapping[str, str], workers: int
) -> Iterator[Record]:
    if workers == 1:
        for question in questions:
            yield _ask(system, question, keys[question.id])
        return
    with ThreadPoolExecutor(workers) as pool:
        running: set[Future[Record]] = set()
        for question in questions:
            running.add(pool.submit(_ask, system, question, keys[question.id]))
            if len(running) >= 2 * workers:  # few in flight, so that a stop loses little
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (f.result() for f in finished)
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (f.result() for f in finished)


def _ask(system: System, question: Question, key: str) -> Record:
    """The record of one question; whatever goes wrong becomes part of it."""
    began = time.perf_counter()
    try:
        return {**system.ask(question), "id": question.id, "key": key}
    except Exception as error:  # one bad question never stops the run
        message = " ".join(str(error).split()) or type(error).__name__
        return failure(question, key, message, time.perf_counter() - began)


def failure(question: Question, key: str, message: str, seconds: float) -> Record:
    """The record of a question that ended in an error: no answer, the message."""
    return {
        "id": question.id, "question": question.question, "answer": "", "abstained": True,
        "reason": "error", "error": message, "claims": [], "citations": [], "hits": [],
        "as_of": question.asked_on.isoformat() if question.asked_on else None, "model": None,
        "seconds": {"understand": 0.0, "retrieve": 0.0, "answer": 0.0, "total": seconds},
        "key": key,
    }  # fmt: skip


def read_records(path: Path, *, missing_ok: bool = False) -> list[Record]:
    """The answer records of a file; a line cut off at the end by a stop is left out.

    :raises InputError: where it can't be read or holds something else
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        if missing_ok:
            return []
        raise InputError(f"there are no answers at {path}") from None
    except OSError as error:
        raise InputError(f"can't read the answers in {path}: {error.strerror}") from None
    records: list[Record] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            if number == len(lines):
                continue
            row = None
        if not isinstance(row, dict) or not {"id", "answer", "abstained", "hits"} <= row.keys():
            raise InputError(
                f"{path}:{number} is not an answer record: name another file with --out, "
                "or remove this one"
            )
        for field_name, empty in (("claims", []), ("citations", []), ("key", "")):
            row.setdefault(field_name, empty)
        records.append(row)
    return records


def write_records(path: Path, records: Sequence[Record]) -> None:
    """Replace the file at once, so that a stop leaves the old or the new one."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.writelines(_line(record) for record in records)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


class Meter:
    """Progress on standard error: a line that redraws itself, or a line now and then."""

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self.label, self.stream = label, stream or sys.stderr
        self.began = self.last = time.monotonic()
        self.first: int | None = None

    def __call__(self, done: int, total: int, failed: int) -> None:
        """Show how far it is; on a terminal at most ten times a second."""
        now, live = time.monotonic(), self.stream.isatty()
        if self.first is None:
            self.first = done - 1
        if done < total and now - self.last < (0.1 if live else 15):
            return
        self.last = now
        rate = (done - self.first) / max(now - self.began, 1e-6)
        left = (total - done) / rate
        text = f"{self.label}: {done}/{total}, {rate:.1f} a second, {left:.0f} s left"
        if failed:
            text += f", {failed} failed"
        end = "\n" if done == total or not live else ""
        print(f"\r\x1b[K{text}" if live else text, end=end, file=self.stream, flush=True)
