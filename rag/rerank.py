"""An optional second look at the best passages by a cross-encoder, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rag.errors import EncoderError
from rag.settings import Settings

_BATCH = 16


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
        order = sorted(range(len(passages)), key=lambda i: -len(passages[i]))
        scores = [0.0] * len(passages)
        for at in range(0, len(order), _BATCH):
            rows = order[at : at + _BATCH]
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
    import torch
    from sentence_transformers import CrossEncoder

    torch.set_num_threads(settings.threads)
    try:
        model = CrossEncoder(name, device="cpu")
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise EncoderError(
            f"the reranker {name!r} can't be loaded ({reason}): set CITEWIRE_RERANKER to the name "
            "or folder of a sentence-transformers CrossEncoder, or unset it"
        ) from error

    def predict(pairs: list[tuple[str, str]]) -> Sequence[float]:
        found = model.predict(pairs, show_progress_bar=False, convert_to_numpy=True)
        return [float(value) for value in found]

    return CrossReranker(predict)
