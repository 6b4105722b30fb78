"""Pages, feeds and checks that the hostile-input tests share."""

from __future__ import annotations

from ingest.pipeline import Report
from rag.store import Store

STORY = [
    "Harborline Robotics said on Tuesday that it had raised $240 million in a round led by Quill "
    "Partners, valuing the warehouse-automation company at $1.9 billion.",
    "The Rotterdam company sells picking arms to grocers and parcel carriers. It said 38 customers "
    "in nine countries now run its machines, up from 21 a year earlier, and that revenue had "
    "doubled to $87 million in the year to June.",
    "Mila Verhoeven, the chief executive, said the money would pay for a second factory in Gdansk "
    "and for about 300 hires, most of them engineers.",
    "Quill Partners was joined by Northlight Capital. Harborline last raised money in 2022, when "
    "it took $95 million at a valuation of $700 million.",
]


def page(
    title: str = "Harborline raises $240 million",
    paragraphs: list[str] | None = None,
    head: str = "",
    extra: str = "",
) -> str:
    text = "".join(f"<p>{p}</p>" for p in (STORY if paragraphs is None else paragraphs))
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body>"
        f"<nav><a href=/>Home</a> <a href=/about>About</a></nav>"
        f"<main><article><h1>{title}</h1>{text}{extra}</article></main></body></html>"
    )


def rss(items: str, prolog: str = '<?xml version="1.0"?>') -> str:
    return f'{prolog}<rss version="2.0"><channel><title>Outlet</title>{items}</channel></rss>'


def refused(report: Report, *words: str) -> str:
    """The single reason of a report that stored nothing: one line with all of ``words``."""
    assert report.stored == 0
    assert len(report.rejected) == 1
    reason = report.rejected[0].what
    assert "\n" not in reason
    for word in words:
        assert word.lower() in reason.lower()
    return reason


def only(store: Store):
    (source,) = store.sources(10)
    return store.article(source.url)
