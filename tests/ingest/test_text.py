from __future__ import annotations

import pytest

from ingest.text import canonical_url, clean, inert, strip_tags


def test_invisible_characters_go() -> None:
    assert clean("pay\u200bment \u202eevil\u202c \U000e0041\U000e0042ok\ufeff soft\xadhyphen") == (
        "payment evil ok softhyphen"
    )
    assert clean("a\ufe0f\U000e0101b\u2800c\ue000") == "abc"


def test_spaces_and_breaks() -> None:
    assert clean("a\xa0 b\t c \r\n\r\n\r\n\r\nd\u2028e\x00") == "a b c\n\nd\ne"
    assert clean("e\u0301") == "é"
    assert len(clean("Z" + "\u0335" * 50)) <= 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>Big</b> news", "Big news"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;News", "News"),
        ("&amp;lt;img src=x onerror=alert(1)&amp;gt;News", "News"),
        ("<img src=x onerror=alert(1)", ""),
        ("<scr<script>ipt>alert(1)</scr</script>ipt>News", None),
        ("<svg/onload=alert(1)>News", "News"),
        ("<x onclick=alert(1)>News", "News"),
        ("5 < 7 and 9 > 8", "5 < 7 and 9 > 8"),
        ("Vec<T> and <think> tokens", "Vec<T> and <think> tokens"),
        ("AT&amp;T\nbuys", "AT&T buys"),
    ],
)
def test_titles_are_inert(text: str, expected: str | None) -> None:
    found = inert(text)
    assert expected is None or found == expected
    assert "<script" not in found.lower()
    assert "<img" not in found.lower()


def test_strip_tags_is_stable() -> None:
    text = "<p>One</p><!-- two --><style>p{}</style> three <a href='x'>four</a>"
    assert strip_tags(text) == "One three four"
    assert strip_tags("<!--" * 50_000) == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Example.COM:443/a?utm_source=x&id=3&fbclid=y#top", "https://example.com/a?id=3"),
        ("http://example.com:80", "http://example.com/"),
        ("http://example.com:8080/a/", "http://example.com:8080/a/"),
        ("https://user:pw@example.com/a", "https://example.com/a"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://example.com/a?b=1&c=2", "https://example.com/a?b=1&c=2"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("http://[broken", "http://[broken"),
        ("file:///tmp/a.txt#x", "file:///tmp/a.txt"),
    ],
)
def test_canonical_url(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
