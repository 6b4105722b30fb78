"""``citewire-ingest sync`` killed with SIGKILL in its middle: nothing is lost, nothing twice."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rag.settings import Settings
from rag.store import open_store

FEEDS, PAGES = 3, 6
NAMES = ("Kestrel", "Harbor", "Quill", "Polder", "Tallinn", "Gdansk")


def paragraphs(feed: int, page: int) -> str:
    who = f"{NAMES[page]} {NAMES[(page + feed) % 6]} {feed * 10 + page}"
    return "".join(
        f"<p>{who} said on day {i} that unit {feed * 100 + page * 7 + i} had sold "
        f"{page * 31 + i * feed + 2} million chips to {NAMES[(i + page) % 6]} customers, after a "
        f"{feed + i + 3}-year contract for {NAMES[(i * feed + page) % 6].lower()} power.</p>"
        for i in range(6)
    )


def serve(site) -> list[str]:
    """Feeds that answer 304 to their validator, and slow pages; returns the pages' addresses."""
    addresses = []
    for f in range(FEEDS):
        items = ""
        for p in range(PAGES):
            body = f"<title>{NAMES[p]} {f}</title><article><h1>{NAMES[p]} {f}</h1>"
            body = f"<html>{body}{paragraphs(f, p)}</article></html>"

            def page(handler, body=body):
                time.sleep(0.05)
                handler.send_response(200)
                handler.send_header("Content-Type", "text/html")
                handler.end_headers()
                handler.wfile.write(body.encode())

            addresses.append(site.route(f"/{f}/{p}", page))
            items += f"<item><title>{NAMES[p]} {f}</title><link>{addresses[-1]}</link></item>"
        feed = f'<rss version="2.0"><channel><title>F{f}</title>{items}</channel></rss>'

        def route(handler, feed=feed):
            known = handler.headers.get("If-None-Match") == '"1"'
            handler.send_response(304 if known else 200)
            handler.send_header("ETag", '"1"')
            handler.end_headers()
            if not known:
                handler.wfile.write(feed.encode())

        site.route(f"/feed{f}", route)
    return addresses


def command(home: Path, sources: Path) -> subprocess.Popen[str]:
    words = ["--home", str(home), "sync", "--sources", str(sources), "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "ingest", *words],
        env=dict(os.environ, CITEWIRE_ALLOW_PRIVATE="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def rows(home: Path, query: str) -> list[tuple]:
    try:
        with sqlite3.connect(f"file:{home / 'catalogue.sqlite'}?mode=ro", uri=True) as db:
            return db.execute(query).fetchall()
    except sqlite3.Error:
        return []


def kill_when(running: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not reached():
        assert running.poll() is None, "ended before it could be killed"
        assert time.monotonic() < end
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    assert running.wait(10) == -signal.SIGKILL
    running.stdout.close()


def test_a_killed_sync_loses_nothing_and_stores_nothing_twice(site, ready_home, tmp_path):
    expected = serve(site)
    sources = tmp_path / "sources.toml"
    sources.write_text(
        "".join(f'[[source]]\nurl = "{site.url(f"/feed{f}")}"\n' for f in range(FEEDS))
    )

    def stored() -> set[str]:
        return {row[0] for row in rows(ready_home, "SELECT url FROM articles")}

    moments = (
        lambda: len(stored()) >= 3,
        lambda: len(rows(ready_home, "SELECT url FROM feeds")) >= 1,
    )
    for reached in moments:
        kill_when(command(ready_home, sources), reached)
        # a feed is never ahead of its articles: what its state says was read is stored
        for url, state in rows(ready_home, "SELECT url, state FROM feeds"):
            seen = set(json.loads(state)["seen"])
            assert len(seen) == PAGES
            assert seen <= stored(), url
    assert len(stored()) < FEEDS * PAGES  # or nothing was interrupted
    last = command(ready_home, sources)
    out, _ = last.communicate(timeout=90)
    assert last.returncode == 0
    report = json.loads(out)
    assert report["rejected"] == []
    assert report["updated"] == 0
    store = open_store(Settings(home=ready_home))
    found = store.sources(100)
    assert sorted(s.url for s in found) == sorted(expected)
    assert {s.version for s in found} == {1}
    assert store.stats().pending == 0
    assert store.consistent()
    assert store.index.count() == store.words.count() == store.stats().passages
    store.close()
