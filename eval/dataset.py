"""Question files: one JSON object a line, read with an explanation of what is wrong.

The format is documented in ``eval/data/README.md``; :func:`read_questions` accepts what
can be asked, :func:`check_questions` also says what can't be scored well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.words import contains
from rag.errors import InputError
from rag.types import Turn

UNANSWERABLE = "unanswerable"
GOLDEN = Path(__file__).parent / "data" / "golden.jsonl"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer stands: ``quote`` occurs in the article at ``url``.

    An empty quote stands for the whole article, as in data judged by document.
    """

    url: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what a right answer must say.

    ``must_include`` holds the nuggets, each a tuple of accepted forms; it is empty for
    unanswerable questions and for questions that can be asked but not scored.
    """

    id: str
    question: str
    type: str = "fact"
    history: tuple[Turn, ...] = ()
    asked_on: date | None = None
    answer: str | None = None
    must_include: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def unanswerable(self) -> bool:
        """Whether the right thing is to abstain."""
        return self.type == UNANSWERABLE

    @property
    def scorable(self) -> bool:
        """Whether right and wrong can be told apart."""
        return self.unanswerable or bool(self.must_include)

    def record(self) -> dict[str, Any]:
        """The question as the JSON object of a question file."""
        row: dict[str, Any] = {"id": self.id, "type": self.type, "question": self.question}
        if self.history:
            row["history"] = [{"role": t.role, "content": t.content} for t in self.history]
        if self.asked_on:
            row["asked_on"] = self.asked_on.isoformat()
        if self.answer is not None:
            row["answer"] = self.answer
        row["must_include"] = [list(forms) for forms in self.must_include]
        row["evidence"] = [{"url": e.url, "quote": e.quote} for e in self.evidence]
        if self.choices:
            row["choices"] = list(self.choices)
        return row


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a line of a question file."""

    path: str
    line: int  # 1-based
    message: str
    fatal: bool = True  # false: it can be asked, but scores of it mean less

    def __str__(self) -> str:
        level = "" if self.fatal else "warning: "
        return f"{self.path}:{self.line}: {level}{self.message}"


def read_questions(path: Path) -> tuple[list[Question], list[Problem]]:
    """The questions of a file that can be asked, and what is wrong with the others.

    :raises InputError: where the file can't be read or holds no question at all
    """
    numbered, problems = _read(path)
    if not numbered:
        first = f": {problems[0]}" if problems else ""
        raise InputError(
            f"{path} holds no question that can be asked{first}; see citewire-eval validate {path}"
        )
    return [question for _, question in numbered], problems


def check_questions(path: Path, articles: Mapping[str, str] | None = None) -> list[Problem]:
    """Everything wrong or doubtful in a question file, in line order.

    :param articles: text by address; if given, each evidence quote must occur in its article
    :raises InputError: where the file can't be read
    """
    numbered, problems = _read(path)
    for line, question in numbered:
        for message in _doubts(question, articles):
            problems.append(Problem(str(path), line, message, fatal=False))
    return sorted(problems, key=lambda p: (p.line, not p.fatal))


def write_questions(path: Path, questions: Iterable[Question]) -> None:
    """Write a question file, one JSON object a line."""
    lines = (json.dumps(q.record(), ensure_ascii=False) + "\n" for q in questions)
    path.write_text("".join(lines), encoding="utf-8")


def questions_hash(questions: Sequence[Question]) -> str:
    """SHA-256 of the questions with their labels, whatever the file's layout."""
    rows = [q.record() for q in questions]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def parse(row: object) -> Question:
    """A question from one decoded line.

    :raises InputError: saying every thing that is wrong with it
    """
    if not isinstance(row, dict):
        raise InputError(f"not a JSON object but {_kind(row)}")
    wrong: list[str] = []
    fields = _Fields(row, wrong)
    question = Question(
        id=fields.text("id", required=True),
        question=fields.text("question", required=True),
        type=fields.text("type") or "fact",
        history=fields.history(),
        asked_on=fields.day("asked_on"),
        answer=fields.text("answer") if row.get("answer") is not None else None,
        must_include=fields.nuggets(),
        evidence=fields.evidence(),
        choices=fields.texts("choices"),
    )
    if question.unanswerable and question.must_include:
        wrong.append('an "unanswerable" question must have an empty "must_include"')
    if wrong:
        raise InputError("; ".join(wrong))
    return question


def _read(path: Path) -> tuple[list[tuple[int, Question]], list[Problem]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"can't read the questions in {path}: {error.strerror}") from None
    questions: list[tuple[int, Question]] = []
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for number, raw in enumerate(data.split(b"\n"), 1):
        if not raw.strip():
            continue
        try:
            question = parse(_decode(raw, number))
            if question.id in lines:
                raise InputError(f"id {question.id!r} was used in line {lines[question.id]}")
        except InputError as error:
            problems.append(Problem(str(path), number, str(error)))
            continue
        lines[question.id] = number
        questions.append((number, question))
    return questions, problems


