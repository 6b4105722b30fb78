"""Small SVG plots, written by hand so that a report is one file without any script library.

Colours come from the page's style sheet (classes ``s0``, ``s1``, …), so that they follow
its light and dark themes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

LEFT, RIGHT, TOP, BOTTOM = 46, 14, 12, 40


@dataclass(frozen=True, slots=True)
class Series:
    """Points to draw under one name; ``low`` and ``high`` give whiskers where present.

    ``labels`` are written beside the points, one each.
    """

    name: str
    points: Sequence[tuple[float, float]]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    labels: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Axes:
    """What the axes say and span; ``None`` takes the span from the points."""

    x: str
    y: str
    x_span: tuple[float, float] | None = None
    y_span: tuple[float, float] | None = None
    log_x: bool = False
    log_y: bool = False
    width: int = 460
    height: int = 280


class _Scale:
    """Maps values to pixels, linearly or by logarithm."""

    def __init__(self, span: tuple[float, float], start: float, end: float, log: bool) -> None:
        low, high = span
        if log:
            low = low if low > 0 else 1e-6
            self.ticks = [
                10.0**e for e in range(floor(log10(low)), ceil(log10(max(high, low))) + 1)
            ]
            low, high = min(self.ticks[0], low), max(self.ticks[-1], high)
            self._low, self._high = log10(low), log10(high)
        else:
            self.ticks = _nice(low, high)
            self._low, self._high = min(low, self.ticks[0]), max(high, self.ticks[-1])
        if self._high == self._low:
            self._high += 1
        self._log, self._start, self._end = log, start, end

    def __call__(self, value: float) -> float:
        place = log10(max(value, 1e-12)) if self._log else value
        share = (place - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)


def _nice(low: float, high: float, about: int = 5) -> list[float]:
    """Round tick values from at or below ``low`` to at or above ``high``."""
    if high <= low:
        high = low + 1
    raw = (high - low) / about
    power = 10.0 ** floor(log10(raw))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= raw * 0.999)
    first = floor(low / step + 1e-9)
    last = ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def tick(value: float) -> str:
    """A tick label: ``.5``, ``20``, ``10k``."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:g}M"
    if abs(value) >= 1e4:
        return f"{value / 1e3:g}k"
    return f"{value:g}"


def lines(
    series: Sequence[Series], axes: Axes, *, diagonal: bool = False, step: bool = False
) -> str:
    """A line plot with dots; whiskers where a series has them; a legend for several."""
    xs = [x for s in series for x, _ in s.points]
    ys = [v for s in series for v in [*(y for _, y in s.points), *s.low, *s.high]]
    if not xs:
        return nothing(axes.width)
    across = _Scale(axes.x_span or (min(xs), max(xs)), LEFT, axes.width - RIGHT, axes.log_x)
    up = _Scale(axes.y_span or (min(0.0, *ys), max(ys)), axes.height - BOTTOM, TOP, axes.log_y)
    body = _frame(axes, across, up)
    if diagonal:
        body.append(
            f'<path class="guide" d="M{across(0):.1f} {up(0):.1f}L{across(1):.1f} {up(1):.1f}"/>'
        )
    for at, one in enumerate(series):
        body += _drawn(one, f"s{at % 6}", across, up, step)
    return _svg(axes.width, axes.height, body, f"{axes.y} by {axes.x}") + _legend(series)


def _drawn(one: Series, colour: str, across: _Scale, up: _Scale, step: bool) -> list[str]:
    path = ""
    for x, y in one.points:
        if not path:
            path = f"M{across(x):.1f} {up(y):.1f}"
        elif step:
            path += f"H{across(x):.1f}V{up(y):.1f}"
        else:
            path += f"L{across(x):.1f} {up(y):.1f}"
    body = [f'<path class="line {colour}" d="{path}"/>']
    dots = len(one.points) <= 60  # more would be a smear
    xs = [x for x, _ in one.points]
    middle = (min(xs) + max(xs)) / 2 if xs else 0.0
    for i, (x, y) in enumerate(one.points):
        label = escape(one.labels[i]) if one.labels else ""
        said = f"{x:.4g}, {y:.4g}" + (f", {label}" if label else "")
        title = f"<title>{escape(one.name)}: {said}</title>"
        if label:  # towards the middle, so that it stays inside the frame
            right = x < middle
            body.append(
                f'<text class="tick" x="{across(x) + (6 if right else -6):.1f}" '
                f'y="{up(y) + (12 if up(y) < TOP + 14 else -5):.1f}" '
                f'text-anchor="{"start" if right else "end"}">{label}</text>'
            )
        if one.low:
            body.append(
                f'<path class="whisker {colour}" d="M{across(x):.1f} {up(one.low[i]):.1f}'
                f'V{up(one.high[i]):.1f}"/>'
            )
        if dots:
            body.append(
                f'<circle class="dot {colour}" cx="{across(x):.1f}" cy="{up(y):.1f}" r="3">'
                f"{title}</circle>"
            )
    return body


