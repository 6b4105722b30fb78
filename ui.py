"""``citewire-chat``: the chat in the browser. Layout and events only.

What is shown is made by :mod:`rag.render` and :mod:`rag.web`; answers by the newsroom.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from rag import cli
from rag.errors import CitewireError
from rag.render import esc
from rag.web import views
from rag.web.chats import Chats
from rag.web.desk import Desk, Run, Wish
from rag.web.serve import COOKIE, Users, application, filters_of, reader

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

Update = dict[Any, Any]
HEAD = (
    '<link rel="stylesheet" href="/citewire/app.css">'
    '<script defer src="/citewire/app.js"></script>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
)
PLAIN: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}
SEND_ACTION = "window.citewireSend = (data) => trigger('click', data);"


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    return cli.run(_chat, arguments)


def _chat(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="citewire-chat", description="The chat in the browser.")
    cli.add_home(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to serve at")
    parser.add_argument("--port", type=int, default=7860, help="port to serve at")
    options = parser.parse_args(arguments)
    settings = cli.settings_of(options)
    users = Users.parse(os.environ.get("CITEWIRE_LOGIN"))
    from rag.newsroom import open_newsroom
    from rag.web.serve import run

    newsroom = open_newsroom(settings)
    desk = Desk(
        {newsroom.answerer.__class__.__name__: newsroom}, Chats(settings.home / "chats.sqlite")
    )
    if not newsroom.store.stats().articles:
        cli.complain(
            f"{settings.home} holds no articles yet: add some on the page, or run "
            "citewire-ingest demo"
        )
    newsroom.store.encoder.encode(["warm"])
    where = f"http://{options.host}:{options.port}"
    app = serving(desk, users)
    run(app, desk, options.host, options.port, lambda: print(f"citewire: {where}", flush=True))
    desk.chats.close()
    newsroom.close()
    return cli.DONE


def serving(desk: Desk, users: Users) -> FastAPI:
    """The whole application: the service with the page mounted at its root."""
    _load_gradio()
    app = application(desk, users, time.time())
    plain = gr.themes.Base(
        font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
    )
    gr.mount_gradio_app(
        app,
        Page(desk).blocks,
        path="/",
        auth=users.check if users else None,
        theme=plain,
        head=HEAD,
        footer_links=[],
        show_error=True,
        ssr_mode=False,
        max_file_size="64mb",
    )
    return app


def _load_gradio() -> None:
    """Import Gradio (3 s) only when there is something to serve.

    It goes to this module's globals because Gradio looks up the handlers' annotations there.
    """
    global gr
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr


class Page:
    """The Gradio Blocks and the handlers of their events."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.store = desk.newsroom().store
        with gr.Blocks(
            title="citewire", analytics_enabled=False, fill_width=True, fill_height=True
        ) as self.blocks:
            gr.HTML(
                '<header class="top"><a class="brand" href="/">citewire</a>'
                "<span>cited answers from AI-industry news</span>"
                + views.button("side", "☰", label="Your chats")
                + views.button("theme", "◐", label="Switch between light and dark")
                + "</header>",
                elem_id="top",
                **PLAIN,
            )
            self.bridge = gr.HTML(
                "",
                js_on_load=SEND_ACTION,
                elem_id="bridge",
                visible="hidden",
                apply_default_css=False,
            )
            with gr.Tabs(elem_id="pages"), gr.Tab("Chat", id="chat"):
                self._chat_page()
            self._events()

    def _chat_page(self) -> None:
        self.chat = gr.State(None)
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="side", min_width=0):
                self.new = gr.Button("New chat", elem_id="new")
                self.chats = gr.HTML("", elem_id="chats", **PLAIN)
            with gr.Column(elem_id="middle", min_width=0):
                self.talk = gr.HTML("", elem_id="talk", **PLAIN)
                with gr.Group(elem_id="composer"):
                    with gr.Row(elem_id="ask-row"):
                        self.box = gr.Textbox(
                            elem_id="question",
                            label="Question",
                            show_label=False,
                            placeholder="Ask about the news…",
                            max_lines=6,
                            max_length=4000,
                            autofocus=True,
                            container=False,
                            scale=1,
                        )
                        self.send = gr.Button("Ask", elem_id="send", variant="primary", scale=0)
                        self.stop = gr.Button("Stop", elem_id="stop", visible=False, scale=0)
                    with gr.Accordion("Filters", open=False, elem_id="filters"), gr.Row():
                        self.since = gr.Textbox(label="From", placeholder="2025-01-01")
                        self.until = gr.Textbox(label="To", placeholder="2025-12-31")
                        self.publishers = gr.Dropdown(label="Publishers", multiselect=True)
                        self.latest = gr.Checkbox(label="Latest first")
                self.line = gr.HTML("", elem_id="asof", **PLAIN)
            with gr.Column(elem_id="evidence-column", min_width=0):
                self.panel = gr.HTML("", elem_id="evidence", **PLAIN)

    def _events(self) -> None:
        wishes = [self.since, self.until, self.publishers, self.latest]
        shown = [self.chat, self.talk, self.panel, self.chats, self.box, self.send, self.stop]
        own: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        asking = {**own, "concurrency_limit": None, "trigger_mode": "multiple"}
        for event in (self.box.submit, self.send.click):
            event(self.ask, [self.box, self.chat, *wishes], shown, **asking)
        self.bridge.click(self.act, [self.chat, *wishes], shown, **asking)
        self.stop.click(self.halt, [self.chat], None, queue=False, **own)
        self.new.click(self.start, [], shown, queue=False, **own)
        self.blocks.load(self.load, None, [*shown, self.line, self.publishers], **asking)

    # -- handlers -------------------------------------------------------------------

    def load(self, request: gr.Request) -> Iterator[Update]:
        """A page was opened: the reader's last conversation, and a run still at work."""
        user = who(request)
        stats = self.store.stats()
        mine = self.desk.chats.chats(user)
        chat = mine[0].id if mine else None
        yield {
            **self._show(user, chat),
            self.line: views.as_of(stats, date.today().isoformat()),
            self.publishers: gr.update(choices=list(stats.publishers)),
        }
        running = self.desk.running(user, chat)
        if running:
            yield from self._follow(running)

    def ask(
        self, request: gr.Request, question: str, chat: str | None, *wishes: Any
    ) -> Iterator[Update]:
        """The reader asked."""
        user = who(request)
        run = self._begin(user, chat, question, wishes)
        if run is None:
            yield {self.box: question}
        else:
            yield from self._follow(run)

    def act(
        self, request: gr.Request, event: gr.EventData, chat: str | None, *wishes: Any
    ) -> Iterator[Update]:
        """A button inside the conversation, the panel or the list of chats was used."""
        user, data = who(request), dict(event._data or {})
        act, x = str(data.get("act")), str(data.get("x", ""))
        if act == "ask":
            yield from self.ask(request, str(data.get("q", "")), chat, *wishes)
        elif act in ("retry", "undo", "edit") and chat:
            question = self.desk.chats.cut(user, chat, x)
            if question is None:
                return
            if act == "retry":
                yield from self.ask(request, question, chat, *wishes)
            else:
                yield {**self._show(user, chat), self.box: question if act == "edit" else ""}
        elif act == "open":
            other = str(data.get("chat"))
            yield self._show(user, other)
            running = self.desk.running(user, other)
            if running:
                yield from self._follow(running)
        elif act == "delete":
            self.desk.chats.delete(user, str(data.get("chat")))
            kept = chat if chat != data.get("chat") else None
            yield self._show(user, kept)
        elif act == "evidence":
            yield {self.panel: self._evidence(user, chat, x, bool(wishes[3]))}
        elif act == "article":
            record = self._record(user, chat, x)
            url, version = str(data.get("url")), int(data.get("version", 1))
            yield {self.panel: views.whole_article(record, self.store, x, url, version)}

    def halt(self, chat: str | None, request: gr.Request) -> None:
        """Stop the answer that is being written."""
        self.desk.stop(who(request), chat)

    def start(self, request: gr.Request) -> Update:
        """A new conversation."""
        return self._show(who(request), None)

    # -- what the handlers share ----------------------------------------------------

    def _begin(
        self, user: str, chat: str | None, question: str, wishes: Sequence[Any]
    ) -> Run | None:
        since, until, publishers, latest = wishes
        try:
            wish = Wish(filters_of(since, until, publishers or []), bool(latest))
            return self.desk.ask(user, chat, question, wish)
        except CitewireError as error:
            gr.Warning(esc(error))
            return None

    def _follow(self, run: Run) -> Iterator[Update]:
        """Show a run until it is over."""
        earlier = self.desk.chats.exchanges(run.user, run.chat)[:-1]
        first: Update = {
            self.chat: run.chat,
            self.box: "",
            self.send: gr.update(visible=False),
            self.stop: gr.update(visible=True),
        }
        for _ in run.watch():
            if run.over:
                break
            talk = views.conversation([*earlier, run.exchange], stage=run.stage)
            yield {**first, self.talk: talk}
            first = {}
        yield self._show(run.user, run.chat)

    def _show(self, user: str, chat: str | None) -> Update:
        """Everything of a conversation at rest."""
        exchanges = self.desk.chats.exchanges(user, chat) if chat else []
        if not exchanges:
            chat = None
        talk = views.conversation(exchanges) if exchanges else views.welcome(self.store.stats(), ())
        last = exchanges[-1] if exchanges else None
        return {
            self.chat: chat,
            self.talk: talk,
            self.panel: views.evidence(
                last.record if last else None, self.store, last.id if last else ""
            ),
            self.chats: views.chat_list(self.desk.chats.chats(user), chat),
            self.send: gr.update(visible=True),
            self.stop: gr.update(visible=False),
        }

    def _record(self, user: str, chat: str | None, x: str) -> dict[str, Any] | None:
        found = self.desk.chats.exchanges(user, chat) if chat else []
        return next((e.record for e in found if e.id == x), None)

    def _evidence(self, user: str, chat: str | None, x: str, latest: bool) -> str:
        return views.evidence(self._record(user, chat, x), self.store, x, latest=latest)


def who(request: gr.Request) -> str:
    """Whose conversations a request may see."""
    client = request.client.host if request.client else ""
    return reader(request.cookies.get(COOKIE), request.username, client)


if __name__ == "__main__":
    sys.exit(main())
