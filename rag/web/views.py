"""The chat page's moving parts as HTML: conversation, evidence panel, list of chats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.answer import day
from rag.errors import UnknownArticle
from rag.render import (
    Mark,
    Record,
    answer_html,
    article_body,
    clip,
    copies,
    esc,
    facts,
    growing,
    in_context,
    original,
    rests_on,
)
from rag.store import Stats, Store
from rag.types import StoredArticle
from rag.web.chats import Chat, Exchange, State
from rag.web.plots import timeline
from rag.web.searched import searched

REASONS = {
    "wrong": "Wrong",
    "unsupported": "Citation doesn't support it",
    "outdated": "Outdated",
    "incomplete": "Incomplete",
    "should_abstain": "Should have said it doesn't know",
    "should_answer": "The articles do answer it",
    "other": "Other",
}


def button(act: str, text: str, *, label: str = "", kind: str = "ghost", **data: object) -> str:
    """A button that the page's script sends to the server, or handles itself."""
    attributes = "".join(f' data-{name}="{esc(value)}"' for name, value in data.items())
    # A name for those who hear the page must hold the words that others see.
    spoken = label.startswith(text) or not any(letter.isalpha() for letter in text)
    named = f' title="{esc(label)}"' if label else ""
    named += f' aria-label="{esc(label)}"' if label and spoken else ""
    return (
        f'<button type="button" class="{kind}" data-act="{act}"{attributes}{named}>'
        f"{esc(text)}</button>"
    )


# -- conversation -----------------------------------------------------------------------


def conversation(
    exchanges: Sequence[Exchange], suggestions: Sequence[str] = (), *, stage: str = ""
) -> str:
    """All exchanges; the last one with its actions and suggested follow-ups."""
    out = []
    for at, exchange in enumerate(exchanges):
        last = at == len(exchanges) - 1
        more = _follow(suggestions) if last and suggestions else ""
        out.append(_turn(exchange, at + 1, stage if last else "", last) + more)
    return f'<div class="turns" role="log" aria-label="Conversation">{"".join(out)}</div>'


def _turn(exchange: Exchange, place: int, stage: str, last: bool) -> str:
    running = bool(stage)
    edit = "" if running else button("edit", "Edit", label="Edit this question", x=exchange.id)
    return (
        f'<article class="turn" data-x="{esc(exchange.id)}" data-state="{exchange.state.value}"'
        f' aria-label="Question {place}"><div class="ask"><h2>{esc(exchange.question)}</h2>'
        f'{edit}</div><div class="reply" aria-busy="{"true" if running else "false"}">'
        f"{_reply(exchange, stage)}</div>"
        f"{'' if running else _tools(exchange, last)}</article>"
    )


def _reply(exchange: Exchange, stage: str) -> str:
    if stage:
        text = growing(exchange.text, apart=True) if exchange.text else ""
        shown = f'<div class="said growing">{text}</div>' if text else ""
        return f'{shown}<p class="stage"><span class="pulse"></span>{esc(stage)}…</p>'
    if exchange.state is State.DONE and exchange.record:
        line = f'<p class="rests">{esc(rests_on(exchange.record))}</p>'
        return answer_html(exchange.record, exchange.id) + line
    if exchange.state is State.FAILED:
        return f'<p class="failed" role="alert">{esc(exchange.text)}</p>'
    said = "Stopped." if exchange.state is State.STOPPED else "Interrupted before it was finished."
    return (
        f'<div class="said">{growing(exchange.text, apart=True)}</div><p class="rests">{said}</p>'
    )


def _tools(exchange: Exchange, last: bool) -> str:
    x = exchange.id
    out = []
    record = exchange.record
    if record:
        count = len({(c["url"], c["version"]) for c in record["citations"]})
        what = f"{count} source{'s' * (count != 1)}" if count else "What was searched"
        out.append(button("evidence", what, kind="ghost strong", x=x))
        out.append(button("copy", "Copy", label="Copy the answer", x=x))
    out.append(button("retry", "Retry", label="Answer this question again", x=x))
    if last:
        out.append(button("undo", "Undo", label="Remove this question and its answer", x=x))
    if last:
        for kind, name in (("md", "Markdown"), ("json", "JSON")):
            label = f"Export the conversation as {name}"
            out.append(button("export", f"↓ {name}", label=label, file=kind))
    if record:
        out += [_thumb(rating, exchange) for rating in ("up", "down")]
    tools = f'<div class="tools" role="group" aria-label="Actions">{"".join(out)}</div>'
    return tools + (_reasons(x) if record else "")


_THUMB = (
    '<svg viewBox="0 0 24 24" width="15" height="15" aria-hidden="true"{turn}><path d="M7 10v10H4'
    "a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1zm3 10h7.2a2 2 0 0 0 2-1.6l1.3-6.5A2 2 0 0 0 18.5 9H14l.8-4"
    'a1.8 1.8 0 0 0-3.4-1.1L9 9.6V19a1 1 0 0 0 1 1z"></path></svg>'
)


