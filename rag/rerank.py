"""An optional second look at the best passages by a cross-encoder, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rag.batches import load_cross_encoder, longest_first
from rag.settings import Settings


class Reranker(Protocol):
    """Scores passages for a question; higher is better, scale free."""

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """One score a passage, in order."""
        ...


class CrossReranker:
    """A reranker from any function that scores pairs of texts.

    :param predict: scores of (question, passage) pairs, higher is better
    """

    def __init__(self, predict: Callable[[list[tuple[str, str]]], Sequence[float]]) -> None:
        self._predict = predict

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """One score a passage, in order; longest first inside, so that batches pad little."""
        scores = [0.0] * len(passages)
        for rows in longest_first([len(passage) for passage in passages]):
            found = self._predict([(question, passages[i]) for i in rows])
            for i, value in zip(rows, found, strict=True):
                scores[i] = float(value)
        return scores


def load_reranker(settings: Settings) -> Reranker | None:
    """The sentence-transformers CrossEncoder that the settings name; None where none is.

    :raises EncoderError: where it can't be loaded
    """
    name = settings.reranker
    if name is None:
        return None
    model = load_cross_encoder(name, "reranker", "CITEWIRE_RERANKER", settings.threads)

    def predict(pairs: list[tuple[str, str]]) -> Sequence[float]:
        found = model.predict(pairs, show_progress_bar=False, convert_to_numpy=True)
        return [float(value) for value in found]

    return CrossReranker(predict)
