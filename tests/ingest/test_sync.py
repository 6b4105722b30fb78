"""Keeping up with sources: politeness, state, and what a second run does."""

from __future__ import annotations

import json
import threading
import time
from itertools import pairwise

import pytest

from ingest import crawl
from ingest.feeds import Entry, Feed
from ingest.fetch import FetchPolicy
from ingest.sources import Source
from ingest.sync import Limits, keep_up, read_url, run_sync, seconds, sync
from rag.errors import InputError
from rag.types import Origin

WORDS = ("model", "chip", "round", "launch", "contract", "power", "lawsuit", "cloud", "robot")


def text(n: int) -> str:
    return "".join(
        f"<p>Company {n} said on day {i} that its {WORDS[(n + i) % 9]} unit {n * 7 + i} "
        f"had grown to {n * 31 + i} million, after {WORDS[(n * 5 + i) % 9]} orders from "
        f"customer {n * 13 + i} in city {n + 40 + i} came in.</p>"
        for i in range(5)
    )


def outlet(site, name: str, pages: int, start: int = 0, **headers: str) -> Source:
    """A feed with as many pages, all with validators."""
    items = ""
    for n in range(start, start + pages):
        body = f"<html><title>News {n}</title><article><h1>News {n}</h1>{text(n)}</article></html>"
        site.serve(f"/page/{n}", body)
        items += (
            f"<item><title>News {n}</title><link>{site.base}/page/{n}?utm_source=rss</link>"
            f"<pubDate>Tue, {n % 27 + 1} Oct 2025 10:00:00 GMT</pubDate></item>"
        )
    feed = f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'.encode()

    def route(handler):
        if handler.headers.get("If-None-Match") == '"v1"':
            handler.send_response(304)
            handler.end_headers()
            return
        handler.send_response(200)
        handler.send_header("ETag", '"v1"')
        for key, value in headers.items():
            handler.send_header(key, value)
        handler.end_headers()
        handler.wfile.write(feed)

    return Source(name, site.route(f"/{name}", route))


def test_the_second_run_transfers_nothing(site, store):
    sources = [outlet(site, f"outlet{i}", 3, i * 3) for i in range(4)]
    first = sync(store, sources, policy=site.policy())
    assert (first.report.added, first.report.rejected) == (12, [])
    assert {v.status for v in first.visits} == {"ok"}
    newest = store.article(site.url("/page/11")).source
    assert (newest.published, newest.published_from) == ("2025-10-12T10:00:00Z", Origin.FEED)
    assert newest.publisher == "outlet3"
    site.asked.clear()
    second = sync(store, sources, policy=site.policy())
    assert {v.status for v in second.visits} == {"unchanged"}
    assert (second.report.added, second.received, second.requests) == (0, 0, 4)
    assert sorted(site.asked) == ["/outlet0", "/outlet1", "/outlet2", "/outlet3", "/robots.txt"]


def test_only_new_entries_are_read(site, store):
    source = outlet(site, "outlet", 2)
    sync(store, [source], policy=site.policy())
    outlet(site, "outlet", 3)
    store.catalogue.set_feed_state(
        source.url, {**store.feed_state(source.url), "etag": None, "mark": None}
    )
    site.asked.clear()
    result = sync(store, [source], policy=site.policy())
    assert result.report.added == 1
    assert [p for p in site.asked if p.startswith("/page")] == ["/page/2?utm_source=rss"]


def test_more_entries_than_a_run_reads_come_in_the_next(site, store):
    source = outlet(site, "outlet", 5)
    limits = Limits(entries=2)
    added = [sync(store, [source], policy=site.policy(), limits=limits) for _ in range(4)]
    assert [r.report.added for r in added] == [2, 2, 1, 0]
    assert added[-1].visits[0].status == "unchanged"


def test_a_page_that_failed_for_a_while_is_tried_again(site, store):
    source = outlet(site, "outlet", 2)
    good = site.routes["/page/1"]
    site.serve("/page/1", "busy", status=500)
    first = sync(store, [source], policy=site.policy(retries=0))
    assert (first.report.added, len(first.report.rejected)) == (1, 1)
    site.routes["/page/1"] = good
    second = sync(store, [source], policy=site.policy())
    assert second.report.added == 1


