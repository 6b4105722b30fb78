"""A benchmark's figures as text and as one HTML page with plots."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from eval.plots import Axes, Series, bars, lines
from eval.tables import table
from rag.errors import InputError

_INGEST = ("encoder", "citewire", "textbook")


def as_text(result: Mapping[str, Any]) -> str:
    """The figures for a terminal."""
    ingest, query, load = result["ingest"], result["query"], result["load"]
    parts = [
        table(
            ["ingest", "articles/s", "passages/s", "characters/s", "seconds", "load s", "peak MB"],
            [
                [name, f"{part['articles_per_second']:.1f}",
                 f"{part['passages_per_second']:.1f}", f"{part['characters_per_second']:,.0f}",
                 f"{part['seconds']:.1f}",
                 f"{part['load']:.1f}", f"{part['peak_mb']:.0f}"]
                for name in _INGEST
                for part in (ingest[name],)
            ],
        ),
        f"citewire ingests at {ingest['citewire_of_encoder']:.2f} of the bare encoder's speed and "
        f"{ingest['citewire_of_textbook']:.2f} times the textbook pipeline's",
        table(
            ["milliseconds", "p50", "p90", "p95", "p99"],
            [
                [label, *(f"{query[name][p]:.1f}" for p in ("p50", "p90", "p95", "p99"))]
                for label, name in (("citewire, retrieval", "citewire"),
                                    ("textbook, retrieval", "textbook"),
                                    ("citewire, whole answer", "citewire_whole_answer"))
            ],
        ),
        f"load: {load['users']} users, {load['answers']} answers in {load['seconds']:.0f} s "
        f"({load['answers_per_second']:.1f} a second), {load['errors']} errors"
        + (f", p50 {load['milliseconds']['p50']:.0f} ms, p95 {load['milliseconds']['p95']:.0f} ms"
           if "milliseconds" in load else "")
        + "".join(f"\n  {error}" for error in load["first_errors"]),
    ]  # fmt: skip
    if rows := result.get("growth"):
        parts.append(
            table(
                ["passages", "p50 ms", "p95 ms", "one month p50", "p95", "peak MB", "disk MB"],
                [
                    [f"{row['passages']:,}", *(f"{row[name][p]:.1f}" for name in
                     ("unfiltered", "one month") for p in ("p50", "p95")),
                     f"{row['peak_mb']:.0f}", f"{row['disk_mb']:.0f}"]
                    for row in rows
                ],
            )
        )  # fmt: skip
    return "\n\n".join(parts)


def write_page(result: Mapping[str, Any], path: Path) -> None:
    """Write the plots.

    :raises InputError: where the file can't be written
    """
    ingest, query = result["ingest"], result["query"]
    figures = [
        (
            "Ingest: characters a second",
            bars(
                list(_INGEST),
                [
                    Series(
                        "characters/s",
                        [
                            (float(i), ingest[name]["characters_per_second"])
                            for i, name in enumerate(_INGEST)
                        ],
                    )
                ],
                top=None,
            ),
        ),
        (
            "Ingest: peak memory, MB",
            bars(
                list(_INGEST),
                [
                    Series(
                        "MB",
                        [(float(i), ingest[name]["peak_mb"]) for i, name in enumerate(_INGEST)],
                    )
                ],
                top=None,
            ),
        ),
        (
            "Retrieval: milliseconds",
            bars(
                ["p50", "p95", "p99"],
                [
                    Series(
                        name,
                        [(float(i), query[name][p]) for i, p in enumerate(("p50", "p95", "p99"))],
                    )
                    for name in ("citewire", "textbook")
                ],
                top=None,
            ),
        ),
    ]
    if rows := result.get("growth"):
        sizes = [float(row["passages"]) for row in rows]
        latency = [
            Series(f"{name}, {p}", [(n, row[name][p]) for n, row in zip(sizes, rows, strict=True)])
            for name in ("unfiltered", "one month")
            for p in ("p50", "p95")
        ]
        memory = [
            Series("peak memory", [(n, r["peak_mb"]) for n, r in zip(sizes, rows, strict=True)]),
            Series("on disk", [(n, r["disk_mb"]) for n, r in zip(sizes, rows, strict=True)]),
        ]
        figures.append(
            ("Growth: milliseconds", lines(latency, Axes("passages", "ms", x_span=(0, sizes[-1]))))
        )
        figures.append(("Growth: MB", lines(memory, Axes("passages", "MB", x_span=(0, sizes[-1])))))
    style = (files("eval") / "page" / "report.css").read_text("utf-8")
    body = "".join(
        f"<figure><figcaption>{escape(title)}</figcaption>{plot}</figure>"
        for title, plot in figures
    )
    page = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<title>citewire benchmarks</title>"
        f"<style>{style}</style></head><body><header><h1>Benchmarks</h1>"
        f"<p>{escape(str(result['created'])[:16].replace('T', ' '))}, "
        f"{result['threads']} threads, {escape(str(result['backend']))}. All figures of one run on "
        f'one machine.</p></header><div class="plots">{body}</div>'
        f"<pre>{escape(as_text(result))}</pre></body></html>\n"
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"can't write {path}: {error.strerror}") from None
