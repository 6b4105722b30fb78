"""Results as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eval.measures import MEASURES, Scored, Summary, by_type, summarise
from eval.stats import Difference, Estimate

if TYPE_CHECKING:
    from eval.gate import Line

BY_TYPE = ("correct", "nuggets_60w", "nuggets@5", "nuggets@10", "recall@10", "citation_recall",
           "citation_precision")  # fmt: skip


def number(value: float) -> str:
    """A share as ``.857``; anything else with three digits that matter."""
    if 0 <= value < 1:
        return f"{value:.3f}".removeprefix("0") if f"{value:.3f}" != "1.000" else "1.000"
    if -1 < value < 0:
        return "-" + number(-value)
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def interval(figure: Estimate | None) -> str:
    """``.857 [.779, .921]``, or a dash."""
    if figure is None:
        return "–"
    return f"{number(figure.value)} [{number(figure.low)}, {number(figure.high)}]"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their content, the first to the left, the others to the right."""
    lines = [list(header), *[list(row) for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    shown = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([shown[0], "-" * max(len(line) for line in shown), *shown[1:]])


def results(scored: Sequence[Scored]) -> str:
    """All figures with 95% intervals, then the main ones by type, then seconds."""
    summary = summarise(scored)
    parts = [_overall(summary)]
    groups = by_type(scored)
    if len(groups) > 1:
        rows = []
        for name, group in groups.items():
            figures = summarise(group).figures
            rows.append(
                [name, str(len(group)), *(interval(figures.get(measure)) for measure in BY_TYPE)]
            )
        parts.append(table(["type", "n", *BY_TYPE], rows))
    if summary.latency:
        points = ("p50", "p90", "p95", "p99", "max")
        rows = [
            [stage, *(f"{1000 * values[point]:.1f}" for point in points)]
            for stage, values in summary.latency.items()
        ]
        parts.append(table(["milliseconds", *points], rows))
    if summary.tokens:
        counted = ", ".join(f"{name} {count:,.0f}" for name, count in summary.tokens.items())
        parts.append(f"tokens: {counted}")
    return "\n\n".join(parts)


def _overall(summary: Summary) -> str:
    rows, group = [], ""
    for measure in MEASURES:
        figure = summary.figures.get(measure.name)
        if figure is None or (measure.name in ("errors", "dangling") and not figure.value):
            continue
        if measure.group != group:
            group = measure.group
            rows.append([group.upper(), "", "", ""])
        rows.append(["  " + measure.name, interval(figure), str(figure.n), " " + measure.about])
    if summary.extra:
        rows.append(["OTHER", "", "", ""])
    about = {
        "words_mean": "words in an answer, mean",
        "words_median": "words in an answer, median",
        "aurc": "area under the risk-coverage curve, 0 is best",
        "ece": "expected calibration error of the confidence, 0 is best",
    }
    for name, figure in summary.extra.items():
        rows.append(["  " + name, interval(figure), str(figure.n), " " + about[name]])
    lines = table([f"{summary.n} questions", "value [95% interval]", "n", ""], [
        [a, b, c, ""] for a, b, c, _ in rows
    ]).split("\n")  # fmt: skip
    return "\n".join(
        [
            lines[0],
            lines[1],
            *(line + "  " + row[3] for line, row in zip(lines[2:], rows, strict=True)),
        ]
    )


def differences(names: tuple[str, str], rows: Sequence[tuple[str, Difference]]) -> str:
    """Paired differences, B minus A; a star where the 95% interval leaves out zero."""
    return table(
        ["measure", f"A {names[0]}", f"B {names[1]}", "B - A", "95% interval", "p", "n", ""],
        [
            [name, number(d.a), number(d.b), f"{d.delta:+.3f}", f"[{d.low:+.3f}, {d.high:+.3f}]",
             f"{d.p:.3f}", str(d.n), "*" if d.clear else ""]
            for name, d in rows
        ],
    )  # fmt: skip


def gate_lines(lines: Sequence[Line]) -> str:
    """The gate's limits and how they were kept."""
    return table(
        ["gate", "value", "limit", ""],
        [
            [line.name, "–" if line.value is None else number(line.value),
             ("≤ " if line.ceiling else "≥ ") + number(line.limit or 0.0),
             "kept" if line.passed else "MISSED"]
            for line in lines
        ],
    )  # fmt: skip
