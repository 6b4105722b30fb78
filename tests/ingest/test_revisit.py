"""Pages that change while their feed's entry does not, and state that must not run ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest import revisit
from ingest.feeds import Entry
from ingest.fetch import Fetched
from ingest.sources import Source
from ingest.sync import Limits, sync
from rag.types import Origin

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BODY = [
    "Harborline Robotics said on Tuesday that it had raised $240 million in a round led by Quill "
    "Partners, valuing the warehouse-automation company at $1.9 billion.",
    "The Rotterdam company sells picking arms to grocers and parcel carriers. It said 38 customers "
    "in nine countries now run its machines, up from 21 a year earlier.",
]


def article(*more: str, n: int = 0) -> str:
    text = "".join(f"<p>{p}</p>" for p in (*BODY, *more))
    return f"<html><title>Story {n}</title><article><h1>Story {n}</h1>{text}</article></html>"


class Pages:
    """Pages with an ETag of their text, counted; the feed that lists them never changes."""

    def __init__(self, site, count: int = 1, tagged: bool = True) -> None:
        self.bodies = [article(f"Story {n} is its own.", n=n) for n in range(count)]
        self.whole = 0
        self.unchanged = 0
        items = ""
        for n in range(count):
            url = site.route(f"/{n}", lambda h, n=n: self._answer(h, n, tagged))
            items += (
                f"<item><title>Story {n}</title><link>{url}</link>"
                "<pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate></item>"
            )
        feed = f'<rss version="2.0"><channel><title>Outlet</title>{items}</channel></rss>'

        def listed(handler):
            known = handler.headers.get("If-None-Match") == '"feed"'
            handler.send_response(304 if known else 200)
            handler.send_header("ETag", '"feed"')
            handler.end_headers()
            if not known:
                handler.wfile.write(feed.encode())

        self.source = Source("Outlet", site.route("/feed", listed))

    def _answer(self, handler, n: int, tagged: bool) -> None:
        tag = f'"{hash(self.bodies[n])}"'
        if tagged and handler.headers.get("If-None-Match") == tag:
            self.unchanged += 1
            handler.send_response(304)
            handler.end_headers()
            return
        self.whole += 1
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        if tagged:
            handler.send_header("ETag", tag)
        handler.end_headers()
        handler.wfile.write(self.bodies[n].encode())


def run(site, store, pages: Pages, after: timedelta = timedelta(), **limits: int):
    policy = site.policy(clock=lambda: NOW + after)
    return sync(store, [pages.source], policy=policy, limits=Limits(**limits))


MINUTES = [timedelta(minutes=m) for m in range(120)]


def test_a_corrected_page_becomes_a_new_version(site, store):
    pages = Pages(site)
    run(site, store, pages)
    pages.bodies[0] = article("Correction: the round was led by Northlight Capital.")
    second = run(site, store, pages, MINUTES[1])
    assert (second.report.updated, second.visits[0].status, second.visits[0].again) == (
        1,
        "unchanged",
        1,
    )
    stored = store.article(site.url("/0"))
    assert (stored.versions, "Northlight" in stored.text) == (2, True)
    assert "Northlight" not in store.article(site.url("/0"), 1).text
    source = stored.source  # what the feed said of it is kept
    assert (source.published, source.published_from) == ("2026-03-01T10:00:00Z", Origin.FEED)


def test_pages_that_stay_as_they_are_cost_a_304_each(site, store):
    pages = Pages(site, 4)
    run(site, store, pages)
    second = run(site, store, pages, MINUTES[1], again=3)
    assert (pages.whole, pages.unchanged, second.received) == (4, 3, 0)
    third = run(site, store, pages, MINUTES[2], again=3)
    assert (pages.unchanged, third.visits[0].again, third.report.updated) == (7 - 1, 0, 0)


def test_pages_without_validators_are_asked_for_once_an_hour_at_most(site, store):
    pages = Pages(site, tagged=False)
    run(site, store, pages)
    run(site, store, pages, MINUTES[30])
    assert pages.whole == 1
    run(site, store, pages, MINUTES[70])
    assert pages.whole == 2


def test_the_looks_get_rarer_and_end_after_a_week():
    got = Fetched("http://a/", 200, {"etag": '"1"'}, b"x", "text/html", "2026-03-02T12:00:00Z")
    pages = {"a": revisit.note(Entry(link="http://a/"), got, "m", None)}
    looks = []
    for minutes in range(30, 60 * 24 * 9, 30):
        now = NOW + timedelta(minutes=minutes)
        if revisit.due(pages, now, 5):
            looks.append(minutes / 60)
            pages["a"]["seen"] = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert 10 <= len(looks) <= 20
    assert looks[0] == 0.5
    assert looks[-1] <= 24 * 7
    assert revisit.young(pages, NOW + timedelta(days=6)) == pages
    assert revisit.young(pages, NOW + timedelta(days=8)) == {}


@pytest.mark.parametrize("status", [404, 503])
def test_what_was_stored_stays_where_the_page_is_gone(site, store, status):
    pages = Pages(site)
    run(site, store, pages)
    site.serve("/0", "gone", status=status)
    second = run(site, store, pages, MINUTES[1])
    assert (second.report.rejected, second.visits[0].failed) == ([], 0)
    assert store.article(site.url("/0")).versions == 1
    again = store.feed_state(pages.source.url)["pages"]
    assert len(again) == (1 if status == 503 else 0)


def test_a_page_that_became_a_teaser_replaces_nothing(site, store):
    pages = Pages(site)
    run(site, store, pages)
    pages.bodies[0] = "<html><title>Story 0</title><p>Subscribe to continue reading.</p></html>"
    assert run(site, store, pages, MINUTES[1]).report.updated == 0
    assert "Harborline" in store.article(site.url("/0")).text


def test_a_site_that_ignores_its_validators_is_asked_less():
    headers = {"etag": '"1"'}
    got = Fetched("http://a/", 200, headers, b"x", "text/html", "2026-03-02T12:00:00Z")
    first = revisit.note(Entry(link="http://a/", authors=("Ann Lee",)), got, "m", None)
    assert first["etag"] == '"1"'
    assert revisit.entry_of(first) == Entry(link="http://a/", authors=("Ann Lee",))
    soon = NOW + timedelta(minutes=1)
    assert revisit.due({"a": first}, soon, 5) == ["a"]
    second = revisit.note(Entry(link="http://a/"), got, "m", first)
    assert second["etag"] is None
    assert revisit.due({"a": second}, soon, 5) == []


def test_a_broken_feed_stays_failed_until_it_is_mended(site, store):
    pages = Pages(site)
    source = Source("o", site.serve("/broken", "<rss><channel>", headers={"ETag": '"1"'}))
    for _ in range(2):
        (visit,) = sync(store, [source], policy=site.policy()).visits
        assert visit.status == "failed"
    site.routes["/broken"] = site.routes["/feed"]
    assert sync(store, [source], policy=site.policy()).report.added == 1
    assert pages.whole == 1


def test_a_sitemap_that_failed_is_read_in_the_next_run(site, store):
    Pages(site)
    part = f"<urlset><url><loc>{site.base}/0</loc></url></urlset>"
    index = f"<sitemapindex><sitemap><loc>{site.base}/part.xml</loc></sitemap></sitemapindex>"
    maps = Source("m", site.serve("/map.xml", index, "text/xml", headers={"ETag": '"1"'}))
    site.serve("/part.xml", "busy", status=503)
    (visit,) = sync(store, [maps], policy=site.policy(retries=0)).visits
    assert visit.status == "failed"
    site.serve("/part.xml", part, "text/xml")
    assert sync(store, [maps], policy=site.policy()).report.added == 1


def test_entries_pushed_down_by_many_new_ones_are_not_read_again(site, store):
    pages = Pages(site, 3)
    sync(store, [pages.source], policy=site.policy())
    newer = "".join(
        f"<item><title>N{n}</title><link>{site.serve(f'/n{n}', article('New.', n=n))}</link></item>"
        for n in range(3)
    )
    older = "".join(
        f"<item><title>Story {n}</title><link>{site.base}/{n}</link>"
        "<pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate></item>"
        for n in range(3)
    )
    feed = f'<rss version="2.0"><channel><title>Outlet</title>{newer}{older}</channel></rss>'
    site.serve("/feed", feed, "application/rss+xml")
    limits = Limits(entries=2, again=0)
    sync(store, [pages.source], policy=site.policy(), limits=limits)
    assert len(store.feed_state(pages.source.url)["seen"]) == 5
    assert pages.whole == 3
