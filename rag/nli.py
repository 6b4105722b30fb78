"""An optional second opinion on support: a natural-language-inference cross-encoder, by name.

It reads each sentence of a chat model that the built-in check doesn't refuse: what it finds
denied is dropped, what it finds surely entailed loses its mark, and what it does not find
entailed gets one. Any sentence-transformers CrossEncoder that was trained with the three labels
entailment, neutral and contradiction will do, for example one of the ``nli-deberta-v3``
family; the order of its labels is read from its configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rag.batches import BATCH, load_cross_encoder, longest_first
from rag.errors import EncoderError
from rag.settings import Settings
from rag.types import Status
from rag.verify import DOUBTFUL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Logits = NDArray[np.float32]

# A model's own calibration: the label that is likelier than all others together.
ENTAILED = 0.5
# Entailment from which a paraphrase is shown without a mark. High, as these models are known to
# take sentences made of the same words for entailed (McCoy et al. 2019).
SURE = 0.9
_LABELS = ("entailment", "neutral", "contradiction")


@dataclass(frozen=True, slots=True)
class Inference:
    """What a premise makes of a hypothesis: probabilities that sum to 1."""

    entailment: float
    neutral: float
    contradiction: float


class Judge(Protocol):
    """Judges pairs of texts."""

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Inference]:
        """One inference for each (premise, hypothesis), in order."""
        ...


class CrossJudge:
    """A judge from any function that gives logits for pairs of texts.

    :param predict: ``(n, 3)`` logits of (premise, hypothesis) pairs
    :param columns: the column of each of the three labels
    """

    def __init__(
        self,
        predict: Callable[[list[tuple[str, str]]], Logits],
        columns: Mapping[str, int],
    ) -> None:
        self._predict = predict
        self._columns = [columns[label] for label in _LABELS]

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Inference]:
        """One inference for each pair; longest first inside, so that batches pad little."""
        import numpy as np

        found: dict[int, Inference] = {}
        for rows in longest_first([sum(map(len, pair)) for pair in pairs]):
            logits = np.asarray(self._predict([pairs[i] for i in rows]), dtype=np.float64)
            odds = np.exp(logits - logits.max(axis=1, keepdims=True))
            shares = odds / odds.sum(axis=1, keepdims=True)
            for i, row in zip(rows, shares, strict=True):
                found[i] = Inference(*(float(row[column]) for column in self._columns))
        return [found[i] for i in range(len(pairs))]


def label_columns(id2label: Mapping[int, str], name: str) -> dict[str, int]:
    """The column of each label, whatever its case and order.

    :param name: the model's, for the message
    :raises EncoderError: where the labels aren't the three of inference
    """
    columns: dict[str, int] = {}
    for column, label in id2label.items():
        for wanted in _LABELS:
            if str(label).strip().lower().startswith(wanted[:7]):
                columns[wanted] = int(column)
    if len(id2label) != len(_LABELS) or len(columns) != len(_LABELS):
        raise EncoderError(
            f"the model {name!r} has the labels {', '.join(map(str, id2label.values()))}, not "
            "entailment, neutral and contradiction: set CITEWIRE_NLI to a CrossEncoder trained "
            "for natural language inference, or unset it"
        )
    return columns


def load_judge(settings: Settings) -> Judge | None:
    """The cross-encoder that the settings name; None where none is.

    :raises EncoderError: where it can't be loaded or judges something else
    """
    name = settings.nli
    if name is None:
        return None
    import torch

    model = load_cross_encoder(name, "inference model", "CITEWIRE_NLI", settings.threads)
    columns = label_columns(model.config.id2label, name)

    def predict(pairs: list[tuple[str, str]]) -> Logits:
        found: Logits = model.predict(
            pairs,
            batch_size=BATCH,
            activation_fn=torch.nn.Identity(),
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return found

    return CrossJudge(predict, columns)


def reviewed(
    judge: Judge, sentence: str, premises: Sequence[str], status: Status, support: float
) -> tuple[Status, float]:
    """Status and support of ``sentence`` after the inference model has read it.

    UNSUPPORTED where the first premise denies it. SUPPORTED where some premise surely entails
    it and the built-in check had no doubt. What was SUPPORTED and isn't entailed becomes
    PARTIAL. The support is no higher than the share of entailment.

    :param premises: the cited words first, then wider context (the whole passage), from
        which "it" and "the company" are understood
    :param status: what the built-in check found
    :param support: how sure it was, 0 to 1; with a doubt at most :data:`rag.verify.DOUBTFUL`
    """
    found = judge.judge([(premise, sentence) for premise in premises])
    if not found or found[0].contradiction >= ENTAILED:
        return Status.UNSUPPORTED, 0.0
    share = max(one.entailment for one in found)
    if status is Status.PARTIAL and share >= SURE and support > DOUBTFUL:
        return Status.SUPPORTED, share
    if status is Status.SUPPORTED and share < ENTAILED:
        return Status.PARTIAL, min(support, share)
    return status, min(support, share)