def _decode(raw: bytes, number: int) -> object:
    try:
        return json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start + 1} of the line") from None
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON at column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise InputError("not a question: nested too deeply") from None


def _doubts(question: Question, articles: Mapping[str, str] | None) -> Iterable[str]:
    if not question.scorable:
        yield 'no "must_include" and not of type "unanswerable": it can be asked, not scored'
    if question.must_include and not question.evidence:
        yield 'no "evidence": recall, MAP and nDCG of retrieval are left out for it'
    for forms in question.must_include:
        if question.answer and not any(contains(question.answer, form) for form in forms):
            yield f'nugget {forms[0]!r} is not in the ideal "answer"'
        if any(contains(question.question, form) for form in forms) and not question.choices:
            yield f"nugget {forms[0]!r} stands in the question: repeating it scores"
    if question.type == "followup" and not question.history:
        yield 'type "followup" without "history"'
    if articles is not None:
        yield from _misplaced(question, articles)


def _misplaced(question: Question, articles: Mapping[str, str]) -> Iterable[str]:
    for item in question.evidence:
        text = articles.get(item.url)
        if text is None:
            yield f"evidence address {item.url!r} is not in the corpus"
        elif item.quote not in text and not contains(text, item.quote):
            yield f"evidence quote {item.quote[:60]!r} is not in {item.url}"


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false",
             int: "a number", float: "a number", type(None): "null"}  # fmt: skip
    return names.get(type(value), type(value).__name__)


class _Fields:
    """Reads the fields of one line; what is wrong is noted, with the value as found."""

    def __init__(self, row: Mapping[str, object], wrong: list[str]) -> None:
        self.row, self.wrong = row, wrong

    def text(self, name: str, required: bool = False) -> str:
        value = self.row.get(name)
        if value is None and not required:
            return ""
        if value is None:
            self.wrong.append(f'"{name}" is missing')
        elif isinstance(value, int) and not isinstance(value, bool) and name == "id":
            return str(value)
        elif not isinstance(value, str):
            self.wrong.append(f'"{name}" must be a string, not {_kind(value)}')
        elif required and not value.strip():
            self.wrong.append(f'"{name}" is empty')
        else:
            return value
        return ""

    def texts(self, name: str) -> tuple[str, ...]:
        items = self._list(name)
        if all(isinstance(item, str) for item in items):
            return tuple(str(item) for item in items)
        self.wrong.append(f'"{name}" must be a list of strings')
        return ()

    def day(self, name: str) -> date | None:
        value = self.row.get(name)
        if value in (None, ""):
            return None
        try:
            return date.fromisoformat(str(value)[:10])
        except ValueError:
            self.wrong.append(f'"{name}" must be an ISO date such as 2025-03-31, not {value!r}')
            return None

    def history(self) -> tuple[Turn, ...]:
        turns = []
        for at, item in enumerate(self._list("history"), 1):
            role = item.get("role") if isinstance(item, dict) else None
            content = item.get("content") if isinstance(item, dict) else None
            if role not in ("user", "assistant") or not isinstance(content, str):
                self.wrong.append(
                    f'turn {at} of "history" must be {{"role": "user" or "assistant", '
                    '"content": text}'
                )
            else:
                turns.append(Turn(role, content))
        return tuple(turns)

    def nuggets(self) -> tuple[tuple[str, ...], ...]:
        nuggets = []
        for at, item in enumerate(self._list("must_include"), 1):
            if not isinstance(item, list) or not item:
                self.wrong.append(
                    f'nugget {at} of "must_include" must be a list of accepted forms, '
                    f'such as ["14,000", "14 000"], not {item if item == [] else _kind(item)}'
                )
            elif not all(isinstance(form, str) and form.strip() for form in item):
                self.wrong.append(f'nugget {at} of "must_include" has a form that is no text')
            else:
                nuggets.append(tuple(item))
        return tuple(nuggets)

    def evidence(self) -> tuple[Evidence, ...]:
        items = []
        for at, item in enumerate(self._list("evidence"), 1):
            url = item.get("url") if isinstance(item, dict) else None
            quote = (item.get("quote") or "") if isinstance(item, dict) else None
            if not isinstance(url, str) or not url.strip() or not isinstance(quote, str):
                self.wrong.append(f'item {at} of "evidence" must be {{"url": text, "quote": text}}')
            else:
                items.append(Evidence(url, quote))
        return tuple(items)

    def _list(self, name: str) -> list[Any]:
        value = self.row.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong.append(f'"{name}" must be a list, not {_kind(value)}')
            return []
        return value
