"""A follow-up written out by the model, believed only where it invents nothing."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from langchain_core.messages import HumanMessage, SystemMessage

from rag import prompts
from rag.calls import Call
from rag.errors import ModelError
from rag.facts import names, quantities
from rag.injection import is_order, quoted
from rag.reply import leaks, safe
from rag.types import Turn
from rag.words import alike, content

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.settings import Settings

TURNS = 6  # the newest messages, enough to find what "it" means
TURN_CHARS = 400
LIMIT = 15.0  # seconds; the rules' form is at hand, so this is not worth a long wait
LONGEST = 300
# Shares of content words: of the new question that the conversation must hold, and of the
# old question that the new one must keep.
KNOWN, KEPT = 0.7, 0.5


def condense(
    model: BaseChatModel, settings: Settings, history: Sequence[Turn], question: str
) -> str | None:
    """``question`` made understandable alone, or None where the model's form is no good.

    None also where the provider fails: the answer that follows will meet the same failure
    and say so.
    """
    if not history:
        return None
    prompt = prompts.load("condense")
    fence = f"=={secrets.token_hex(6)}=="
    system, user = prompt.fill(
        fence=fence,
        conversation="\n".join(_line(turn) for turn in history[-TURNS:]),
        question=" ".join(quoted(question, LONGEST).split()),
    )
    limit = min(LIMIT, settings.llm_timeout / 3)
    call = Call(model, [SystemMessage(system), HumanMessage(user)], settings, limit=limit)
    said = ""
    pieces = iter(call)
    try:
        for piece in pieces:
            said += piece
            if len(said) > 4 * LONGEST and "<think" not in said:
                break
    except ModelError:
        return None
    finally:
        pieces.close()  # type: ignore[attr-defined]
    written = _first_line(said)
    if leaks(written, system, (fence.strip("="),)):
        return None
    return written if faithful(written, question, history) else None


def _line(turn: Turn) -> str:
    who = "Reader" if turn.role == "user" else "Answer"
    text = re.sub(r"\[\d{1,3}\]", "", turn.content)
    return f"{who}: {' '.join(quoted(text, TURN_CHARS).split())}"


def _first_line(said: str) -> str:
    said = re.sub(r"<think(?:ing)?>.*?</think(?:ing)?>", "", said, flags=re.DOTALL)
    for line in said.splitlines():
        text = safe(line).strip()
        text = re.sub(
            r"^(?:question|rewritten question|standalone question)\s*:\s*",
            "",
            text,
            flags=re.IGNORECASE,
        )
        if text.strip(" \"'“”"):
            return text.strip(" \"'“”")
    return ""


def faithful(written: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether the new question asks the old one with nothing from outside the conversation."""
    if not 3 <= len(written) <= LONGEST or is_order(written):
        return False
    known_text = " ".join([question, *(turn.content for turn in history[-TURNS:])])
    mine, known = content(written), set(content(known_text))
    if not mine:
        return False
    found = sum(any(alike(word, other) for other in known) for word in mine)
    if found < KNOWN * len(mine):
        return False
    folded = known_text.casefold()
    if any(part not in folded for name in names(written) if not name.opens for part in name.tokens):
        return False
    values = {q.value for q in quantities(known_text)}
    if any(q.value not in values for q in quantities(written)):
        return False
    asked = set(content(question))
    kept = sum(any(alike(word, other) for other in mine) for word in asked)
    return not asked or kept >= KEPT * len(asked)