def bars(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    top: float | None = 1.0,
    width: int = 620,
) -> str:
    """Horizontal bars, one group a label; points are (label index, value).

    :param top: the value at the right edge; the largest value if None
    """
    thick, gap, left, right = 13, 12, 130, 64
    rows = len(series) * thick + gap
    height = rows * len(labels) + 10
    most = top or max((y for s in series for _, y in s.points), default=1.0) or 1.0
    span = width - left - right
    body = []
    for i, label in enumerate(labels):
        middle = 5 + i * rows + (rows - gap) / 2 + 4
        body.append(f'<text class="label" x="{left - 8}" y="{middle:.1f}">{escape(label)}</text>')
    for at, one in enumerate(series):
        for k, (x, y) in enumerate(one.points):
            low = 5 + x * rows + at * thick
            long = max(0.0, min(1.0, y / most)) * span
            shown = f"{y:.2f}".removeprefix("0") if top == 1.0 and y < 1 else f"{y:.3g}"
            end = left + long
            body.append(
                f'<rect class="bar s{at % 6}" x="{left}" y="{low:.1f}" '
                f'width="{max(long, 0.5):.1f}" height="{thick - 3}">'
                f"<title>{escape(one.name)}: {y:.4g}{escape(unit)}</title></rect>"
            )
            if one.low:
                a = left + max(0.0, min(1.0, one.low[k] / most)) * span
                b = left + max(0.0, min(1.0, one.high[k] / most)) * span
                end = max(end, b)
                body.append(f'<path class="ci" d="M{a:.1f} {low + 5:.1f}H{b:.1f}"/>')
            body.append(
                f'<text class="value" x="{end + 6:.1f}" y="{low + 9:.1f}">'
                f"{shown}{escape(unit)}</text>"
            )
    return _svg(width, height, body, "bars") + _legend(series)


def nothing(width: int) -> str:
    """What stands in place of a plot without data."""
    return f'<p class="none" style="max-width:{width}px">No data for this plot in the run.</p>'


def _frame(axes: Axes, across: _Scale, up: _Scale) -> list[str]:
    base, body = axes.height - BOTTOM, []
    for value in up.ticks:
        y = up(value)
        body.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{axes.width - RIGHT}"/>')
        body.append(f'<text class="tick y" x="{LEFT - 6}" y="{y + 4:.1f}">{tick(value)}</text>')
    for value in across.ticks:
        x = across(value)
        body.append(f'<path class="grid" d="M{x:.1f} {TOP}V{base}"/>')
        body.append(f'<text class="tick x" x="{x:.1f}" y="{base + 15}">{tick(value)}</text>')
    middle = (LEFT + axes.width - RIGHT) / 2
    body.append(f'<text class="axis" x="{middle}" y="{axes.height - 6}">{escape(axes.x)}</text>')
    body.append(
        f'<text class="axis" transform="translate(11 {base / 2 + TOP / 2}) rotate(-90)">'
        f"{escape(axes.y)}</text>"
    )
    return body


def _legend(series: Sequence[Series]) -> str:
    if len(series) < 2:
        return ""
    keys = "".join(
        f'<span class="key"><i class="s{at % 6}"></i>{escape(s.name)}</span>'
        for at, s in enumerate(series)
    )
    return f'<p class="legend">{keys}</p>'


def _svg(width: int, height: float, body: Sequence[str], title: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height:g}" width="{width}" role="img" '
        f'aria-label="{escape(title)}">{"".join(body)}</svg>'
    )
