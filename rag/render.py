"""Safe HTML of answers and their evidence.

Everything that comes from an article, a model or a reader passes :func:`esc`, so no text
can become markup. What is rendered is the stored form of an answer (:func:`keep`), so a
chat that is opened again looks as it did when it was new.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from rag.answer import day
from rag.types import Answer, Origin, Source

Record = Mapping[str, Any]

# The page's templates give a meaning to these, so they are written as numbers too.
_TEMPLATE = str.maketrans({c: f"&#{ord(c)};" for c in "{}$`\\@"})
# Letters that show nothing or turn the direction of what follows.
_HIDDEN = re.compile("[\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_MARK = re.compile(r"((?:\s*\[\d{1,3}\])+)")

KNOWN_FROM = {
    Origin.FILE: "given with the article",
    Origin.FEED: "from the publisher's feed",
    Origin.META: "from the page's metadata",
    Origin.TEXT: "read from the page's text",
    Origin.UNKNOWN: "",
}


def esc(text: object) -> str:
    """``text`` as inert HTML text, fit for element content and quoted attributes."""
    return html.escape(_HIDDEN.sub("", str(text)), quote=True).translate(_TEMPLATE)


def link(url: str) -> str:
    """An ``http(s)`` address as an attribute value, or "" for any other kind."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    safe = (
        parts.scheme in ("http", "https")
        and parts.netloc
        and not re.search(r"[\s\x00-\x1f\"'<>`\\]", url)
    )
    return esc(url) if safe else ""


def keep(answer: Answer, id: str) -> dict[str, Any]:
    """The answer record with what showing it again needs: versions, titles, focus, doubt."""
    record = answer.record(id)
    for shown, claim in zip(record["claims"], answer.claims, strict=True):
        shown["focus"] = list(claim.focus) if claim.focus else None
        shown["doubt"] = claim.doubt
    for shown, hit in zip(record["hits"], answer.hits, strict=True):
        source = hit.passage.source
        shown.update(
            version=source.version,
            title=source.title,
            publisher=source.publisher,
            published=source.published,
        )
    return record


# -- the answer -------------------------------------------------------------------------


def growing(text: str, *, apart: bool) -> str:
    """An answer while it streams, its ``[n]`` not yet links.

    :param apart: one paragraph a sentence, as quotations are shown
    """
    pieces = _MARK.split(text)
    claims: list[str] = []
    for at in range(0, len(pieces), 2):
        marks = pieces[at + 1] if at + 1 < len(pieces) else ""
        if pieces[at].strip():
            numbers = "".join(
                f'<span class="cite">{m}</span>' for m in re.findall(r"\[\d+\]", marks)
            )
            claims.append(f"{_struck(pieces[at].strip())}{numbers}")
    return _paragraphs(claims, apart)


def _struck(text: str) -> str:
    return re.sub(r"~~(.+?)~~", r"<s>\1</s>", esc(text))


def _paragraphs(claims: Sequence[str], apart: bool) -> str:
    if apart:
        return "".join(f"<p>{claim}</p>" for claim in claims)
    return f"<p>{' '.join(claims)}</p>" if claims else ""


SAID_OF = {
    "disputed": "Disputed: another source gives another value.",
    "superseded": "Superseded: a newer article gives another value.",
    "unsupported": "Not supported by the articles.",
    "partial": "Wording not confirmed: the article speaks of this, but the check could not "
    "follow every word. Read the quotation.",
}


def answer_html(record: Record, id: str) -> str:
    """The whole answer: claims with citation links, notes, what it rests on."""
    if record["abstained"] or not record["claims"]:
        return f'<div class="said abstained"><p>{esc(record["answer"])}</p></div>{_notes(record)}'
    citations = {c["n"]: c for c in record["citations"]}
    claims = [_claim(claim, citations, id) for claim in record["claims"]]
    body = _paragraphs(claims, record["model"] == "extractive")
    return f'<div class="said">{body}</div>{_notes(record)}'