def _thumb(rating: str, exchange: Exchange) -> str:
    label = "Good answer" if rating == "up" else "Bad answer"
    on = "true" if exchange.rating == rating else "false"
    icon = _THUMB.format(turn=' class="down"' if rating == "down" else "")
    return (
        f'<button type="button" class="ghost thumb" data-act="{rating}" data-x="{esc(exchange.id)}"'
        f' aria-pressed="{on}" aria-label="{label}" title="{label}">{icon}</button>'
    )


def _reasons(x: str) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" value="{key}"> {esc(text)}</label>'
        for key, text in REASONS.items()
    )
    return (
        f'<form class="reasons" data-x="{esc(x)}" hidden><p>What is wrong?</p>{boxes}'
        '<label class="wide">What would be right? <input type="text" maxlength="1000"></label>'
        f"{button('reasons', 'Send', kind='solid', x=x)}</form>"
    )


def _follow(suggestions: Sequence[str]) -> str:
    buttons = "".join(button("ask", s, kind="chip", q=s) for s in suggestions)
    return f'<div class="follow" aria-label="Suggested questions">{buttons}</div>'


def header() -> str:
    """The bar at the top."""
    return (
        '<header class="top">'
        f"{button('side', '☰', label='Your chats')}"
        '<a class="brand" href="/">citewire</a>'
        f"{button('theme', '◐', label='Switch between light and dark')}</header>"
    )


def failed(message: str) -> str:
    """An error for people."""
    return f'<p class="failed" role="alert">{esc(message)}</p>'


def reading(store: Store, url: str) -> str:
    """An article over the page."""
    try:
        version = store.article(url).source.version
    except UnknownArticle as error:
        return failed(str(error))
    return (
        '<div class="sheet" role="dialog" aria-modal="true" aria-label="Article" tabindex="-1">'
        f"{button('shut', '×', label='Close')}{whole_article(None, store, '', url, version)}</div>"
    )


def welcome(stats: Stats) -> str:
    """What an empty conversation shows."""
    if not stats.articles:
        return (
            '<div class="welcome"><h1>There are no articles yet</h1><p>Add some on the '
            "<b>Corpus</b> page, or on the command line with <code>citewire-ingest demo</code> "
            "or <code>citewire-ingest add PATH-OR-URL</code>.</p></div>"
        )
    return (
        '<div class="welcome"><h1>What do you want to know?</h1>'
        f"<p>Answers come from {stats.articles:,} articles of {len(stats.publishers)} publishers, "
        "and every sentence shows the exact passage it rests on.</p>"
        "</div>"
    )


def examples(questions: Sequence[str]) -> str:
    """Example questions as buttons."""
    chips = "".join(button("ask", q, kind="example", q=q) for q in questions)
    return f'<div class="examples" role="group" aria-label="Example questions">{chips}</div>'


def as_of(stats: Stats, today: str) -> str:
    """The line that is always there: today, how far the articles go."""
    if not stats.articles:
        return '<p class="asof">No articles are stored.</p>'
    newest = f"newest article {esc(day(stats.newest))}" if stats.newest else "no dated article"
    return (
        f'<p class="asof">As of {esc(day(today))} · {newest} · '
        f"{number(stats.articles, 'article', 'articles')}, "
        f"{number(stats.stories, 'independent story', 'independent stories')}</p>"
    )


def number(count: int, one: str, many: str) -> str:
    """How many there are, in words that agree with it: "1 article", "2,300 articles"."""
    return f"{count:,} {one if count == 1 else many}"


def chat_list(chats: Sequence[Chat], current: str | None) -> str:
    """The reader's conversations, newest first."""
    if not chats:
        return '<p class="none">Your chats will be listed here.</p>'
    rows = []
    for chat in chats:
        here = ' aria-current="true"' if chat.id == current else ""
        rows.append(
            f"<li{here}>{button('open', chat.title, kind='open', chat=chat.id)}"
            f"{button('delete', '×', label=f'Delete the chat {chat.title}', chat=chat.id)}</li>"
        )
    return f"<ul>{''.join(rows)}</ul>"


# -- evidence ---------------------------------------------------------------------------


def evidence(record: Record | None, store: Store, id: str, *, latest: bool = False) -> str:
    """The sources of an answer, or what an abstention searched."""
    if record is None:
        return '<div class="panel"><p class="none">Sources appear here with the answer.</p></div>'
    if record["citations"]:
        return _sources(record, store, id, latest)
    near = _nearest(record, store, id, "Nearest articles")
    return (
        f'<div class="panel" data-x="{esc(id)}"><h2>No source answers this</h2>'
        f"{searched(record, store)}{near}</div>"
    )


