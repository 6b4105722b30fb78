"""robots.txt as RFC 9309 says."""

from __future__ import annotations

import pytest

from ingest.robots import Robots, read

TEXT = """
User-agent: *
Disallow: /private
Allow: /private/open
Disallow: /*.pdf$
Disallow: /search?*q=
Crawl-delay: 3   # seconds

User-agent: badbot
Disallow: /

Sitemap: http://example.com/sitemap.xml
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private", False),
        ("/private/x", False),
        ("/private/open/x", True),
        ("/%70rivate", False),
        ("/a/b.pdf", False),
        ("/a/b.pdf?x", True),
        ("/search?page=2&q=x", False),
        ("/search", True),
    ],
)
def test_rules(path, allowed):
    assert read(TEXT).allows(f"http://example.com{path}") is allowed


def test_groups():
    assert read(TEXT).delay == 3
    assert not read(TEXT, "badbot").allows("http://example.com/x")
    both = "User-agent: citewire\nUser-agent: other\nDisallow: /x\n\nUser-agent: *\nDisallow: /"
    assert read(both).allows("http://example.com/y")
    assert not read(both).allows("http://example.com/x")
    assert read("Disallow: /").allows("http://example.com/")  # belongs to nobody
    assert read("User-agent: *\nDisallow:").allows("http://example.com/")
    assert read("User-agent: *\nCrawl-delay: 99999").delay == 10


def test_many_wildcards_are_quick():
    rules = read("User-agent: *\nDisallow: /" + "*a" * 500 + "b$")
    assert rules.allows("http://example.com/" + "a" * 20_000)


def test_a_site_is_asked_once(site):
    site.serve("/robots.txt", "User-agent: *\nDisallow: /no", "text/plain")
    robots = Robots(site.policy())
    assert robots.allows(site.url("/yes"))
    assert not robots.allows(site.url("/no"))
    assert site.asked == ["/robots.txt"]


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False)])
def test_a_missing_file_allows_and_a_broken_server_does_not(site, status, allowed):
    site.serve("/robots.txt", "x", status=status)
    assert Robots(site.policy()).allows(site.url("/a")) is allowed


def test_an_error_page_with_status_200_allows(site):
    site.serve("/robots.txt", "<html>User-agent: *\nDisallow: /</html>")
    assert Robots(site.policy()).allows(site.url("/a"))
