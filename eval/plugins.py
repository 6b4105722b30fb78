"""Other people's systems under the same measures: LangChain Runnables and HTTP endpoints.

Both get ``{"question", "history", "asked_on", "top_k"}`` and may answer with

- an answer record (or any of its fields: ``answer``, ``abstained``, ``citations``, …),
- what LangChain's retrieval chains give: ``answer``, ``result`` or ``output`` and the
  documents under ``context``, ``documents`` or ``source_documents``,
- a message, or plain text.

Documents become the passages; ``[n]`` in the text then cites the n-th of them.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.checker import Lookup
from eval.dataset import Question
from rag.errors import InputError

_ANSWERS = ("answer", "result", "output", "output_text", "text", "content")
_DOCUMENTS = ("context", "documents", "source_documents", "docs", "hits")
_MARK = re.compile(r"\[(\d{1,3})\]")


class CallableSystem:
    """Any function from the question's mapping to an output as above.

    :param text_input: pass the question's text alone instead of the mapping
    :param refusal: what the system was told to say when it doesn't know; an answer that
        begins so counts as an abstention (a system may also send ``abstained``)
    """

    def __init__(
        self,
        name: str,
        call: Callable[[Any], Any],
        *,
        text_input: bool = False,
        refusal: str | None = None,
        top_k: int = 10,
    ) -> None:
        self.name, self._call = name, call
        self._text_input, self._refusal, self._top_k = text_input, refusal, top_k

    def describe(self) -> Mapping[str, Any]:
        """Name and options; the code of another system is not known here."""
        return {
            "system": self.name,
            "text_input": self._text_input,
            "refusal": self._refusal,
            "top_k": self._top_k,
        }

    def ask(self, question: Question) -> dict[str, Any]:
        """Call the system and bring its output into an answer record."""
        sent: dict[str, Any] = {
            "question": question.question,
            "history": [{"role": t.role, "content": t.content} for t in question.history],
            "asked_on": question.asked_on.isoformat() if question.asked_on else None,
            "top_k": self._top_k,
        }
        began = time.perf_counter()
        output = self._call(question.question if self._text_input else sent)
        seconds = time.perf_counter() - began
        return to_record(question, output, seconds, self.name, self._refusal)

    @property
    def lookup(self) -> Lookup | None:
        """None: the texts of another system are not known here."""
        return None

    def close(self) -> None:
        """Nothing to release."""


def runnable_system(
    where: str, *, text_input: bool = False, refusal: str | None = None, top_k: int = 10
) -> CallableSystem:
    """The LangChain Runnable, factory or function at ``module:attribute``.

    :raises InputError: where there is none
    """
    module, _, attribute = where.partition(":")
    if not module or not attribute:
        raise InputError(f"{where!r} is not module:attribute, such as my_rag:chain")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)  # as python -m does: a script beside the user counts
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise InputError(f"can't import {where}: {error}") from None
    if not hasattr(found, "invoke") and not callable(found):
        raise InputError(f"{where} is neither a Runnable nor a function")
    call = found.invoke if hasattr(found, "invoke") else found
    return CallableSystem(where, call, text_input=text_input, refusal=refusal, top_k=top_k)


def http_system(
    url: str, *, refusal: str | None = None, top_k: int = 10, timeout: float = 120.0
) -> CallableSystem:
    """An endpoint that takes a JSON POST and answers with JSON or text.

    ``CITEWIRE_EVAL_AUTHORIZATION``, if set, is sent as the Authorization header.

    :raises InputError: where the address isn't one
    """
    if not url.startswith(("http://", "https://")):
        raise InputError(f"{url!r} is no address: begin it with http:// or https://")
    import httpx

    secret = os.environ.get("CITEWIRE_EVAL_AUTHORIZATION")
    headers = {"Authorization": secret} if secret else {}

    def call(sent: Any) -> Any:
        try:
            response = httpx.post(url, json=sent, headers=headers, timeout=timeout)
            response.raise_for_status()
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            raise InputError(f"{url} answered {status}: {error.response.text[:200]}") from None
        except httpx.HTTPError as error:
            raise InputError(f"{url} can't be asked: {error or type(error).__name__}") from None
        try:
            return response.json()
        except ValueError:
            return response.text

    return CallableSystem(url, call, refusal=refusal, top_k=top_k)


def to_record(
    question: Question, output: Any, seconds: float, model: str, refusal: str | None = None
) -> dict[str, Any]:
    """An answer record from whatever a system gave back.

    :raises InputError: where no answer is in it
    """
    fields: Mapping[str, Any] = output if isinstance(output, Mapping) else {}
    text = _text(output)
    hits = [_hit(d, rank) for rank, d in enumerate(_documents(fields))]
    refused = bool(refusal) and text.strip().casefold().startswith(str(refusal).casefold())
    abstained = bool(fields.get("abstained", refused))
    citations = fields.get("citations")
    if not isinstance(citations, Sequence) or isinstance(citations, str):
        citations = [] if abstained else _marked(text, hits)
    timing = fields.get("seconds")
    record = {
        "id": question.id,
        "question": question.question,
        "answer": text,
        "abstained": abstained,
        "reason": fields.get("reason"),
        "claims": fields.get("claims") or [],
        "citations": [_citation(c) for c in citations],
        "hits": hits,
        "as_of": fields.get("as_of"),
        "model": fields.get("model") or model,
        "tokens": fields.get("tokens") or _tokens(output),
        "seconds": {**(timing if isinstance(timing, Mapping) else {}), "total": seconds},
    }
    if isinstance(fields.get("confidence"), int | float):
        record["confidence"] = float(fields["confidence"])
    return record


def _text(output: Any) -> str:
    if isinstance(output, str):
        return output
    if isinstance(output, Mapping):
        for key in _ANSWERS:
            if key in output and output[key] is not None:
                return _text(output[key])
        raise InputError(
            f"no answer in the output: it has {', '.join(map(str, output)) or 'no fields'}, "
            f"wanted is one of {', '.join(_ANSWERS)}"
        )
    content = getattr(output, "content", None)
    if isinstance(content, str):
        return content
    if isinstance(content, list):  # parts of a message
        parts = [p if isinstance(p, str) else str(p.get("text", "")) for p in content]
        return "".join(parts)
    raise InputError(f"no answer in an output of type {type(output).__name__}")


def _documents(fields: Mapping[str, Any]) -> list[Any]:
    for key in _DOCUMENTS:
        value = fields.get(key)
        if isinstance(value, list):
            return value
    return []


def _hit(document: Any, rank: int) -> dict[str, Any]:
    if isinstance(document, str):
        document = {"text": document}
    if not isinstance(document, Mapping):
        document = {
            "text": getattr(document, "page_content", ""),
            "metadata": getattr(document, "metadata", {}),
        }
    facts = {**(document.get("metadata") or {}), **document}
    text = str(facts.get("text") or facts.get("page_content") or "")
    start = facts.get("start", facts.get("start_index"))
    end = facts.get("end")
    if end is None and isinstance(start, int):
        end = start + len(text)
    return {
        "url": str(facts.get("url") or facts.get("source") or ""),
        "title": facts.get("title"),
        "publisher": facts.get("publisher"),
        "published": facts.get("published"),
        "start": start,
        "end": end,
        "text": text,
        "score": float(facts.get("score") or 1 / (1 + rank)),
    }


def _marked(text: str, hits: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The documents that the text's ``[n]`` marks stand for."""
    numbers = dict.fromkeys(int(n) for n in _MARK.findall(text))
    return [{**hits[n - 1], "n": n, "quote": hits[n - 1]["text"]} for n in numbers
            if 1 <= n <= len(hits)]  # fmt: skip


def _citation(citation: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("n", "url", "title", "publisher", "published", "version", "start", "end", "quote")
    row = {key: citation.get(key) for key in keys}
    if not isinstance(row["n"], int) or not isinstance(row["quote"], str):
        raise InputError("a citation in the output has no number n or no quote")
    return row | {"url": str(row["url"] or "")}


def _tokens(output: Any) -> dict[str, int]:
    usage = getattr(output, "usage_metadata", None)
    if not isinstance(usage, Mapping):
        return {}
    return {
        "prompt": int(usage.get("input_tokens", 0)),
        "completion": int(usage.get("output_tokens", 0)),
    }
