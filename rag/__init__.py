"""citewire: answers about AI news, every sentence cited to the exact passage.

``open_newsroom(Settings.load()).ask("…")`` gives an :class:`Answer`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.errors import CitewireError
from rag.settings import Settings
from rag.types import Answer, Article, Citation, Claim, Filters, Hit, Passage, Query, Turn

if TYPE_CHECKING:
    from rag.newsroom import Newsroom, open_newsroom

__all__ = [
    "Answer",
    "Article",
    "Citation",
    "CitewireError",
    "Claim",
    "Filters",
    "Hit",
    "Newsroom",
    "Passage",
    "Query",
    "Settings",
    "Turn",
    "open_newsroom",
]


def __getattr__(name: str) -> Any:
    """Load the newsroom, and with it Chroma, only when it is asked for."""
    if name in ("Newsroom", "open_newsroom"):
        from rag import newsroom

        return getattr(newsroom, name)
    raise AttributeError(f"module 'rag' has no attribute {name!r}")
