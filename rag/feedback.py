"""Readers' thumbs, kept in the question format of the evaluation.

Each line of ``feedback/feedback.jsonl`` in the data directory can be read as a question
file; what a reader thought of the answer is in ``feedback``. A reader's correction becomes
the ideal answer; an answer that was liked becomes it as it stands.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.types import Turn

FILE = Path("feedback") / "feedback.jsonl"
LONGEST = 1000  # characters of a reader's remark
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader thought of an answer."""

    good: bool
    reasons: tuple[str, ...] = ()  # wrong, unsupported, outdated, incomplete, should_abstain…
    comment: str = ""  # what would be right


def question_of(
    record: Mapping[str, Any], history: Sequence[Turn], verdict: Verdict, at: str
) -> dict[str, Any]:
    """The rated answer as a line of a question file.

    :param record: the answer record
    :param at: when it was rated, ISO
    """
    unanswerable = record["abstained"] if verdict.good else "should_abstain" in verdict.reasons
    ideal = verdict.comment[:LONGEST] or (record["answer"] if verdict.good else "")
    row: dict[str, Any] = {
        "id": f"feedback-{record['id']}",
        "type": "unanswerable" if unanswerable else "fact",
        "question": record["question"],
        "history": [{"role": t.role, "content": t.content} for t in history],
        "asked_on": record["as_of"],
        "must_include": [],
        "evidence": [
            {"url": c["url"], "quote": c["quote"]}
            for c in (record["citations"] if verdict.good else ())
        ],
    }
    if ideal and not unanswerable:
        row["answer"] = ideal
    row["feedback"] = {
        "rating": "up" if verdict.good else "down",
        "reasons": list(verdict.reasons),
        "comment": verdict.comment[:LONGEST],
        "at": at,
        "answer": record["answer"],
        "model": record["model"],
        "citations": record["citations"],
        "hits": record["hits"],
    }
    return row


def store_feedback(home: Path, row: Mapping[str, Any]) -> Path:
    """Keep a line, in place of an earlier verdict on the same answer; the file's path."""
    path = home / FILE
    with _LOCK:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        lines = [line for line in lines if _id(line) != row["id"]]
        lines.append(json.dumps(row, ensure_ascii=False))
        part = path.with_suffix(".part")
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")
        part.chmod(0o600)
        part.replace(path)
    return path


def _id(line: str) -> object:
    try:
        return json.loads(line)["id"]
    except (ValueError, TypeError, KeyError):
        return None
