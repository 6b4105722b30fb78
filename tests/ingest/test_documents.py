from __future__ import annotations

import gzip
import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.documents import from_record, read_page, read_path, without_future
from rag.errors import InputError
from rag.types import Article, Origin

PROSE = (
    "Northwind Robotics said on Monday that it had raised $240 million in a round led by Harbour "
    "Ventures, the largest sum yet paid for a maker of warehouse robots in Denmark."
)
MORE = (
    "The company, founded in 2017 by two engineers from Aarhus, will use the money to build a "
    "second factory and to hire about 300 people by the end of next year, most of them in Denmark."
)
PAGE = f"""<html lang="en"><head><title>Northwind raises $240 million | The Ledger</title>
<meta property="og:site_name" content="The Ledger"><meta name="author" content="Karen Holt">
<meta property="article:published_time" content="2025-03-04T09:15:00+01:00">
<link rel="canonical" href="https://ledger.example/northwind?utm_source=x"></head>
<body><nav>Home News</nav><article><h1>Northwind raises $240 million</h1><p>{PROSE}</p>
<h2>What the money is for</h2><p>{MORE}</p></article></body></html>"""


def articles(path: Path) -> tuple[list[Article], list[str]]:
    found = list(read_path(path))
    return (
        [one for one in found if isinstance(one, Article)],
        [str(one) for one in found if isinstance(one, InputError)],
    )


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(
        "---\nurl: https://a.example/x?utm_source=feed\ntitle: 'Big: <b>news</b>'\n"
        "publisher: A Paper\nauthors: [Ann Lee, Bo Chan]\npublished: 2025-03-04\n"
        "updated: 2025-03-05T10:00:00Z\nlanguage: en\nsummary: In *short*\n---\n\n"
        "# Big: news\n\nText with [a link](u/v).\n\n## Head\n\nEnd.\n"
    )
    [article], errors = articles(file)
    assert errors == []
    assert article == Article(
        url="https://a.example/x", title="Big: news", text="Text with a link.\n\n## Head\n\nEnd.",
        publisher="A Paper", authors=("Ann Lee", "Bo Chan"), published="2025-03-04",
        published_from=Origin.FILE, updated="2025-03-05T10:00:00Z", updated_from=Origin.FILE,
        language="en", summary="In short",
    )  # fmt: skip


def test_markdown_without_front_matter(tmp_path: Path) -> None:
    file = tmp_path / "a b.md"
    file.write_text("# A title\n\nSome text.")
    [article], _ = articles(file)
    assert (article.title, article.text, article.published) == ("A title", "Some text.", None)
    assert article.url == f"file://{tmp_path}/a%20b.md"


def test_bad_front_matter_names_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("---\ntitle: [unclosed\nurl: x\n---\ntext")
    _, [error] = articles(file)
    assert error.startswith(f"{file} line ")
    assert "\n" not in error


def test_html_file(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGE)
    [article], _ = articles(file)
    assert article.url == "https://ledger.example/northwind"
    assert article.title == "Northwind raises $240 million"
    assert article.publisher == "The Ledger"
    assert article.authors == ("Karen Holt",)
    assert (article.published, article.published_from) == ("2025-03-04T08:15:00Z", Origin.META)
    assert article.text == f"{PROSE}\n\n## What the money is for\n\n{MORE}"
    assert article.language == "en"


def test_lines_of_a_corpus(tmp_path: Path) -> None:
    rows = [
        json.dumps({"url": "https://a.example/1", "title": "One", "text": PROSE}),
        "{broken",
        "",
        json.dumps({"url": "https://a.example/2", "title": "Two", "html": PAGE}),
        json.dumps({"title": "No address", "text": PROSE}),
        json.dumps({"url": "https://a.example/3", "title": "Empty"}),
        json.dumps(["list"]),
        json.dumps({"url": "https://a.example/4", "title": {"a": 1}, "text": PROSE}),
    ]
    body = "\n".join(rows).encode() + b"\n\xff\xfe\x00"
    for name, data in (("a.jsonl", body), ("a.jsonl.gz", gzip.compress(body))):
        file = tmp_path / name
        file.write_bytes(data)
        good, errors = articles(file)
        assert [one.url for one in good] == ["https://a.example/1", "https://a.example/2"]
        assert good[1].text.startswith("Northwind")
        assert [error.partition(":")[0] for error in errors] == [
            f"{file} line {n}" for n in (2, 5, 6, 7, 8, 9)
        ]
        assert all("\n" not in error for error in errors)


