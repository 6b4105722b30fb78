"""Adding articles from the page: one job at a time, seen by every page, safe to kill.

What is to be read is written down before the work begins and crossed out when it ends, so
a server that was killed takes it up again. What reads and stores is passed in, because
this package knows nothing of ingest.
"""

from __future__ import annotations

import filecmp
import json
import logging
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from rag.errors import CitewireError, InputError, StoreBusyError

LOG = logging.getLogger("citewire.intake")
KINDS = (".txt", ".md", ".html", ".htm", ".pdf", ".jsonl", ".jsonl.gz")
MOST_FILES = 200
PATIENCE = 60.0  # seconds to wait for another process that is writing
REFRESH = "refresh"  # a target: fetch the feeds of the source list


class Told(Protocol):
    """How far a job is."""

    @property
    def articles(self) -> int: ...  # noqa: D102

    @property
    def done(self) -> int: ...  # noqa: D102

    @property
    def known(self) -> int: ...  # noqa: D102


Work = Callable[[Sequence[str], Callable[[Told], None], threading.Event], dict[str, Any]]


@dataclass(slots=True)
class Job:
    """One run of adding; ``report`` or ``error`` is set at its end."""

    id: str
    targets: list[str]
    articles: int = 0
    done: int = 0
    known: int = 0
    report: dict[str, Any] | None = None
    error: str | None = None
    again: bool = False  # taken up after the server was killed
    stop: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


def neutral(url: str, home: Path) -> str:
    """An uploaded file's address without the server's folders: ``upload:notes.txt``."""
    prefix = (home / "incoming" / "files").resolve().as_uri() + "/"
    return "upload:" + url.removeprefix(prefix) if url.startswith(prefix) else url


def stored_name(name: str) -> tuple[str, str]:
    """An uploaded file's name as ``(stem, kind)``, of letters, digits and ``.-_`` alone."""
    kind = next((k for k in sorted(KINDS, key=len, reverse=True) if name.lower().endswith(k)), "")
    stem, kind = name[: len(name) - len(kind)], name[len(name) - len(kind) :]
    return re.sub(r"[^\w.-]+", "-", stem).strip(".-")[-100:] or "upload", kind


class Intake:
    """Runs jobs one after another in a thread.

    :param home: data directory; uploads are kept in ``incoming/`` in it
    :param work: reads the targets and stores their articles; returns the run report
    """

    def __init__(self, home: Path, work: Work) -> None:
        self._folder = home / "incoming"
        self._work = work
        self._jobs: list[Job] = []
        self._lock = threading.Lock()
        self._naming = threading.Lock()  # its own: comparing large files takes a while
        self._closed = False

    @property
    def job(self) -> Job | None:
        """The job at work, else the last one."""
        with self._lock:
            return next((j for j in self._jobs if not j.over.is_set()), None) or (
                self._jobs[-1] if self._jobs else None
            )

    def resume(self) -> None:
        """Take up what a killed server left."""
        for note in sorted(self._folder.glob("*.job.json")):
            try:
                targets = [str(t) for t in json.loads(note.read_text(encoding="utf-8"))]
            except (OSError, ValueError):
                note.unlink(missing_ok=True)
                continue
            self._start(Job(note.name.removesuffix(".job.json"), targets, again=True))

    def add(self, addresses: str, uploads: Sequence[str] = ()) -> Job:
        """Begin a job.

        :param addresses: ``http(s)`` addresses of articles or feeds, apart by white space
        :param uploads: paths of uploaded files; they are copied
        :raises InputError: for anything that may not be added, naming it
        """
        urls = addresses.split()
        for url in urls:
            if not url.lower().startswith(("http://", "https://")):
                raise InputError(f"{url[:100]!r} is no web address: begin it with https://")
        if len(urls) + len(uploads) > MOST_FILES:
            raise InputError(f"{len(urls) + len(uploads)} inputs at once: {MOST_FILES} is the most")
        if not urls and not uploads:
            raise InputError("nothing to add: give an address or choose a file")
        for upload in uploads:
            if not upload.lower().endswith(KINDS):
                kinds = " ".join(KINDS)
                raise InputError(f"{Path(upload).name}: of no known kind; use one of {kinds}")
        id = secrets.token_hex(6)
        kept = [str(self._keep(Path(upload), id)) for upload in uploads]
        return self._begin(Job(id, list(dict.fromkeys([*urls, *kept]))))

    def refresh(self) -> Job:
        """Begin to fetch the feeds of the source list."""
        return self._begin(Job(secrets.token_hex(6), [REFRESH]))

    def close(self) -> None:
        """End the job at work after the article in hand; its note stays for the next start."""
        self._closed = True
        for job in self._jobs:
            job.stop.set()
        for job in self._jobs:
            job.over.wait(10)

    def _keep(self, upload: Path, id: str) -> Path:
        """A copy under a name that is the same whenever the same contents are sent again.

        Other contents under a name that is taken (two folders' notes.txt) get a number.
        """
        folder = self._folder / "files"
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{id}.part"
        shutil.copyfile(upload, part)
        stem, kind = stored_name(upload.name)
        with self._naming:
            place, count = folder / f"{stem}{kind}", 1
            while place.exists() and not filecmp.cmp(place, part, shallow=False):
                count += 1
                place = folder / f"{stem}-{count}{kind}"
            return part.replace(place)

    def _begin(self, job: Job) -> Job:
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{job.id}.part"  # a note is there as a whole or not at all
        part.write_text(json.dumps(job.targets), encoding="utf-8")
        part.replace(self._folder / f"{job.id}.job.json")
        self._start(job)
        return job

    def _start(self, job: Job) -> None:
        with self._lock:
            before = self._jobs[-1] if self._jobs else None
            self._jobs = [*self._jobs[-8:], job]
        threading.Thread(
            target=self._run, args=(job, before), name="citewire-intake", daemon=True
        ).start()

    def _run(self, job: Job, before: Job | None) -> None:
        def told(progress: Told) -> None:
            job.articles, job.done, job.known = progress.articles, progress.done, progress.known

        try:
            if before is not None:
                before.over.wait()
            job.report = self._patiently(job, told)
            LOG.info("added", extra={"rejected": len(job.report.get("rejected", ()))})
        except CitewireError as error:
            job.error = str(error)
        except Exception:
            LOG.exception("adding failed")
            job.error = "adding failed; the server's log says why"
        finally:
            if not (self._closed and job.stop.is_set()):
                (self._folder / f"{job.id}.job.json").unlink(missing_ok=True)
            job.over.set()

    def _patiently(self, job: Job, told: Callable[[Told], None]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._work(job.targets, told, job.stop)
            except StoreBusyError:
                if time.monotonic() > deadline or job.stop.wait(1.0):
                    raise
