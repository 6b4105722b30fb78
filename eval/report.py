"""A run, or several side by side, as one HTML page that needs nothing else.

Every text that comes from articles, questions or models is escaped; addresses become
links only if they begin with http. The page's own script filters the question table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from eval.calibration import Curve, answerable, error, plot
from eval.compare import compare
from eval.measures import MEASURES, STAGES, Scored, Summary, by_type, summarise
from eval.plots import Axes, Series, bars, lines
from eval.run import Run, cost
from eval.tables import interval, number
from rag.errors import InputError

_PER_TYPE = (("correct", "Correct"), ("nuggets@10", "Nuggets in the first 10 passages"))
_HEADLINE = ("correct", "nuggets", "nuggets@10", "citation_recall", "citation_precision",
             "abstain_recall")  # fmt: skip
_MARK = re.compile(r"\[(\d{1,3})\]")


def write_report(runs: Sequence[Run], path: Path) -> None:
    """Write the page.

    :param runs: the first is the one reported; others stand beside it
    :raises InputError: where the file can't be written
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(runs), encoding="utf-8")
    except OSError as error:
        raise InputError(f"can't write the report to {path}: {error.strerror}") from None


def page(runs: Sequence[Run]) -> str:
    """The page of one run, or of several over the same questions."""
    summaries = [run.summary for run in runs]
    names = _names(runs)
    assets = files("eval") / "page"
    parts = [
        f"<header><h1>{escape(names[0])}</h1>{_facts(runs[0])}</header>",
        _headline(summaries, names),
        _figures(summaries, names),
        _plots(runs, summaries, names),
        _against(runs, names),
        _questions(runs, names),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">"
        f"<title>{escape(names[0])} – citewire evaluation</title>"
        f"<style>{(assets / 'report.css').read_text('utf-8')}</style></head>\n<body>"
        + "\n".join(part for part in parts if part)
        + f"<script>{(assets / 'report.js').read_text('utf-8')}</script></body></html>\n"
    )


def _names(runs: Sequence[Run]) -> list[str]:
    names: list[str] = []
    for run in runs:
        name, at = run.name, 2
        while name in names:
            name, at = f"{run.name} ({at})", at + 1
        names.append(name)
    return names


def _facts(run: Run) -> str:
    info = run.info
    settings = info.get("settings", {})
    pieces = [
        f"{info.get('questions')} questions",
        str(info.get("system")),
        f"run {str(info.get('created', ''))[:16].replace('T', ' ')}",
    ]
    if settings.get("corpus"):
        pieces.append(f"corpus {str(settings['corpus'])[:12]}")
    pieces.append(f"question set {str(info.get('questions_hash', ''))[:12]}")
    rows = "".join(
        f"<tr><th>{escape(str(key))}</th><td>{escape(str(value))}</td></tr>"
        for key, value in settings.items()
    )
    line = " · ".join(escape(piece) for piece in pieces)
    return f"<p>{line}</p><details><summary>Settings</summary><table>{rows}</table></details>"


def _headline(summaries: Sequence[Summary], names: Sequence[str]) -> str:
    cards = []
    for name in _HEADLINE:
        figure = summaries[0].figures.get(name)
        if figure is None:
            continue
        others = "".join(
            f"<small>{escape(other)}: {interval(s.figures.get(name))}</small>"
            for other, s in zip(names[1:], summaries[1:], strict=True)
        )
        about = next(m.about for m in MEASURES if m.name == name)
        cards.append(
            f'<div class="card" title="{escape(about)}"><b>{number(figure.value)}</b>'
            f"<span>{escape(name.replace('_', ' '))}</span>"
            f"<small>95%: {number(figure.low)} – {number(figure.high)}</small>{others}</div>"
        )
    return f'<section class="cards">{"".join(cards)}</section>'