def test_a_page_that_is_gone_is_not_asked_again(site, store):
    source = outlet(site, "outlet", 1)
    del site.routes["/page/0"]
    assert len(sync(store, [source], policy=site.policy()).report.rejected) == 1
    site.asked.clear()
    assert sync(store, [source], policy=site.policy()).report.rejected == []
    assert not any(p.startswith("/page") for p in site.asked)


def test_a_run_that_is_stopped_loses_nothing(site, store):
    source = outlet(site, "outlet", 6)
    stop = threading.Event()
    slow = site.routes["/page/3"]

    def stopping(handler):
        stop.set()
        slow(handler)

    site.routes["/page/3"] = stopping
    first = sync(store, [source], policy=site.policy(), stop=stop)
    assert first.report.added < 6
    assert store.feed_state(source.url) is None
    site.routes["/page/3"] = slow
    second = sync(store, [source], policy=site.policy())
    assert len(store.sources(20)) == 6
    assert second.report.rejected == []


def test_robots_txt_is_obeyed(site, store):
    source = outlet(site, "outlet", 2)
    site.serve("/robots.txt", "User-agent: citewire\nDisallow: /page/1", "text/plain")
    result = sync(store, [source], policy=site.policy())
    assert result.report.added == 1
    assert "robots.txt" in result.report.rejected[0].what
    assert not any(p.startswith("/page/1") for p in site.asked)


def test_a_server_that_asks_for_peace_gets_it(site, store):
    url = site.serve("/feed", "", status=429, headers={"Retry-After": "7200"})
    first = sync(store, [Source("busy", url)], policy=site.policy())
    assert first.visits[0].status == "failed"
    site.asked.clear()
    second = sync(store, [Source("busy", url)], policy=site.policy())
    assert second.visits[0].status == "waiting"
    assert site.asked == []


def test_full_text_in_the_feed_needs_no_page(site, store):
    long = text(1) * 3
    item = (
        f"<item><title>Whole</title><link>{site.base}/whole</link><description>"
        f"{long.replace('<', '&lt;')}</description></item>"
    )
    cut = item.replace("whole", "cut").replace("</description>", " Read more…</description>")
    body = f'<rss version="2.0"><channel><title>Full</title>{item}{cut}</channel></rss>'
    url = site.serve("/feed", body, "application/rss+xml")
    result = sync(store, [Source("full", url)], policy=site.policy())
    assert "/whole" not in site.asked
    assert "/cut" in site.asked  # looks cut off; as its page is missing, the feed's text is kept
    assert result.report.stored == 2
    assert store.article(site.url("/whole")).source.publisher == "Full"


def test_a_general_feed_is_filtered(site, store):
    source = outlet(site, "outlet", 1)
    feed = (
        "<rss version='2.0'><channel><title>G</title>"
        f"<item><title>OpenAI raises money</title><link>{site.base}/page/0</link></item>"
        f"<item><title>Rain in spring</title><link>{site.base}/rain</link></item></channel></rss>"
    )
    url = site.serve("/general", feed)
    result = sync(store, [Source("general", url, topic="ai")], policy=site.policy())
    assert (result.visits[0].new, result.visits[0].off_topic) == (1, 1)
    assert "/rain" not in site.asked
    assert source.name == "outlet"


def test_a_page_leads_to_its_feed_and_a_sitemap_index_to_its_parts(site, store):
    source = outlet(site, "outlet", 1)
    home = f'<link rel="alternate" type="application/rss+xml" href="{source.url}"><p>Hello'
    page = Source("home", site.serve("/home", f"<html><head>{home}</html>"))
    assert sync(store, [page], policy=site.policy()).report.added == 1
    outlet(site, "other", 1, 5)
    part = f"<urlset><url><loc>{site.base}/page/5</loc></url></urlset>"
    index = f"<sitemapindex><sitemap><loc>{site.base}/news.xml</loc></sitemap></sitemapindex>"
    site.serve("/news.xml", part, "text/xml")
    maps = Source("maps", site.serve("/sitemap.xml", index, "text/xml"))
    assert sync(store, [maps], policy=site.policy()).report.added == 1


def test_of_a_sitemap_only_the_newest_are_read(site, store):
    outlet(site, "outlet", 4)
    urls = "".join(
        f"<url><loc>{site.base}/page/{n}</loc><lastmod>2025-10-0{n + 1}</lastmod></url>"
        for n in range(4)
    )
    maps = Source("maps", site.serve("/sitemap.xml", f"<urlset>{urls}</urlset>", "text/xml"))
    for added in (2, 0):
        result = sync(store, [maps], policy=site.policy(), limits=Limits(entries=2))
        assert result.report.added == added
    assert {s.url for s in store.sources(9)} == {site.url("/page/2"), site.url("/page/3")}
    assert store.article(site.url("/page/3")).source.updated == "2025-10-04"


