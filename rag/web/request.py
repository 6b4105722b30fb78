"""What scripts and readers send with a question, checked field by field."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.errors import InputError
from rag.types import Filters, Turn
from rag.web.desk import Wish

LONGEST_TURN = 8000  # characters of an earlier message that are looked at
_FIELDS = "question, history, as_of, since, until, publishers, latest, stream"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a script sends it."""

    question: str
    history: tuple[Turn, ...]
    wish: Wish
    stream: bool


def parsed(body: bytes) -> Asked:
    """The question in the bytes of a request.

    :raises InputError: naming what is wrong
    """
    try:
        return asked(json.loads(body or b"null"))
    except RecursionError:
        raise InputError("the body is nested too deeply: send one flat JSON object") from None
    except ValueError:
        raise InputError('the body is no JSON: send {"question": text}') from None


def asked(body: object) -> Asked:
    """The question in a JSON body.

    :raises InputError: naming the field that is wrong
    """
    if not isinstance(body, dict) or not isinstance(body.get("question"), str):
        raise InputError('the body is no {"question": text}; other fields: ' + _FIELDS)
    unknown = sorted(set(body) - set(_FIELDS.split(", ")))
    if unknown:
        raise InputError(f"{shown(unknown[0])} is no field: use {_FIELDS}")
    publishers = [] if body.get("publishers") is None else body["publishers"]
    if not isinstance(publishers, list) or not all(isinstance(p, str) for p in publishers):
        raise InputError("publishers is no list of names")
    filters = filters_of(
        body.get("since"),
        body.get("until"),
        [_whole(p, "publishers") for p in publishers],
        ("since", "until"),
    )
    wish = Wish(filters, _switch(body, "latest"), day_of(body.get("as_of"), "as_of"))
    question = _whole(body["question"], "question")
    return Asked(question, _history(body.get("history")), wish, _switch(body, "stream"))


def _history(rows: object) -> tuple[Turn, ...]:
    if rows is None:
        return ()
    if not isinstance(rows, list):
        raise InputError(f"history {shown(rows)} is no list of {{role, content}}")
    turns = []
    for row in rows:
        if (
            not isinstance(row, dict)
            or row.get("role") not in ("user", "assistant")
            or not isinstance(row.get("content"), str)
        ):
            raise InputError(
                'history has an item that is no {"role": user|assistant, "content": text}'
            )
        turns.append(Turn(row["role"], _whole(row["content"], "history")[:LONGEST_TURN]))
    return tuple(turns)


def _whole(text: str, name: str) -> str:
    """``text``, which holds no half of a character (a lone surrogate can't be encoded)."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = ascii(text[error.start])
        raise InputError(f"{name} holds {half}, half of a character: send whole text") from None
    return text


def _switch(body: dict[str, object], name: str) -> bool:
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise InputError(f"{name} {shown(value)} is no switch: write true or false")


def shown(value: object) -> str:
    """The start of a bad value, safe to print anywhere."""
    text = ascii(value)
    return text if len(text) <= 42 else text[:40] + "…"


def day_of(text: object, name: str) -> date | None:
    """A date field; None where it is empty.

    :raises InputError: naming the field and the form allowed
    """
    if text is None or text == "":
        return None
    try:
        if isinstance(text, str):
            return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        pass
    said = shown(text) if not isinstance(text, str) else repr(text[:40])
    raise InputError(f"{name} {said} is no date: write it as 2025-10-28")


def filters_of(
    since: object,
    until: object,
    publishers: Sequence[str],
    names: tuple[str, str] = ("From", "To"),
) -> Filters:
    """Filters from what a reader typed.

    :param names: what the two date fields are called where they were typed
    :raises InputError: for what is no date, or an empty period
    """
    first, last = day_of(since, names[0]), day_of(until, names[1])
    if first and last and first > last:
        raise InputError(f"the period from {first} to {last} is empty: swap the dates")
    return Filters(since=first, until=last, publishers=tuple(publishers))


def check_publishers(asked_for: Sequence[str], known: Sequence[str]) -> None:
    """Refuse a publisher that no article is of; else it would look as if nothing was found.

    :raises InputError: naming it and the known ones nearest to it
    """
    for name in asked_for:
        if name in known:
            continue
        small: dict[str, str] = {}
        for one in known:
            small.setdefault(one.casefold(), one)
        typed = name.strip().casefold()
        near = [k for k in small if typed and typed in k]
        near += difflib.get_close_matches(typed, small, 3)
        some = [small[k] for k in dict.fromkeys(near)][:3]
        said = "nearest to it" if some else "those of most articles"
        names = ", ".join(repr(n) for n in some or known[:3]) or "none"
        raise InputError(f"publishers: no article is of {name[:80]!r}; {said}: {names}")