def _figures(summaries: Sequence[Summary], names: Sequence[str]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    rows, group = [], ""
    for measure in MEASURES:
        found = [s.figures.get(measure.name) for s in summaries]
        if not any(found):
            continue
        if measure.group != group:
            group = measure.group
            rows.append(f'<tr class="group"><th colspan="{len(names) + 2}">{group}</th></tr>')
        cells = "".join(f'<td class="n">{interval(figure)}</td>' for figure in found)
        rows.append(f"<tr><th>{measure.name}</th>{cells}<td>{escape(measure.about)}</td></tr>")
    for name, about in (
        ("words_median", "words in an answer, median"),
        ("aurc", "area under the risk-coverage curve; 0 is best"),
        ("ece", "expected calibration error; 0 is best"),
    ):
        found = [s.extra.get(name) for s in summaries]
        cells = "".join(f'<td class="n">{interval(figure)}</td>' for figure in found)
        if any(found):
            rows.append(f"<tr><th>{name}</th>{cells}<td>{about}</td></tr>")
    return (
        "<section><h2>Figures</h2><p>Means with 95% bootstrap intervals over the questions.</p>"
        f'<div class="wide"><table class="figures"><tr><th></th>{head}<th></th></tr>'
        f"{''.join(rows)}</table></div></section>"
    )


def _plots(runs: Sequence[Run], summaries: Sequence[Summary], names: Sequence[str]) -> str:
    blocks = []
    for measure, title in _PER_TYPE:
        blocks.append((f"{title}, by type of question", _per_type(runs, names, measure)))
    curves = [
        Series(name, [(p.coverage, p.risk) for p in s.curve])
        for name, s in zip(names, summaries, strict=True)
    ]
    axes = Axes("questions answered (share)", "wrong among them (share)", (0, 1), (0, 1))
    blocks.append(
        (
            "Risk and coverage: answering only above a confidence",
            lines([c for c in curves if c.points], axes, step=True),
        )
    )
    right = [Curve(name, s.bins) for name, s in zip(names, summaries, strict=True)]
    known = [answerable(name, run.scored) for name, run in zip(names, runs, strict=True)]
    for title, drawn, observed in (
        ("Reliability of the confidence: can it be answered?", known, "answerable (share)"),
        ("Calibration of the confidence: are the answers right?", right, "right (share)"),
    ):
        said = "; ".join(f"{c.name}: {error(c)}" for c in drawn if c.bins)
        blocks.append((f"{title} {said}", plot(drawn, observed)))
    blocks.append(("Seconds an answer takes, share of questions", _latency(runs, names)))
    blocks.append(("Milliseconds by stage", _stages(summaries, names)))
    figures = "".join(
        f"<figure><figcaption>{escape(title)}</figcaption>{plot}</figure>" for title, plot in blocks
    )
    prices = [cost(s, r.info.get("price")) for s, r in zip(summaries, runs, strict=True)]
    money = "".join(
        f"<p>{escape(name)}: tokens cost {price:.4f} in all.</p>"
        for name, price in zip(names, prices, strict=True)
        if price is not None
    )
    return f'<section><h2>Plots</h2><div class="plots">{figures}</div>{money}</section>'


def _per_type(runs: Sequence[Run], names: Sequence[str], measure: str) -> str:
    types = [
        t for t, group in by_type(runs[0].scored).items() if any(measure in s.pairs for s in group)
    ]
    series = []
    for name, run in zip(names, runs, strict=True):
        points, low, high = [], [], []
        for at, group in enumerate(by_type(run.scored).get(t, []) for t in types):
            figure = summarise(group).figures.get(measure)
            if figure is not None:
                points.append((float(at), figure.value))
                low.append(figure.low)
                high.append(figure.high)
        series.append(Series(name, points, low, high))
    counts = {t: len(group) for t, group in by_type(runs[0].scored).items()}
    return bars([f"{t} ({counts[t]})" for t in types], series)


def _latency(runs: Sequence[Run], names: Sequence[str]) -> str:
    series = []
    for name, run in zip(names, runs, strict=True):
        seconds = sorted(
            float(s.record["seconds"]["total"])
            for s in run.scored
            if s.record.get("seconds", {}).get("total") and not s.record.get("error")
        )
        points = [(x, (i + 1) / len(seconds)) for i, x in enumerate(seconds)]
        if points:
            series.append(Series(name, points))
    return lines(
        series, Axes("seconds", "share of questions", y_span=(0, 1), log_x=True), step=True
    )


def _stages(summaries: Sequence[Summary], names: Sequence[str]) -> str:
    series = []
    for name, summary in zip(names, summaries, strict=True):
        for point in ("p50", "p95"):
            series.append(
                Series(
                    f"{name}, {point}",
                    [
                        (float(at), 1000 * summary.latency[stage][point])
                        for at, stage in enumerate(STAGES)
                        if stage in summary.latency
                    ],
                )
            )
    return bars(list(STAGES), series, unit=" ms", top=None, width=560)


def _against(runs: Sequence[Run], names: Sequence[str]) -> str:
    """Paired differences of each other run with the first."""
    sections = []
    for name, run in zip(names[1:], runs[1:], strict=True):
        found = compare(run, runs[0])
        rows = "".join(
            f'<tr class="{"clear" if d.clear else ""}"><th>{measure}</th>'
            f'<td class="n">{number(d.a)}</td><td class="n">{number(d.b)}</td>'
            f'<td class="n">{d.delta:+.3f}</td><td class="n">[{d.low:+.3f}, {d.high:+.3f}]</td>'
            f'<td class="n">{d.p:.3f}</td></tr>'
            for measure, d in found.rows
        )
        sections.append(
            f"<h3>{escape(names[0])} minus {escape(name)}, {found.n} questions</h3>"
            f'<div class="wide"><table class="figures"><tr><th></th><th>{escape(name)}</th>'
            f"<th>{escape(names[0])}</th><th>difference</th><th>95% interval</th><th>p</th></tr>"
            f"{rows}</table></div>"
        )
    if not sections:
        return ""
    return (
        "<section><h2>Side by side</h2><p>Paired bootstrap on the same questions; bold where "
        f"the interval leaves out zero.</p>{''.join(sections)}</section>"
    )


def _questions(runs: Sequence[Run], names: Sequence[str]) -> str:
    others = [
        {s.question.id: s for s in run.scored} for run in runs[1:]
    ]  # the same question, as the other runs answered it
    items = []
    for one in runs[0].scored:
        beside = [
            (name, by_id[one.question.id])
            for name, by_id in zip(names[1:], others, strict=True)
            if one.question.id in by_id
        ]
        items.append(_question(one, beside))
    types = "".join(f"<option>{escape(t)}</option>" for t in by_type(runs[0].scored))
    verdicts = "".join(f"<option>{v}</option>" for v in sorted({s.verdict for s in runs[0].scored}))
    return (
        '<section><h2>Questions</h2><p class="filter"><input id="find" type="search" '
        'placeholder="Find in questions and answers" aria-label="Find">'
        f'<select id="type" aria-label="Type"><option value="">every type</option>{types}</select>'
        '<select id="verdict" aria-label="Verdict"><option value="">every verdict</option>'
        f'{verdicts}</select><label><input type="checkbox" id="faulty"> with faults</label>'
        f'<span id="count"></span></p>{"".join(items)}</section>'
    )


def _question(one: Scored, beside: Sequence[tuple[str, Scored]]) -> str:
    question = one.question
    faults = sum(one.check.faults.values())
    turns = "".join(
        f"<p><i>{escape(t.role)}:</i> {escape(t.content)}</p>" for t in question.history
    )
    nuggets = "; ".join(" / ".join(forms) for forms in question.must_include)
    wanted = f"<p><b>Wanted:</b> {escape(question.answer or '')}</p>" if question.answer else ""
    if nuggets:
        wanted += f"<p><b>Nuggets:</b> {escape(nuggets)}</p>"
    others = "".join(
        f'<h4>{escape(name)} <span class="v {s.verdict}">{s.verdict}</span></h4>{_answer(s)}'
        for name, s in beside
    )
    marks = "".join(
        f' <span class="v {s.verdict}" title="{escape(name)}">{s.verdict}</span>'
        for name, s in beside
    )
    fault = f' <span class="v fault">{faults} fault{"s" * (faults > 1)}</span>' if faults else ""
    return (
        f'<details class="q" data-type="{escape(question.type)}" data-verdict="{one.verdict}" '
        f'data-faults="{faults}"><summary><span class="v {one.verdict}">{one.verdict}</span>{marks}'
        f"{fault} <code>{escape(question.id)}</code> {escape(question.question)}</summary>"
        f"{turns}{wanted}<h4>Answer</h4>{_answer(one)}{others}</details>"
    )


def _answer(one: Scored) -> str:
    record = one.record
    if record.get("error"):
        return f'<p class="error">{escape(str(record["error"]))}</p>'
    text = _MARK.sub(r"<sup>[\1]</sup>", escape(str(record["answer"]))).replace("\n", "<br>")
    notes = "".join(
        f'<li class="fault"><b>{s.fault.value}</b>: {escape(s.text)} – {escape(s.note)}</li>'
        for s in one.check.sentences
        if s.fault
    )
    citations = "".join(_citation(c, c["n"] in one.check.broken) for c in record["citations"])
    hits = "".join(_hit(h) for h in record["hits"])
    confidence = record.get("confidence")
    seconds = (record.get("seconds") or {}).get("total")
    facts = [f"confidence {confidence:.2f}" if confidence is not None else "",
             f"{1000 * seconds:.0f} ms" if seconds is not None else "",
             str(record.get("reason") or "")]  # fmt: skip
    meta = escape(" · ".join(f for f in facts if f))
    return (
        f'<p class="answer">{text}</p><p class="meta">{meta}</p>'
        + (f"<ul>{notes}</ul>" if notes else "")
        + (f'<ol class="cites">{citations}</ol>' if citations else "")
        + f"<details><summary>{len(record['hits'])} passages retrieved</summary>"
        f'<ol class="hits">{hits}</ol></details>'
    )


def _citation(citation: Mapping[str, Any], broken: bool) -> str:
    when = str(citation.get("published") or "")[:10]
    where = ", ".join(escape(str(x)) for x in (citation.get("publisher"), when) if x)
    mark = ' <span class="v fault">misquoted</span>' if broken else ""
    title = _link(str(citation["url"]), str(citation.get("title") or citation["url"]))
    return (
        f'<li value="{int(citation["n"])}">“{escape(str(citation["quote"]))}” '
        f"<small>{title}{', ' + where if where else ''}</small>{mark}</li>"
    )


def _hit(hit: Mapping[str, Any]) -> str:
    score = f" <small>{float(hit['score']):.4g}</small>" if hit.get("score") is not None else ""
    url = str(hit["url"])
    return f"<li>{_link(url, url)}{score}<br>{escape(str(hit['text']))}</li>"


def _link(url: str, text: str) -> str:
    if not url.startswith(("http://", "https://")):
        return escape(text)
    return f'<a href="{escape(url)}" rel="noreferrer nofollow">{escape(text)}</a>'