def _claim(claim: Record, citations: Mapping[int, Record], id: str) -> str:
    status = str(claim["status"])
    text = _focused(claim)
    marks = "".join(_cite(citations[n], id) for n in claim["citations"] if n in citations)
    if status == "supported":
        return f'<span class="claim">{text}</span>{marks}'
    doubt = str(claim.get("doubt") or "") if status == "partial" else ""
    said = f"Doubtful: {doubt}. Read the quotation." if doubt else SAID_OF.get(status, status)
    word, _, rest = said.partition(":")
    if status == "unsupported":
        text, word, rest = f"<s>{text}</s>", said.rstrip("."), ""
    return (
        f'<span class="claim {esc(status)}">{text}</span>{marks} '
        f'<span class="flag {esc(status)}" title="{esc(said)}">{esc(word)}'
        f'<span class="unseen">{esc(rest)}</span></span>'
    )


def _focused(claim: Record) -> str:
    text, focus = str(claim["text"]), claim.get("focus")
    if not focus or not 0 <= focus[0] < focus[1] <= len(text):
        return esc(text)
    start, end = focus
    return f"{esc(text[:start])}<strong>{esc(text[start:end])}</strong>{esc(text[end:])}"


def _cite(citation: Record, id: str) -> str:
    n = int(citation["n"])
    who = ", ".join(x for x in (citation["publisher"], day(citation["published"])) if x)
    return (  # the word joiner keeps the mark on the line of the sentence's end
        f'&#8288;<a class="cite" href="#src-{n}" data-act="cite" data-x="{esc(id)}" data-n="{n}" '
        f'data-title="{esc(citation["title"])}" data-who="{esc(who or "date unknown")}" '
        f'data-quote="{esc(clip(str(citation["quote"]), 320))}" '
        f'aria-label="Source {n}: {esc(citation["title"])}, {esc(who)}">[{n}]</a>'
    )


def _notes(record: Record) -> str:
    notes = "".join(f"<li>{esc(note)}</li>" for note in record["notes"])
    return f'<ul class="notes">{notes}</ul>' if notes else ""


def rests_on(record: Record) -> str:
    """As plain text: the as-of day, the newest article and what wrote the answer."""
    parts = [f"As of {day(record['as_of'])}"]
    if record["newest"]:
        what = "newest article found" if record["abstained"] else "newest article used"
        parts.append(f"{what}: {day(record['newest'])}")
    if not record["abstained"]:
        written = (
            "quotations" if record["model"] == "extractive" else f"written by {record['model']}"
        )
        parts.append(written)
    parts.append(f"{record['seconds']['total']:.1f} s")
    return " · ".join(parts)


def clip(text: str, length: int) -> str:
    """At most ``length`` characters, cut at a space, with an ellipsis where cut."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


# -- spans in their context -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A cited span: ``text[start:end]``, shown highlighted with its number."""

    n: int
    start: int
    end: int


def paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    """The paragraph around a span, as offsets; spans over several take them all."""
    first = text.rfind("\n\n", 0, start)
    last = text.find("\n\n", end)
    return (first + 2 if first >= 0 else 0), (last if last >= 0 else len(text))


def within(
    text: str, begin: int, finish: int, marks: Iterable[Mark], *, prefix: str = "src"
) -> str:
    """``text[begin:finish]`` escaped, with the marks in it highlighted.

    :param prefix: ids are ``prefix-n``; a second mark with the same number gets none
    """
    edges: list[tuple[int, int, int]] = []
    for mark in sorted(marks, key=lambda m: (m.start, m.end)):
        left = max(mark.start, begin, edges[-1][1] if edges else begin)
        right = min(mark.end, finish)
        if left < right:
            edges.append((left, right, mark.n))
    out: list[str] = []
    at, seen = begin, set()
    for left, right, n in edges:
        id = "" if n in seen else f' id="{prefix}-{n}"'
        seen.add(n)
        out.append(esc(text[at:left]))
        out.append(f'<mark{id} data-n="{n}" tabindex="-1">{esc(text[left:right])}</mark>')
        at = right
    out.append(esc(text[at:finish]))
    return "".join(out)