def _sources(record: Record, store: Store, id: str, latest: bool) -> str:
    groups: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for citation in record["citations"]:
        groups.setdefault((citation["url"], citation["version"]), []).append(citation)
    ordered = list(groups.values())
    if latest:
        ordered.sort(key=lambda group: group[0]["published"] or "", reverse=True)
    stored = {key: _stored(store, *key) for key in groups}
    stories = {s.source.story.id if s else key for key, s in stored.items()}
    cards = "".join(_card(g, stored[g[0]["url"], g[0]["version"]], id) for g in ordered)
    many = f"{len(groups)} article{'s' * (len(groups) != 1)}"
    if len(stories) == len(groups):
        said = f"{many}, all independent" if len(groups) > 1 else many
    else:
        said = f"{many}, {len(stories)} independent"
    rest = _nearest(record, store, id, "Also read, not cited")
    return (
        f'<div class="panel" data-x="{esc(id)}"><h2>Sources</h2><p class="sum">{said}</p>'
        f"{timeline(record['citations'])}{cards}"
        f"<details class='rest'><summary>Also read, not cited</summary>{rest}</details></div>"
    )


def _stored(store: Store, url: str, version: int) -> StoredArticle | None:
    try:
        return store.article(url, version)
    except UnknownArticle:
        return None


def _card(citations: Sequence[dict[str, Any]], stored: StoredArticle | None, id: str) -> str:
    first = citations[0]
    quotes = []
    for c in citations:
        n = int(c["n"])
        if stored is None or stored.text[c["start"] : c["end"]] != c["quote"]:
            body = f'<mark id="src-{n}" data-n="{n}" tabindex="-1">{esc(c["quote"])}</mark>'
        else:
            body = in_context(stored.text, Mark(n, c["start"], c["end"]))
        quotes.append(f'<blockquote data-n="{n}"><span class="n">[{n}]</span> {body}</blockquote>')
    if stored is None:
        about = f'<div><b class="publisher">{esc(first["publisher"] or "publisher unknown")}</b> · '
        about += f"{esc(day(first['published']) or 'date unknown')}</div>"
        about += "<div>This article has been removed since.</div>"
        links = ""
    else:
        about = facts(stored.source)
        whole = button(
            "article", "Read the whole article", x=id, url=first["url"], version=first["version"]
        )
        links = f'<div class="links">{original(first["url"])}{whole}</div>'
    ns = " ".join(str(c["n"]) for c in citations)
    return (
        f'<section class="card" data-ns="{ns}" aria-label="Source {ns}"><h3>{esc(first["title"])}'
        f'</h3><div class="facts">{about}</div>{"".join(quotes)}{links}</section>'
    )


def _nearest(record: Record, store: Store, id: str, heading: str, count: int = 5) -> str:
    cited = {c["url"] for c in record["citations"]}
    seen: dict[str, str] = {}
    for hit in record["hits"]:
        url = hit["url"]
        if url in seen or url in cited or len(seen) >= count:
            continue
        who = (
            f"{hit['publisher'] or 'publisher unknown'} · {day(hit['published']) or 'date unknown'}"
        )
        stored = _stored(store, url, hit["version"])
        also = f"<div>{esc(copies(stored.source))}</div>" if stored else ""
        whole = button("article", "Read the whole article", x=id, url=url, version=hit["version"])
        seen[url] = (
            f'<section class="card near"><h3>{esc(hit["title"])}</h3><div class="facts">'
            f"<div>{esc(who)}</div>{also}</div><blockquote>{esc(clip(hit['text'], 280))}"
            f'</blockquote><div class="links">{original(url)}{whole}</div></section>'
        )
    if not seen:
        return '<p class="none">No other article came near.</p>'
    head = f"<h3 class='near'>{esc(heading)}</h3>" if not cited else ""
    return head + "".join(seen.values())


def whole_article(record: Record | None, store: Store, id: str, url: str, version: int) -> str:
    """An article in full, with every span of it that the answer cites highlighted."""
    stored = _stored(store, url, version)
    if stored is None:
        return f'<div class="panel"><p class="none">{esc(url)} is no longer stored.</p></div>'
    cited = record["citations"] if record else []
    marks = [
        Mark(int(c["n"]), c["start"], c["end"])
        for c in cited
        if c["url"] == url and c["version"] == version
    ]
    old = ""
    if version < stored.versions:
        old = f'<p class="sum">This is version {version} of {stored.versions}.</p>'
    back = button("evidence", "← Back to the sources", x=id) if record else ""
    return (
        f'<div class="panel whole" data-article="{esc(url)}" tabindex="-1">{back}'
        f"<h2>{esc(stored.source.title)}</h2>"
        f'<div class="facts">{facts(stored.source)}</div>{old}<div class="links">{original(url)}'
        f'</div><div class="text">{article_body(stored.text, marks)}</div></div>'
    )
