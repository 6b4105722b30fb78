"""What the models that read texts share: batches that pad little, and a cross-encoder by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.errors import EncoderError

BATCH = 16  # within 3% of the best of 4 to 64 on two cores


def longest_first(lengths: Sequence[int]) -> list[list[int]]:
    """The positions in batches of :data:`BATCH`, those of like length together.

    Longest first: workers that share the batches then end at nearly the same time.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    return [order[at : at + BATCH] for at in range(0, len(order), BATCH)]


def load_cross_encoder(name: str, role: str, variable: str, threads: int) -> Any:
    """A sentence-transformers CrossEncoder on the CPU.

    :param role: what it is to us, for the message
    :param variable: the setting that named it, for the message
    :raises EncoderError: where it can't be loaded
    """
    import torch
    from sentence_transformers import CrossEncoder

    torch.set_num_threads(threads)
    try:
        return CrossEncoder(name, device="cpu")
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise EncoderError(
            f"the {role} {name!r} can't be loaded ({reason}): set {variable} to the name or "
            "folder of a sentence-transformers CrossEncoder, or unset it"
        ) from error