def test_a_feed_that_moved_is_told(site, store):
    source = outlet(site, "outlet", 1)
    old = site.serve("/old", "", status=301, headers={"Location": "/outlet"})
    (visit,) = sync(store, [Source("o", old)], policy=site.policy()).visits
    assert source.url in visit.note


def test_hosts_get_few_requests_at_a_time():
    scheduler = crawl.Scheduler(workers=8, per_host=2)
    lock, running, most, order = threading.Lock(), {"a": 0, "b": 0}, {"a": 0, "b": 0}, []

    def task(host):
        with lock:
            running[host] += 1
            most[host] = max(most[host], running[host])
            order.append(host)
        time.sleep(0.02)
        with lock:
            running[host] -= 1

    for n in range(12):
        host = "ab"[n % 2]
        scheduler.add(f"http://{host}/", lambda host=host: task(host))
    for thread in scheduler.start():
        thread.join(10)
    assert most == {"a": 2, "b": 2}
    assert len(order) == 12


def test_the_pause_between_requests_is_kept():
    scheduler = crawl.Scheduler(workers=4, per_host=4)
    scheduler.pace("http://a/", 0.1)
    times = []
    for _ in range(4):
        scheduler.add("http://a/", lambda: times.append(time.monotonic()))
    for thread in scheduler.start():
        thread.join(10)
    assert all(b - a > 0.09 for a, b in pairwise(times))


@pytest.mark.parametrize(("text", "value"), [("30m", 1800), ("2h", 7200), ("90 s", 90), ("5", 300)])
def test_lengths_of_time(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "soon", "-5m", "10s"])
def test_bad_lengths_of_time(text):
    with pytest.raises(InputError, match=r"write it as 30m|too often"):
        seconds(text)


def test_keeping_up_goes_on_until_stopped(site, store):
    source = outlet(site, "outlet", 1)
    stop, results = threading.Event(), []

    def shown(result):
        results.append(result)
        if len(results) == 2:
            stop.set()

    keep_up(store, [source], 0.01, stop, policy=site.policy(), shown=shown)
    assert [r.report.added for r in results] == [1, 0]


def test_the_command(site, store, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CITEWIRE_ALLOW_PRIVATE", "1")
    source = outlet(site, "outlet", 2)
    path = tmp_path / "sources.toml"
    path.write_text(
        f'[[source]]\nname = "outlet"\nurl = "{source.url}"\n'
        f'[[source]]\nname = "gone"\nurl = "{site.url("/gone")}"\n'
    )
    assert run_sync(store, path, None, as_json=True) == 3
    record = json.loads(capsys.readouterr().out)
    assert record["added"] == 2
    assert [s["status"] for s in record["sources"]] == ["ok", "failed"]
    assert run_sync(store, path, None, as_json=False) == 3
    shown = capsys.readouterr()
    assert "unchanged" in shown.out
    assert "/gone" in shown.err


def test_a_page_that_is_no_article_names_its_feed(site):
    link = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    url = site.serve("/", f"<html><head><title>Home</title>{link}</head><body>Menu</body></html>")
    (error,) = read_url(url, policy=site.policy())
    assert isinstance(error, InputError)
    assert site.url("/feed.xml") in str(error)


def test_without_the_switch_loopback_is_refused(site):
    (error,) = read_url(site.serve("/a", "<p>x</p>"), policy=FetchPolicy())
    assert "not" in str(error)
    assert site.asked == []


def test_entries_as_articles():
    from datetime import UTC, datetime

    now = datetime(2025, 11, 1, tzinfo=UTC)
    entry = Entry(title="T", link="https://example.com/a?utm_source=x", content="Words.")
    article = crawl.from_entry(entry, Feed(title="F"), "2025-11-01T00:00:00Z", now)
    assert (article.url, article.publisher) == ("https://example.com/a", "F")
    assert (article.published, article.published_from) == (None, Origin.UNKNOWN)
    with pytest.raises(InputError, match="no title"):
        crawl.from_entry(Entry(link="https://example.com/a"), Feed(), "", now)
