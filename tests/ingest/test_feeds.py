"""Feeds and sitemaps as entries."""

from __future__ import annotations

import json
import tarfile

import pytest

from ingest.doctype import without_doctype
from ingest.feeds import blocks, discover, is_feed, parse

RSS = """<?xml version="1.0"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Outlet</title><link>http://example.com/</link><language>en-GB</language>
<item><title>Chips &amp;amp; dips</title><link>/a?x=1</link><guid>g1</guid>
<pubDate>Tue, 28 Oct 2025 10:00:00 +0200</pubDate><dc:creator>Ada Byron</dc:creator>
<description>&lt;p&gt;A &lt;b&gt;short&lt;/b&gt; one.&lt;/p&gt;</description>
<content:encoded><![CDATA[<h2>Why</h2><p>First part.</p><ul><li>one</li><li>two</li></ul>
<script>evil()</script><p>Last part, <a href="javascript:x()">linked</a>.</p>]]></content:encoded>
</item></channel></rss>"""


def test_rss():
    feed = parse(RSS.encode(), "http://example.com/feed")
    (entry,) = feed.entries
    assert (feed.title, feed.language, feed.error) == ("The Outlet", "en-gb", None)
    assert (entry.title, entry.link) == ("Chips & dips", "http://example.com/a?x=1")
    assert (entry.published, entry.updated) == ("2025-10-28T08:00:00Z", None)
    assert entry.authors == ("Ada Byron",)
    assert entry.summary == "A short one."
    assert entry.content == "## Why\n\nFirst part.\n\n- one\n- two\n\nLast part, linked."


def test_atom_with_a_day_only_and_no_author_addresses():
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry>
    <title type="html">&lt;b&gt;Bold&lt;/b&gt;</title><link href="https://example.com/x"/>
    <published>2025-10-28</published><updated>2025-10-29T01:00:00+02:00</updated>
    <author><name>x@example.com</name></author></entry></feed>"""
    (entry,) = parse(body).entries
    assert (entry.title, entry.published) == ("Bold", "2025-10-28")
    assert (entry.updated, entry.authors) == ("2025-10-28T23:00:00Z", ())


def test_json_feed():
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "home_page_url": "https://example.com",
        "items": [
            {
                "id": 1,
                "url": "/one",
                "title": "One<script>x</script>",
                "content_html": "<p>A</p><p>B</p>",
                "date_published": "2025-10-28T10:00:00Z",
                "authors": [{"name": "Ada"}],
            },
            "junk",
        ],
    }
    body = json.dumps(data).encode()
    feed = parse(body, "https://example.com/feed.json", "application/feed+json")
    (entry,) = feed.entries
    assert (entry.title, entry.link, entry.content) == ("One", "https://example.com/one", "A\n\nB")
    assert (entry.published, entry.authors) == ("2025-10-28T10:00:00Z", ("Ada",))
    assert is_feed(body, "application/json")


def test_news_sitemap_and_index():
    body = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
    xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
    <url><loc>https://example.com/old</loc><lastmod>2020-01-01</lastmod></url>
    <url><loc>https://example.com/new</loc><n:news><n:publication_date>2025-10-28
    </n:publication_date><n:title>New &amp; hot</n:title></n:news></url>
    <url><loc>javascript:alert(1)</loc></url></urlset>"""
    feed = parse(body)
    assert [e.link for e in feed.entries] == ["https://example.com/new", "https://example.com/old"]
    assert (feed.entries[0].title, feed.entries[0].published) == ("New & hot", "2025-10-28")
    assert feed.entries[1].published is None
    index = b"""<sitemapindex><sitemap><loc>https://example.com/a.xml</loc>
    <lastmod>2025-10-28</lastmod></sitemap><sitemap><loc>https://example.com/news.xml</loc>
    </sitemap></sitemapindex>"""
    assert parse(index).children == ("https://example.com/news.xml", "https://example.com/a.xml")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff" * 100,
        b"{",
        b"[1, 2]",
        b'{"items": 3}',
        b"<rss",
        b"<urlset",
        b"<html><body>No feed</body></html>",
        b"just text",
        b"<!DOCTYPE rss [<!ENTITY a '",
    ],
)
def test_what_is_no_feed_never_raises(body):
    feed = parse(body, "http://example.com/")
    assert feed.entries == ()
    assert feed.error is not None or body.startswith((b"<urlset", b"<rss"))


def test_a_broken_feed_still_yields_what_is_there():
    body = RSS.replace("</channel></rss>", "<item><title>Cut & off").encode()
    assert parse(body).entries[0].title == "Chips & dips"


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_the_document_type_is_cut_in_any_encoding(codec):
    text = (
        "<!-- a --><!DOCTYPE r [<!ENTITY x ']>'><!-- ]> -->]><r>&x;<![CDATA[<!DOCTYPE html>]]></r>"
    )
    cut = without_doctype(text.encode(codec)).decode(codec)
    assert "ENTITY" not in cut
    assert cut.endswith("<r>&x;<![CDATA[<!DOCTYPE html>]]></r>")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain &amp; simple", "plain & simple"),
        ("<p>a<br>b</p>", "a\n\nb"),
        ("&lt;p&gt;twice&lt;/p&gt;", "twice"),
        ("<p>x &lt;script&gt;y()&lt;/script&gt;</p>", "x"),
        ("<style>p{}</style><h3>H</h3>t", "### H\n\nt"),
        ("", ""),
    ],
)
def test_blocks(markup, text):
    assert blocks(markup) == text


def test_feeds_that_a_page_names():
    page = b"""<html><head><link rel="alternate" type="application/rss+xml" href="/feed">
    <link rel=alternate type="application/atom+xml" href="https://other.example/atom">
    <link rel="alternate" hreflang="de" href="/de"><link rel=stylesheet href=x.css></head>"""
    assert discover(page, "https://example.com/blog/") == [
        "https://example.com/feed",
        "https://other.example/atom",
    ]
    assert discover(b"", "https://example.com/") == []


def test_real_and_broken_feeds_yield_entries_and_never_raise(shared):
    archive = shared / "data" / "feeds.tar.xz"
    found = 0
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and "/real/" in member.name:
                body = tar.extractfile(member).read()
                found += bool(parse(body, "http://example.com/").entries)
    assert found >= 35