def test_damaged_archive_keeps_what_came_before(tmp_path: Path) -> None:
    line = json.dumps({"url": "https://a.example/1", "title": "One", "text": PROSE}) + "\n"
    data = gzip.compress(line.encode() + os.urandom(100_000).hex().encode() + b"\n")
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(data[: len(data) // 2])
    good, errors = articles(file)
    assert len(good) == 1
    assert "damaged" in errors[-1]


def test_record_fields() -> None:
    article = from_record(
        {
            "url": "https://A.example/x#top", "title": "**Bold** title", "text": "One.\n\nTwo.",
            "published": "2025-03-04T22:00:00-05:00", "updated": "2031-01-01", "authors": "Ann Lee",
            "publisher": None, "language": "en-GB", "summary": "A **sum**",
        },
        now=datetime(2025, 6, 1, tzinfo=UTC),
    )  # fmt: skip
    assert article.url == "https://a.example/x"
    assert article.title == "Bold title"
    assert article.published == "2025-03-05T03:00:00Z"
    assert (article.updated, article.updated_from) == (None, Origin.UNKNOWN)
    assert article.authors == ("Ann Lee",)
    assert article.publisher == "a.example"
    assert (article.language, article.summary) == ("en", "A sum")


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("missing.txt", None, "no such file"),
        ("empty.txt", b" \n", "empty"),
        ("empty.jsonl", b"", "empty"),
        ("menu.txt", b"Home\nNews\nSubscribe\n", "no article text"),
        ("a.xyz", b"text", "not a kind of file"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "not text"),
        ("a.html", os.urandom(5000), "not text"),
        ("a.pdf", b"%PDF-1.7 broken", "damaged"),
        ("a.html", b"<html><body></body></html>", "no article text"),
    ],
)
def test_bad_files(tmp_path: Path, name: str, body: bytes | None, reason: str) -> None:
    file = tmp_path / name
    if body is not None:
        file.write_bytes(body)
    good, [error] = articles(file)
    assert good == []
    assert error.startswith(str(file))
    assert reason in error
    assert "\n" not in error


def test_unreadable_file(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    file = tmp_path / "a.txt"
    file.write_text(PROSE)
    file.chmod(0)
    assert "can't be read" in articles(file)[1][0]


def test_folder_is_read_in_order_and_past_bad_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.txt").write_text(PROSE)
    (tmp_path / "b.txt").write_text(f"B title of words\n{PROSE}\n{MORE}")
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "ignored.png").write_bytes(b"x")
    (tmp_path / "sub" / "c.txt").write_text(f"C title of words\n{PROSE}\n{MORE}")
    good, errors = articles(tmp_path)
    assert [one.title for one in good] == ["B title of words", "C title of words"]
    assert len(errors) == 1
    (empty := tmp_path / "none").mkdir()
    assert "no file to read" in articles(empty)[1][0]


def test_pdf(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(_pdf(["Northwind raises $240 million for robots", "By Karen Holt",
                           *_wrap(PROSE), *_wrap(MORE)]))  # fmt: skip
    [article], errors = articles(file)
    assert errors == []
    assert article.title == "Northwind raises $240 million for robots"
    assert article.authors == ("Karen Holt",)
    assert "largest sum yet paid for a maker" in article.text.replace("\n", " ")


def test_page_kinds() -> None:
    url = "https://ledger.example/a"
    page = read_page(PAGE.encode(), url, "text/html; charset=utf-8", "2025-03-05T00:00:00Z")
    assert (page.url, page.fetched) == (url, "2025-03-05T00:00:00Z")
    assert page.published == "2025-03-04T08:15:00Z"
    early = read_page(PAGE.encode(), url, "text/html", "2025-03-01T00:00:00Z")
    assert (early.published, early.published_from) == (None, Origin.UNKNOWN)
    text = read_page(f"A title of words\n\n{PROSE}\n\n{MORE}".encode(), url, "text/plain")
    assert text.title == "A title of words"
    markdown = read_page(f"# A title\n\n{PROSE}".encode(), url, "text/markdown; charset=utf-8")
    assert (markdown.title, markdown.text) == ("A title", PROSE)
    wrong = read_page(PAGE.encode(), url, "text/plain")
    assert wrong.title == "Northwind raises $240 million"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"\x1f\x8b\x08\x00" + os.urandom(200),
        b"MZ\x90\x00" * 50,
        b"%PDF-1.4",
        b"<p></p>",
    ],
)
def test_bad_pages(body: bytes) -> None:
    with pytest.raises(InputError, match=r"https://a\.example/x: .+"):
        read_page(body, "https://a.example/x", "text/html")


def test_without_future() -> None:
    article = from_record({"url": "https://a.example/1", "text": PROSE, "published": "2030-01-01"})
    assert article.published == "2030-01-01"
    kept = without_future(article, datetime(2025, 1, 1, tzinfo=UTC))
    assert (kept.published, kept.published_from) == (None, Origin.UNKNOWN)
    assert article.title.startswith("Northwind Robotics said")


def _wrap(text: str) -> list[str]:
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 80:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _pdf(lines: list[str]) -> bytes:
    """The smallest PDF with these lines on one page."""
    shown = b"BT /F1 10 Tf 14 TL 40 780 Td " + b" T* ".join(
        b"(%s) Tj" % line.encode().replace(b"(", b"\\(").replace(b")", b"\\)") for line in lines
    ) + b" ET"  # fmt: skip
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n")
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(f"{PROSE}\n\n{MORE}")
    folder = tmp_path / "reports"
    (folder / "kept").mkdir(parents=True)
    (folder / "kept" / "a.txt").write_text(f"{PROSE}\n\n{MORE}")
    (folder / "b.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "c.txt").symlink_to(folder / "kept" / "a.txt")
    found = list(read_path(folder))
    assert [type(one) for one in found] == [InputError, Article, Article]
    assert "b.txt: a link out of the folder" in str(found[0])


@pytest.mark.parametrize("url", ["javascript:alert(1)", "DATA:text/html,x", "vbscript:x"])
def test_what_runs_is_no_address(url: str) -> None:
    with pytest.raises(InputError, match="no address of an article"):
        from_record({"url": url, "title": "t", "text": f"{PROSE}\n\n{MORE}"})
