"""A conversation to take away: Markdown with numbered sources, or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from rag.answer import DOUBTED, UNCONFIRMED, day
from rag.render import link
from rag.web.chats import Exchange, State

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def literal(text: object) -> str:
    """``text`` on one line, with every character that Markdown gives a meaning escaped."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def as_markdown(exchanges: Sequence[Exchange]) -> str:
    """Questions, answers and their sources; the numbers run through the whole file."""
    out: list[str] = []
    offset = 0
    for exchange in exchanges:
        out.append(f"## {literal(exchange.question)}\n")
        record = exchange.record
        if exchange.state is not State.DONE or record is None:
            out.append(f"*{literal(exchange.text or 'not answered')}*\n")
            continue
        out.append(_answer(record, offset) + "\n")
        for note in record["notes"]:
            out.append(f"*{literal(note)}*\n")
        out += [_source(c, offset) for c in record["citations"]]
        if record["citations"]:
            out.append("")
        out.append(f"As of {record['as_of']}, {literal(record['model'])}.\n")
        offset += len(record["citations"])
    return "\n".join(out)


def _answer(record: dict[str, Any], offset: int) -> str:
    if not record["claims"]:
        return literal(record["answer"])
    parts = []
    for claim in record["claims"]:
        marks = "".join(f"[^{n + offset}]" for n in claim["citations"])
        text = literal(claim["text"])
        status = claim["status"]
        said = status
        if status == "partial":
            said = (DOUBTED if claim.get("doubt") else UNCONFIRMED).strip("()")
        flag = "" if status == "supported" else f" *({said})*"
        parts.append(f"~~{text}~~{flag}" if status == "unsupported" else text + flag + marks)
    return " ".join(parts)


def _source(citation: dict[str, Any], offset: int) -> str:
    who = citation["publisher"] or "publisher unknown"
    when = day(citation["published"]) or "date unknown"
    url = citation["url"]
    where = f" <{url}>" if link(url) and not re.search(r"[<>\s]", url) else f" {literal(url)}"
    return (
        f"[^{citation['n'] + offset}]: {literal(citation['title'])}, {literal(who)}, {when}."
        f"{where} “{literal(citation['quote'])}”"
    )


def as_json(exchanges: Sequence[Exchange]) -> str:
    """The answer records; unanswered questions with their state."""
    rows = [
        e.record if e.record else {"id": e.id, "question": e.question, "state": e.state.value}
        for e in exchanges
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)
