"""Plots as SVG without scripts: an answer's sources in time, articles by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rag.answer import day
from rag.render import clip, esc

WIDTH = 360  # units of the drawing; it is scaled to its box
LEFT, RIGHT = 14, 346  # where the time axis begins and ends
STEP = 19  # between sources of about the same time


def timeline(citations: Sequence[Mapping[str, Any]]) -> str:
    """The cited articles on a time axis; each can be clicked; "" for fewer than two dates."""
    dated: dict[tuple[str, int], Mapping[str, Any]] = {}
    for citation in citations:
        if citation["published"]:
            dated.setdefault((citation["url"], citation["version"]), citation)
    points = sorted(dated.values(), key=lambda c: (c["published"], c["n"]))
    if len(points) < 2:
        return ""
    days = [date.fromisoformat(c["published"][:10]).toordinal() for c in points]
    span = max(days[-1] - days[0], 1)
    rows: list[float] = []  # the x where each row is free again
    places = []
    for at in days:
        x = LEFT + (RIGHT - LEFT) * (at - days[0]) / span
        row = next((r for r, free in enumerate(rows) if x >= free), len(rows))
        rows[row : row + 1] = [x + STEP]
        places.append((x, row))
    height = 32 + STEP * len(rows)
    base = height - 26
    dots = "".join(
        _dot(c, x, base - STEP * row) for c, (x, row) in zip(points, places, strict=True)
    )
    return (
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {height}" role="group" '
        f'aria-label="Timeline of the sources"><line x1="{LEFT}" x2="{RIGHT}" y1="{base}" '
        f'y2="{base}"></line>{dots}<text x="{LEFT - 8}" y="{height - 4}">'
        f'{esc(day(points[0]["published"]))}</text><text x="{RIGHT + 8}" y="{height - 4}" '
        f'text-anchor="end">{esc(day(points[-1]["published"]))}</text></svg>'
    )


def _dot(citation: Mapping[str, Any], x: float, y: float) -> str:
    n = int(citation["n"])
    who = f"{citation['publisher'] or 'unknown'}, {day(citation['published'])}"
    title = f"[{n}] {clip(str(citation['title']), 90)} ({who})"
    return (
        f'<g class="dot" data-act="dot" data-n="{n}" role="button" tabindex="0" '
        f'aria-label="{esc(title)}" transform="translate({x:.1f} {y:.1f})">'
        f'<circle r="8.5"></circle><text dy="3.4" text-anchor="middle">{n}</text>'
        f"<title>{esc(title)}</title></g>"
    )


def months(counts: Mapping[str, int]) -> str:
    """Articles by month as bars, with gaps shown; "" where nothing is dated."""
    if not counts:
        return ""
    first, last = min(counts), max(counts)
    names: list[str] = []
    year, month = int(first[:4]), int(first[5:7])
    while f"{year:04d}-{month:02d}" <= last and len(names) < 240:
        names.append(f"{year:04d}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    top = max(counts.values())
    wide = 720 / len(names)
    bars = []
    for at, name in enumerate(names):
        count = counts.get(name, 0)
        high = 110 * count / top
        x = at * wide
        said = f"{day(name + '-01')[2:]}: {count} article{'s' * (count != 1)}"
        bars.append(
            f'<g><rect class="hit" x="{x:.1f}" y="0" width="{wide:.1f}" height="116"></rect>'
            f'<rect class="bar" x="{x + wide * 0.12:.1f}" y="{116 - high:.1f}" '
            f'width="{wide * 0.76:.1f}" height="{high:.1f}" rx="1.5"></rect>'
            f"<title>{esc(said)}</title></g>"
        )
        if name.endswith("-01") or at == 0:
            label = name[:4]
            bars.append(f'<text x="{x + 1:.1f}" y="133">{label}</text>')
    return (
        '<svg class="months" viewBox="0 0 720 138" role="img" aria-label="Articles by month, '
        f'{esc(first)} to {esc(last)}, at most {top} in a month">{"".join(bars)}</svg>'
    )


def shares(counts: Mapping[str, int], most: int = 20) -> str:
    """Articles by publisher as a table with bars."""
    top = max(counts.values(), default=1)
    rows = "".join(
        f'<tr><th scope="row">{esc(name)}</th><td class="count">{count:,}</td><td class="bar">'
        f'<span style="width:{100 * count / top:.1f}%"></span></td></tr>'
        for name, count in list(counts.items())[:most]
    )
    return f'<table class="shares"><caption>Articles by publisher</caption>{rows}</table>'