CONTEXT = 420  # characters shown on each side of a span in a long paragraph


def in_context(text: str, mark: Mark) -> str:
    """The span highlighted in its paragraph, which is cut where it is long."""
    first, last = paragraph(text, mark.start, mark.end)
    begin = first if mark.start - first <= CONTEXT else text.find(" ", mark.start - CONTEXT) + 1
    finish = last if last - mark.end <= CONTEXT else text.rfind(" ", 0, mark.end + CONTEXT)
    if begin <= 0 or begin > mark.start:
        begin = first
    finish = max(finish, mark.end)
    before = "… " if begin > first else ""
    after = " …" if finish < last else ""
    return f"{before}{within(text, begin, finish, [mark])}{after}"


def article_body(text: str, marks: Sequence[Mark]) -> str:
    """A whole article as headings, lists and paragraphs, every mark highlighted."""
    out: list[str] = []
    at = 0
    for block in re.split(r"(\n{2,})", text):
        begin, at = at, at + len(block)
        if not block.strip():
            continue
        here = [m for m in marks if m.start < at and m.end > begin]
        lines = block.split("\n")
        heading = re.match(r"(#{1,6})\s+", block)
        if heading and len(lines) == 1:
            body = within(text, begin + heading.end(), at, here, prefix="art")
            out.append(f"<h4>{body}</h4>")
        elif all(re.match(r"\s*(?:[-*+]|\d+\.)\s", line) for line in lines):
            out.append(_list(text, begin, lines, here))
        else:
            out.append(f"<p>{within(text, begin, at, here, prefix='art')}</p>")
    return "".join(out)


def _list(text: str, begin: int, lines: Sequence[str], marks: Sequence[Mark]) -> str:
    items = []
    for line in lines:
        bullet = re.match(r"\s*(?:[-*+]|\d+\.)\s+", line)
        start = begin + (bullet.end() if bullet else 0)
        items.append(f"<li>{within(text, start, begin + len(line), marks, prefix='art')}</li>")
        begin += len(line) + 1
    return f"<ul>{''.join(items)}</ul>"


# -- what is said of a source -----------------------------------------------------------


def facts(source: Source) -> str:
    """Publisher, date and how it is known, authors, independent sources."""
    when = f"<time>{esc(day(source.published))}</time>" if source.published else "date unknown"
    how = KNOWN_FROM.get(source.published_from, "") if source.published else ""
    lines = [
        f'<b class="publisher">{esc(source.publisher or "publisher unknown")}</b> · {when}'
        + (f' <span class="how">({esc(how)})</span>' if how else "")
    ]
    if source.updated and source.updated[:10] != (source.published or "")[:10]:
        lines.append(f"updated {esc(day(source.updated))}")
    if source.authors:
        lines.append(f"by {esc(', '.join(source.authors))}")
    lines.append(esc(copies(source)))
    return "".join(f"<div>{line}</div>" for line in lines)


def copies(source: Source) -> str:
    """How many outlets carry the same text, in words; copies are one independent source."""
    story = source.story
    if story.copies <= 1:
        return "1 independent source"
    others = [p for p in story.publishers if p != source.publisher]
    also = f", also carried by {', '.join(others)}" if others else ""
    return f"1 independent source in {story.copies} copies{also}"


def original(url: str) -> str:
    """A link to the article itself, where it has an address that browsers may follow."""
    safe = link(url)
    if not safe:
        return '<span class="how">no web address</span>'
    return (
        f'<a class="out" href="{safe}" target="_blank" rel="noopener noreferrer nofollow" '
        f'referrerpolicy="no-referrer">Original ↗</a>'
    )
