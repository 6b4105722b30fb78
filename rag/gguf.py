"""A GGUF file served inside this process, as an OpenAI-compatible endpoint on loopback.

The runtime is llama.cpp (package ``xllamacpp``, extra ``gguf``). The endpoint has a random
key, so that no other program or web page on the machine can use the model.
"""

from __future__ import annotations

import functools
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ModelError, ModelUnavailable, SettingsError

_MAGIC = b"GGUF"


@dataclass(frozen=True)
class Endpoint:
    """A running server; it lives as long as this object does."""

    base_url: str  # ends in /v1
    key: str
    server: Any  # xllamacpp.Server: kept so that it is not collected


def serve(path: str | Path, context: int, threads: int | None = None) -> Endpoint:
    """Load the model file and serve it; one server a file and size in a process.

    :param path: the ``.gguf`` file
    :param context: context window in tokens
    :param threads: CPU threads; the number of cores by default
    :raises SettingsError: where the file is missing or no GGUF file
    :raises ModelError: where the package ``xllamacpp`` is missing
    :raises ModelUnavailable: where the runtime can't load the file
    """
    file = Path(path).expanduser()
    try:
        with file.open("rb") as stream:
            magic = stream.read(4)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(
            f"CITEWIRE_LLM=gguf:{path}: {reason}; give the path of a .gguf file"
        ) from None
    if magic != _MAGIC:
        raise SettingsError(
            f"CITEWIRE_LLM=gguf:{path}: the file does not begin with GGUF; "
            "give the path of a .gguf model file"
        )
    return _serve(str(file.resolve()), context, threads or os.cpu_count() or 1)


@functools.cache  # a server is kept: models made of it may still be in use
def _serve(path: str, context: int, threads: int) -> Endpoint:
    try:
        import xllamacpp
    except ImportError:
        raise ModelError(
            "a gguf: model needs the package xllamacpp: pip install 'citewire[gguf]'"
        ) from None
    key = secrets.token_urlsafe(24)
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx = context
    params.n_parallel = 1  # the whole window for one request; others queue
    params.hostnames = ["127.0.0.1"]
    params.port = 0  # any free one
    params.api_keys = [key]
    params.ui = False
    params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False
    params.verbosity = -1  # llama.cpp logs the prompts otherwise
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads = threads
        # Waiting threads sleep instead of spinning, for the sake of a machine that is busy.
        cpu.poll = 0
    try:
        server = xllamacpp.Server(params)
    except Exception as error:
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise ModelUnavailable(
            f"llama.cpp can't load {path} ({reason}); try another file or a smaller "
            "CITEWIRE_LLM_CONTEXT"
        ) from None
    return Endpoint(f"{server.listening_address}/v1", key, server)
