"""Other people's data as question and corpus files: SQuAD, BEIR, TREC, RealTimeQA.

Each reader gives the questions and, where the data brings them, the articles. Addresses
of articles without one are ``urn:NAME:ID``.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eval.dataset import UNANSWERABLE, Evidence, Question
from rag.errors import InputError


@dataclass(slots=True)
class Data:
    """What a reader found."""

    questions: list[Question] = field(default_factory=list)
    articles: list[dict[str, str]] = field(default_factory=list)  # url, title, text
    skipped: list[str] = field(default_factory=list)  # one line each, why


def read(kind: str, path: Path, qrels: Path | None = None) -> Data:
    """Read a data set.

    :param kind: one of :data:`KINDS`
    :param path: the file; for beir the folder, for trec the topics (``id<TAB>question``)
    :param qrels: judgements, for trec; for beir ``qrels/test.tsv`` of the folder if None
    :raises InputError: where it can't be read or is of another kind
    """
    try:
        data = KINDS[kind](path, qrels)
    except OSError as error:
        raise InputError(f"can't read {error.filename or path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise InputError(f"{path} is not in the form of {kind}: {error!r}") from None
    if not data.questions:
        raise InputError(f"{path} holds no question in the form of {kind}")
    return data


def squad(path: Path, qrels: Path | None = None) -> Data:
    """SQuAD 1.1 and 2.0: one article a paragraph, the answer's sentence as evidence."""
    data = Data()
    for topic in json.loads(_text(path))["data"]:
        for at, paragraph in enumerate(topic["paragraphs"]):
            url = f"urn:squad:{topic['title']}:{at}"
            text = str(paragraph["context"])
            title = str(topic["title"]).replace("_", " ")
            data.articles.append({"url": url, "title": title, "text": text})
            for row in paragraph["qas"]:
                data.questions.append(_squad_question(row, url, text))
    return data


def _squad_question(row: dict[str, Any], url: str, text: str) -> Question:
    answers = [(str(a["text"]), int(a["answer_start"])) for a in row.get("answers", [])]
    if row.get("is_impossible") or not answers:
        return Question(str(row["id"]), str(row["question"]), UNANSWERABLE)
    forms = tuple(dict.fromkeys(form for form, _ in answers))
    first, start = answers[0]
    return Question(
        str(row["id"]),
        str(row["question"]),
        answer=first,
        must_include=(forms,),
        evidence=(Evidence(url, sentence_at(text, start, start + len(first))),),
    )


def sentence_at(text: str, start: int, end: int) -> str:
    """The sentence of ``text`` around ``text[start:end]``, cut at ``. `` and line ends."""
    left = max(text.rfind(mark, 0, start) + len(mark) if mark in text[:start] else 0
               for mark in (". ", "! ", "? ", "\n"))  # fmt: skip
    ends = [at + 1 for mark in (". ", "! ", "? ") if (at := text.find(mark, end)) >= 0]
    ends += [at for at in (text.find("\n", end),) if at >= 0]
    return text[left : min(ends, default=len(text))].strip()


def beir(path: Path, qrels: Path | None = None) -> Data:
    """A BEIR folder: ``corpus.jsonl``, ``queries.jsonl``, ``qrels/*.tsv``; judged by document."""
    data = Data()
    name = path.name
    for row in _lines(path, "corpus.jsonl"):
        text = str(row.get("text") or "")
        if text.strip():
            title = str(row.get("title") or "")
            data.articles.append({"url": _urn(name, row["_id"]), "title": title, "text": text})
    judged = _beir_judgements(qrels or path / "qrels" / "test.tsv")
    for row in _lines(path, "queries.jsonl"):
        documents = judged.get(str(row["_id"]), {})
        wanted = [doc for doc, grade in documents.items() if grade > 0]
        if wanted:
            data.questions.append(
                Question(
                    str(row["_id"]),
                    str(row["text"]),
                    evidence=tuple(Evidence(_urn(name, doc)) for doc in wanted),
                )
            )
    return data


def _beir_judgements(path: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            judged.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return judged


def trec(path: Path, qrels: Path | None = None) -> Data:
    """TREC topics (``id<TAB>question``) with qrels (``topic 0 document grade``)."""
    if qrels is None:
        raise InputError("trec needs the judgements too: name them with --qrels FILE")
    judged: dict[str, list[str]] = {}
    for number, line in enumerate(_text(qrels).splitlines(), 1):
        fields = line.split()
        if not fields:
            continue
        if len(fields) != 4:
            raise InputError(f"{qrels}:{number}: four columns wanted, {len(fields)} found")
        if int(fields[3]) > 0:
            judged.setdefault(fields[0], []).append(fields[2])
    data = Data()
    for number, line in enumerate(_text(path).splitlines(), 1):
        id, tab, question = line.partition("\t")
        if not line.strip():
            continue
        if not tab or not question.strip():
            data.skipped.append(f"{path}:{number}: no tab between id and question")
        elif documents := judged.get(id.strip()):
            evidence = tuple(Evidence(_known(doc)) for doc in documents)
            data.questions.append(Question(id.strip(), question.strip(), evidence=evidence))
        else:
            data.skipped.append(f"{path}:{number}: topic {id.strip()} has no relevant document")
    return data


def realtimeqa(path: Path, qrels: Path | None = None) -> Data:
    """RealTimeQA: multiple-choice news quizzes; the answer is the index of a choice."""
    data = Data()
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        row = json.loads(line)
        choices = tuple(str(choice) for choice in row.get("choices", ()))
        marked = row["answer"][0] if isinstance(row["answer"], list) else row["answer"]
        if not str(marked).isdecimal() or int(marked) >= len(choices):
            data.skipped.append(f"{path}:{number}: the answer {marked!r} is no choice")
            continue
        right = choices[int(marked)]
        if right.strip().casefold() in ("none of the above", "all of the above"):
            data.skipped.append(f"{path}:{number}: {right!r} can't be looked for")
            continue
        asked = str(row.get("question_date") or "").replace("/", "-")
        data.questions.append(
            Question(
                str(row.get("question_id") or number),
                str(row.get("question_sentence") or row["question"]),
                type="news_quiz",
                asked_on=date.fromisoformat(asked[:10]) if asked else None,
                answer=right,
                must_include=((right,),),
                choices=choices,
            )
        )
    return data


def write_corpus(path: Path, articles: list[dict[str, str]]) -> None:
    """Write a corpus file.

    :raises InputError: where it can't be written
    """
    try:
        lines = (json.dumps(article, ensure_ascii=False) + "\n" for article in articles)
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"can't write the corpus to {path}: {error.strerror}") from None


def _urn(name: str, id: object) -> str:
    return f"urn:{name}:{id}"


def _known(document: str) -> str:
    """A document's name as an address: kept if it is one."""
    return document if ":" in document else _urn("trec", document)


def _text(path: Path) -> str:
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes()).decode("utf-8-sig")
    return path.read_text(encoding="utf-8-sig")


def _lines(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    path = folder / name
    if not path.exists():
        path = folder / f"{name}.gz"
    for line in _text(path).splitlines():
        if line.strip():
            yield json.loads(line)


KINDS: dict[str, Callable[[Path, Path | None], Data]] = {
    "squad": squad,
    "beir": beir,
    "trec": trec,
    "realtimeqa": realtimeqa,
}
