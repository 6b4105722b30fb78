"""The corpus, briefing and settings pages as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from rag.answer import day
from rag.render import esc, original
from rag.store import Stats
from rag.stories import Item
from rag.types import Source
from rag.web.intake import REFRESH, Job
from rag.web.plots import months, shares
from rag.web.views import button, number

LISTED = 50  # articles shown at once


def corpus(stats: Stats) -> str:
    """What is stored: totals, articles by month, articles by publisher."""
    if not stats.articles:
        return '<p class="none">Nothing is stored yet. Add an address or a file.</p>'
    facts = [
        number(stats.articles, "article", "articles"),
        number(stats.stories, "independent story", "independent stories"),
        number(stats.passages, "passage", "passages"),
        number(len(stats.publishers), "publisher", "publishers"),
    ]
    if stats.undated:
        facts.append(f"{stats.undated:,} without a date")
    if stats.pending:
        waiting = ("passage waiting to be indexed", "passages waiting to be indexed")
        facts.append(number(stats.pending, *waiting))
    split = (fact.split(" ", 1) for fact in facts)
    boxes = "".join(f"<div><b>{n}</b> {esc(what)}</div>" for n, what in split)
    return (
        f'<div class="totals">{boxes}</div><h3>Articles by month</h3>{months(stats.months)}'
        f"{shares(stats.publishers)}"
    )


def listing(sources: Sequence[Source], *, editable: bool) -> str:
    """Stored articles, newest first, to read or remove."""
    if not sources:
        return '<p class="none">No article matches.</p>'
    rows = []
    for source in sources:
        remove = button("remove", "Remove", label=f"Remove {source.title}", url=source.url)
        copies = f" · {source.story.copies} copies" if source.story.copies > 1 else ""
        rows.append(
            f"<tr><td>{button('read', source.title, kind='open', url=source.url)}</td>"
            f"<td>{esc(source.publisher or 'unknown')}{copies}</td>"
            f'<td class="when">{esc(day(source.published) or "date unknown")}</td>'
            f"<td>{remove if editable else ''}</td></tr>"
        )
    return (
        '<table class="articles"><caption class="unseen">Stored articles</caption><thead><tr>'
        '<th scope="col">Title</th><th scope="col">Publisher</th><th scope="col">Date</th>'
        f'<th scope="col"><span class="unseen">Actions</span></th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def job(current: Job | None) -> str:
    """A job's progress, or its report."""
    if current is None:
        return ""
    if not current.over.is_set():
        share = 100 * current.done / current.known if current.known else 0
        said = f"{current.articles} articles read, {current.done} of {current.known} passages"
        said = f"Going on after a restart: {said}" if current.again else said
        return (
            f'<div class="job" role="status"><progress max="100" value="{share:.0f}" '
            f'aria-label="Progress"></progress><p>{said}…</p></div>'
        )
    if current.error:
        return f'<div class="job failed" role="alert"><p>{esc(current.error)}</p></div>'
    report = current.report or {}
    counts = ", ".join(
        f"{report.get(key, 0)} {text}"
        for key, text in (
            ("added", "added"),
            ("updated", "updated"),
            ("unchanged", "unchanged"),
            ("duplicate", "added as copies"),
        )
    )
    rejected = report.get("rejected", [])
    rows = "".join(f"<li>{esc(_plain(r['what']))}</li>" for r in rejected[:50])
    refused = f"<p>{len(rejected)} rejected:</p><ul>{rows}</ul>" if rejected else ""
    what = "Feeds fetched" if current.targets == [REFRESH] else "Done"
    what += " after a restart of the server" if current.again else ""
    took = f"{report.get('passages', 0)} passages in {report.get('seconds', 0):.1f} s"
    return f'<div class="job" role="status"><p>{what}: {counts}; {took}.</p>{refused}</div>'


def _plain(message: str) -> str:
    """A message without the server's folders: an uploaded file is named as it was sent."""
    return " ".join(
        PurePosixPath(word).name if "/incoming/" in word else word for word in message.split(" ")
    )


def briefing(items: Sequence[Item], subject: str, period: str) -> str:
    """Stories with their dates, source counts and what the first report says."""
    about = f" on {esc(subject.strip())}" if subject.strip() else ""
    if not items:
        return f'<p class="none">Nothing was reported{about} in {esc(period)}.</p>'
    shown = "".join(_story(item) for item in items)
    many = f"{len(items)} stor{'ies' if len(items) != 1 else 'y'}{about}, {esc(period)}"
    return f'<p class="sum">{many}, newest first</p><ol class="briefing">{shown}</ol>'


def _story(item: Item) -> str:
    source = item.lead.source
    count = f"{item.independent} independent source{'s' * (item.independent != 1)}"
    others = "".join(
        f"<li>{button('read', p.source.title, kind='open', url=p.source.url)} "
        f"<span>{esc(p.source.publisher or '')}, {esc(day(p.source.published))}</span></li>"
        for p in item.others
    )
    more = f'<ul class="others">{others}</ul>' if others else ""
    when = esc(day(item.day) or "date unknown")
    ask = button("about", "Ask about this", q=f"What is known about: {source.title}?")
    said = f"<blockquote>{esc(item.told.sentence.text)}</blockquote>" if item.told else ""
    return (
        f"<li><h3>{esc(source.title)}</h3><p class='facts'><time>{when}</time> · {count}: "
        f"{esc(', '.join(item.publishers))}</p>{said}"
        f'<div class="links">{original(source.url)}'
        f"{button('read', 'Read the whole article', url=source.url)}{ask}</div>{more}</li>"
    )


def settings(answerers: Sequence[str], *, login: bool, per_minute: int) -> str:
    """What is configured, and how scripts use the service; never a key."""
    out = '<p><a class="out" href="/logout">Sign out</a></p>' if login else ""
    models = ", ".join(esc(name) for name in answerers)
    return (
        f"<h3>Answerers</h3><p>Configured: {models}. A model is chosen with "
        "<code>CITEWIRE_LLM=provider:model</code> in the server's environment; keys are only ever "
        "read from there and never reach this page.</p>"
        "<h3>Scripts</h3><pre>curl -s http://127.0.0.1:7860/api/ask \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        '  -d &#39;&#123;"question": "What did OpenAI announce?", '
        '"since": "2025-10-01"&#125;&#39;</pre>'
        "<p>The answer is the record that <code>citewire-ask --json</code> prints. With "
        '<code>"stream": true</code> it comes as one JSON object a line while it grows. '
        "<code>/health</code> tells whether the service is up.</p>"
        f"<h3>Limits</h3><p>{per_minute} questions a minute for each reader.</p>{out}"
    )
