"""The models as OpenVINO graphs: converted once into the data directory, compiled, run."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.errors import EncoderError
from rag.packaged import MODEL_NAME, MODEL_SHA256, check_hash, reader_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

LATENCY = {"PERFORMANCE_HINT": "LATENCY"}
_FIRST_RUN = threading.Lock()


class Graphs(NamedTuple):
    """Where the graphs lie."""

    encoder: Path
    reader: Path


def ready(folder: Path, cache: Path) -> Graphs:
    """The graphs of the encoder and the reader, made where they are missing.

    :param folder: the packaged model's files
    :param cache: where the graphs are kept
    :raises EncoderError: where the weights aren't the official ones or can't be converted
    """
    updates = reader_weights()
    mark = hashlib.sha256(updates.read_bytes()).hexdigest()[:8]
    found = Graphs(
        cache / f"{MODEL_NAME}-{MODEL_SHA256[:8]}.xml", cache / f"{updates.stem}-{mark}.xml"
    )
    jobs = zip((None, updates), found, strict=True)
    missing = [(file, graph) for file, graph in jobs if not _whole(graph)]
    if missing:
        check_hash(folder / "model.safetensors")
        _convert(folder, missing)
        for _, graph in missing:
            _stamp(graph).write_text(json.dumps(_sizes(graph)))
    return found


def compiled(
    graph: Path, hints: dict[str, Any], threads: int
) -> Callable[..., NDArray[np.float32]]:
    """A function from the graph's input arrays to its output that any thread may call.

    :raises EncoderError: where OpenVINO can't load it
    """
    try:
        import openvino as ov

        core = ov.Core()
        core.set_property({"CACHE_DIR": str(graph.parent / "compiled")})
        model = core.compile_model(str(graph), "CPU", {**hints, "INFERENCE_NUM_THREADS": threads})
    except Exception as error:
        raise EncoderError(
            f"OpenVINO can't load {graph.stem} ({str(error).splitlines()[0]}): "
            "set CITEWIRE_BACKEND=torch"
        ) from error
    local = threading.local()

    def run(*arrays: NDArray[np.int64]) -> NDArray[np.float32]:
        request = getattr(local, "request", None)
        if request is None:  # a compiled model's own request is not safe between threads
            request = local.request = model.create_infer_request()
        return np.array(request.infer(dict(enumerate(arrays)))[0], dtype=np.float32)

    # OpenVINO's first look at an array may lock up where two threads take it at once.
    with _FIRST_RUN:
        run(*(np.ones((1, 2), np.int64) for _ in model.inputs))
    return run


def _convert(folder: Path, wanted: list[tuple[Path | None, Path]]) -> None:
    """Make graphs in a process of its own: torch's 600 MB go with it.

    :param wanted: each the file of updates (None for the encoder itself) and the graph to make
    :raises EncoderError: where that fails
    """
    jobs = [str(part) if part else "-" for job in wanted for part in job]
    command = [sys.executable, "-m", "rag.convert", str(folder), *jobs]
    place = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}
    done = subprocess.run(  # noqa: S603 (our own module, our own paths)
        command, capture_output=True, text=True, env={**os.environ, **place}
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        raise EncoderError(f"the encoder can't be converted ({reason}): set CITEWIRE_BACKEND=torch")


def _stamp(graph: Path) -> Path:
    return graph.with_suffix(".json")


def _whole(graph: Path) -> bool:
    try:
        return graph.is_file() and json.loads(_stamp(graph).read_text()) == _sizes(graph)
    except (OSError, ValueError):
        return False


def _sizes(graph: Path) -> dict[str, int]:
    files = (graph, graph.with_suffix(".bin"))
    return {file.name: file.stat().st_size for file in files if file.is_file()}
