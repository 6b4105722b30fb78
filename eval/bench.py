"""Speed and memory against two yardsticks: the bare encoder and the textbook pipeline.

All of a run's figures come from one machine in one go, so that their ratios mean
something where the machine is busy or slow. Each ingest runs in a process of its own, so
that its memory is its own.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from eval.dataset import Question
from eval.stats import percentile
from rag.errors import CitewireError
from rag.settings import Settings
from rag.types import Article

Result = dict[str, Any]


def sized(articles: Sequence[Article], characters: int) -> list[Article]:
    """The first articles up to about so many characters of text.

    Where they are fewer, articles of their own paragraphs in new company follow, each as
    long as one of the given ones: real sentences, real lengths, and nobody's copy.
    """
    taken: list[Article] = []
    total = 0
    for article in articles:
        if total >= characters and taken:
            break
        taken.append(article)
        total += len(article.text)
    rng = random.Random(7)  # noqa: S311 - a sample, not a secret
    paragraphs = [part for article in articles for part in article.text.split("\n\n")]
    while total < characters and paragraphs:
        model = articles[len(taken) % len(articles)]
        count = model.text.count("\n\n") + 1
        text = "\n\n".join(rng.choices(paragraphs, k=count))
        taken.append(replace(model, url=f"{model.url}?mix={len(taken)}", text=text))
        total += len(text)
    return taken


def ingest_speed(settings: Settings, articles: Sequence[Article], rounds: int = 2) -> Result:
    """Ingest the same articles three ways; characters a second, and the ratios.

    The bare encoder gets citewire's own passages ready made: with that encoder, no ingest
    is faster. Loading the models is timed apart. Of ``rounds`` interleaved rounds the
    fastest counts, as another program can only slow a round.
    """
    from rag.embedding import load_encoder

    load_encoder(settings)  # so that its conversion is done before anything is timed
    characters = sum(len(a.text) for a in articles)
    works = {"encoder": _bare, "citewire": _citewire, "textbook": _textbook}
    parts: dict[str, Result] = {}
    for _ in range(rounds):
        for name, work in works.items():
            part = apart(work, settings, list(articles))
            if name not in parts or part["seconds"] < parts[name]["seconds"]:
                parts[name] = part
    for part in parts.values():
        part["characters_per_second"] = characters / part["seconds"]
        part["passages_per_second"] = part["passages"] / part["seconds"]
        part["articles_per_second"] = len(articles) / part["seconds"]
    speed = {name: part["characters_per_second"] for name, part in parts.items()}
    return {
        "articles": len(articles),
        "characters": characters,
        **parts,
        "citewire_of_encoder": speed["citewire"] / speed["encoder"],
        "citewire_of_textbook": speed["citewire"] / speed["textbook"],
    }


def apart(
    work: Callable[[Settings, list[Article]], Result], settings: Settings, articles: list[Article]
) -> Result:
    """Run ``work`` in a fresh process with an empty data directory.

    :param work: a function that can be pickled
    :returns: its result and the process's ``peak_mb``
    :raises CitewireError: where it fails there
    """
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(send, work, settings, articles))
    process.start()
    send.close()
    try:
        result: Result = receive.recv()
    except EOFError:
        result = {"error": "its process ended without a result"}
    finally:
        process.join()
    if "error" in result:
        raise CitewireError(f"a benchmark failed: {result['error']}; see the lines above")
    return result


def _child(
    send: Any,
    work: Callable[[Settings, list[Article]], Result],
    settings: Settings,
    articles: list[Article],
) -> None:
    home = Path(tempfile.mkdtemp(prefix="citewire-bench-"))
    try:
        source = settings.home / "encoder"
        if source.is_dir():  # made once, not timed again in each process
            shutil.copytree(source, home / "encoder")
        result = work(replace(settings, home=home), articles)
        result["peak_mb"] = peak_mb()
        send.send(result)
    except Exception as error:
        send.send({"error": f"{type(error).__name__}: {error}"})
    finally:
        shutil.rmtree(home, ignore_errors=True)


def peak_mb() -> float:
    """This process's largest resident memory, MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def _bare(settings: Settings, articles: list[Article]) -> Result:
    from ingest.chunk import chunk
    from rag.embedding import load_encoder
    from rag.header import header

    began = time.perf_counter()
    encoder = load_encoder(settings)
    encoder.encode(["warm"])
    loaded = time.perf_counter()
    texts = [
        f"{header(a.title, a.published, span.heading)}\n{a.text[span.start : span.end]}"
        for a in articles
        for span in chunk(a, encoder.count)
    ]
    ready = time.perf_counter()
    encoder.encode(texts)
    return {
        "load": loaded - began,
        "passages": len(texts),
        "seconds": time.perf_counter() - ready,
    }


def _citewire(settings: Settings, articles: list[Article]) -> Result:
    from ingest.pipeline import ingest
    from rag.store import open_store

    began = time.perf_counter()
    store = open_store(settings)
    store.encoder.encode(["warm"])
    loaded = time.perf_counter()
    try:
        report = ingest(store, articles)
        return {
            "load": loaded - began,
            "passages": report.passages,
            "seconds": time.perf_counter() - loaded,
        }
    finally:
        store.close()


def _textbook(settings: Settings, articles: list[Article]) -> Result:
    from eval.textbook import Textbook

    began = time.perf_counter()
    book = Textbook(settings)
    book.search("warm", 1)
    loaded = time.perf_counter()
    passages = book.add(articles)
    return {
        "load": loaded - began,
        "passages": passages,
        "seconds": time.perf_counter() - loaded,
    }


def query_speed(settings: Settings, questions: Sequence[Question], today: date) -> Result:
    """Seconds to retrieve, warm, for citewire and for the textbook pipeline, same articles."""
    from eval.systems import stored_articles
    from eval.textbook import Textbook
    from rag.newsroom import open_newsroom

    newsroom = open_newsroom(replace(settings, llm=None), clock=lambda: today)
    try:
        articles = stored_articles(newsroom.store)
        seconds: dict[str, list[float]] = {"retrieve": [], "total": []}
        for at, question in enumerate([*questions[:5], *questions]):
            answer = newsroom.ask(question.question, question.history, today=question.asked_on)
            if at >= 5:  # the first five only warm up
                taken = answer.seconds
                seconds["retrieve"].append(taken.understand + taken.retrieve)
                seconds["total"].append(taken.total)
    finally:
        newsroom.close()
    book = Textbook(settings)
    book.add(articles)
    times = []
    for at, question in enumerate([*questions[:5], *questions]):
        began = time.perf_counter()
        book.search(question.question)
        if at >= 5:
            times.append(time.perf_counter() - began)
    book.close()
    return {
        "articles": len(articles),
        "citewire": spread(seconds["retrieve"]),
        "citewire_whole_answer": spread(seconds["total"]),
        "textbook": spread(times),
        "citewire_of_textbook_p50": percentile(seconds["retrieve"], 50) / percentile(times, 50),
    }


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Percentiles in milliseconds."""
    return {f"p{q}": 1000 * percentile(seconds, q) for q in (50, 90, 95, 99)} | {
        "n": float(len(seconds))
    }


def load(
    ask: Callable[[str], object],
    questions: Sequence[str],
    *,
    users: int = 8,
    seconds: float = 60.0,
) -> Result:
    """Let ``users`` ask one question after another for some time.

    :param ask: asks one question; an exception is counted and its text kept
    """
    times: list[float] = []
    errors: list[str] = []
    lock = threading.Lock()
    until = time.monotonic() + seconds

    def user(number: int) -> None:
        at = number
        while time.monotonic() < until:
            began = time.perf_counter()
            try:
                ask(questions[at % len(questions)])
            except Exception as error:
                with lock:
                    errors.append(f"{type(error).__name__}: {error}")
            else:
                with lock:
                    times.append(time.perf_counter() - began)
            at += users

    threads = [threading.Thread(target=user, args=(n,), daemon=True) for n in range(users)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    return {
        "users": users,
        "seconds": took,
        "answers": len(times),
        "answers_per_second": len(times) / took,
        "errors": len(errors),
        "first_errors": errors[:5],
        **({"milliseconds": spread(times)} if times else {}),
    }


def http_asker(url: str, timeout: float = 60.0) -> Callable[[str], object]:
    """A function that asks an endpoint by JSON POST, as ``load`` wants it."""
    import httpx

    client = httpx.Client(timeout=timeout)

    def ask(question: str) -> object:
        response = client.post(url, json={"question": question})
        response.raise_for_status()
        return response.json()

    return ask
