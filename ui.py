"""``citewire-chat``: the chat in the browser. Layout and events only.

What is shown is made by :mod:`rag.render` and :mod:`rag.web`; answers by the newsroom.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rag import cli
from rag.errors import CitewireError
from rag.feedback import Verdict
from rag.settings import Settings
from rag.types import DoneEvent, StageEvent
from rag.web import pages, views
from rag.web.chats import Chats
from rag.web.desk import PER_MINUTE, Desk, Gone, Run, Wish, allowed
from rag.web.guard import COOKIE
from rag.web.intake import REFRESH, Intake
from rag.web.request import filters_of
from rag.web.room import Room, Shown, named, wish_of
from rag.web.serve import HEAD, Users, application, reader
from rag.web.tabs import OWN, PLAIN, SIDE_BY_SIDE, BriefingTab, CorpusTab, Update, warn

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

    from rag.newsroom import Newsroom
    from rag.store import Store

SEND_ACTION = "window.citewireSend = (data) => trigger('click', data);"
QUOTING = "Quotations, no model"


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    return cli.run(_chat, arguments)


def _chat(arguments: Sequence[str]) -> int:
    parser = cli.Parser(prog="citewire-chat", description="The chat in the browser.")
    cli.add_home(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to serve at")
    parser.add_argument("--port", type=int, default=7860, help="port to serve at")
    parser.add_argument("--read-only", action="store_true", help="nobody adds or removes articles")
    parser.add_argument("--mcp", action="store_true", help="also serve as an MCP server, at /mcp")
    parser.add_argument("--per-minute", type=int, default=PER_MINUTE, help="questions of a reader")
    options = parser.parse_args(arguments)
    from rag.web import serve, tools

    per_minute = allowed(options.per_minute)
    if options.mcp:
        tools.check()
    users = Users.parse(os.environ.get("CITEWIRE_LOGIN"))
    serve.log_as_json()
    serve.check_free(options.host, options.port)
    settings, editable = cli.settings_of(options), not options.read_only
    room = open_room(settings, per_minute=per_minute, editable=editable)
    where = f"http://{'127.0.0.1' if options.host == '0.0.0.0' else options.host}:{options.port}"  # noqa: S104
    try:
        app = serving(room, users, mcp=options.mcp)
        serve.server(app, room.desk, options.host, options.port, lambda: _ready(room, where)).run()
    finally:
        room.close()
    return cli.DONE


def _ready(room: Room, where: str) -> None:
    print(f"citewire is ready: {where}", flush=True)
    if not room.store.stats().articles:
        cli.complain(
            f"{room.home} holds no articles yet: add some on the page, or run citewire-ingest demo"
        )


def open_room(
    settings: Settings,
    newsroom: Newsroom | None = None,
    *,
    per_minute: int = PER_MINUTE,
    editable: bool = True,
    clock: Callable[[], datetime] = datetime.now,
) -> Room:
    """Everything the page works with, warmed up.

    :param newsroom: one already open; by default the one that the settings name
    :raises CitewireError: where the data directory or the model can't be used
    """
    from rag.newsroom import Newsroom, make_answerer, open_newsroom

    newsroom = newsroom or open_newsroom(settings, clock=lambda: clock().date())
    store = newsroom.store
    newsrooms = {settings.llm or QUOTING: newsroom}
    if settings.llm:
        quoting = make_answerer(replace(settings, llm=None), store.encoder)
        newsrooms[QUOTING] = Newsroom(store, newsroom.retriever, quoting)
    desk = Desk(newsrooms, Chats(settings.home / "chats.sqlite"), per_minute=per_minute)
    intake = Intake(settings.home, lambda *work: add_articles(store, *work)) if editable else None
    room = Room(desk, settings.home, intake, clock=clock)
    room.warm()
    return room


def add_articles(
    store: Store, targets: Sequence[str], progress: Callable[[Any], None], stop: threading.Event
) -> dict[str, Any]:
    """Store the articles behind addresses and files, or those of the feeds; the run report."""
    if targets == [REFRESH]:
        from ingest.sources import load
        from ingest.sync import sync

        return sync(store, load(), progress=progress, stop=stop).record()
    from ingest.inputs import read
    from ingest.pipeline import ingest

    home = store.settings.home
    articles = (named(article, home) for target in targets for article in read(target))
    return ingest(store, articles, progress=progress, stop=stop).record()


def serving(room: Room, users: Users, *, mcp: bool = False) -> FastAPI:
    """The whole application: the service with the page mounted at its root."""
    from rag.web import tools

    _load_gradio()
    app = application(room.desk, users, time.time())
    if mcp:
        tools.serve(app, room.desk, users)
    gr.mount_gradio_app(
        app,
        Page(room, login=bool(users)).blocks,
        path="/",
        auth=users.check if users else None,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
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

    def __init__(self, room: Room, *, login: bool = False) -> None:
        self.room, self.desk, self.store = room, room.desk, room.store
        self.blocks = gr.Blocks(
            title="citewire", analytics_enabled=False, fill_width=True, fill_height=True
        )
        with self.blocks:
            gr.HTML(views.header(), elem_id="top", **PLAIN)
            self.bridge = gr.HTML("", js_on_load=SEND_ACTION, elem_id="bridge", visible="hidden")
            self.reading = gr.HTML("", elem_id="reading", **PLAIN)
            self.file = gr.JSON(visible=False)
            with gr.Tabs(elem_id="pages", selected="chat") as self.tabs:
                with gr.Tab("Chat", id="chat"):
                    self._chat_page()
                with gr.Tab("Briefing", id="briefing"):
                    self.briefing = BriefingTab(room)
                with gr.Tab("Corpus", id="corpus") as self.corpus_tab:
                    self.corpus = CorpusTab(room, self._about)
                with gr.Tab("Settings", id="settings"):
                    self._settings_page(login)
            # Before the page's own events: the first to ask for a name gets it.
            gr.api(self.api, api_name="ask", concurrency_limit=4)  # type: ignore[attr-defined]
            self._events()

    # -- layout ---------------------------------------------------------------------

    def _chat_page(self) -> None:
        # Not a gr.State: for that each tab holds a connection, and a browser opens six in all.
        self.chat = gr.Textbox(None, visible=False)
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="side", min_width=0):
                self.new = gr.Button("New chat", elem_id="new")
                self.chats = gr.HTML("", elem_id="chats", **PLAIN)
            with gr.Column(elem_id="middle", min_width=0):
                self.talk = gr.HTML("", elem_id="talk", **PLAIN)
                self.examples = gr.HTML("", elem_id="examples", **PLAIN)
                with gr.Group(elem_id="composer"):
                    with gr.Row(elem_id="ask-row"):
                        self.box = gr.Textbox(
                            elem_id="question",
                            label="Question",
                            show_label=False,
                            placeholder="Ask about the news…",
                            max_lines=6,
                            autofocus=True,
                            container=False,
                            scale=1,
                        )
                        self.send = gr.Button("Ask", elem_id="send", variant="primary", scale=0)
                        self.stop = gr.Button("Stop", elem_id="stop", scale=0)
                    with gr.Accordion("Filters", open=False, elem_id="filters"), gr.Row():
                        self.since = gr.Textbox(label="From", placeholder="2025-01-01")
                        self.until = gr.Textbox(label="To", placeholder="2025-12-31")
                        self.publishers = gr.Dropdown(label="Publishers", multiselect=True, scale=2)
                        self.latest = gr.Checkbox(label="Latest first")
                self.line = gr.HTML("", elem_id="asof", **PLAIN)
            with gr.Column(elem_id="evidence-column", min_width=0):
                self.panel = gr.HTML("", elem_id="evidence", **PLAIN)

    def _settings_page(self, login: bool) -> None:
        names = list(self.desk.newsrooms)
        with gr.Column(elem_classes="page"):
            gr.HTML("<h2>Settings</h2>", **PLAIN)
            self.answerer = gr.Radio(names, value=names[0], label="Answers are written by")
            gr.HTML(pages.settings(names, login=login, per_minute=self.desk.per_minute), **PLAIN)

    def _events(self) -> None:
        wishes: list[Any] = [self.since, self.until, self.publishers, self.latest, self.answerer]
        shown = [self.chat, self.talk, self.panel, self.chats, self.box]
        about = [self.line, self.publishers, self.briefing.month]
        for asking in (self.box.submit, self.send.click):
            asking(self.ask, [self.box, self.chat, *wishes], shown, **SIDE_BY_SIDE)
        more = [self.tabs, self.reading, self.file, self.corpus.totals, self.corpus.listing, *about]
        self.bridge.click(self.act, [self.chat, *wishes], [*shown, *more], **SIDE_BY_SIDE)
        self.file.change(None, [self.file], None, js="(file) => window.citewireDownload(file)")
        told = "(...now) => { window.citewireFilters(...now.slice(0, 4)); }"
        for wish in wishes[:4]:
            wish.change(None, wishes[:4], None, js=told)
        self.stop.click(self.halt, [self.chat], None, queue=False, **OWN)
        self.new.click(self.start, [], shown, queue=False, **OWN)
        opened = [*shown, *about, self.examples, self.answerer]
        self.blocks.load(self.load, None, opened, **SIDE_BY_SIDE)
        self.blocks.load(None, None, wishes[:4], js="() => window.citewireKept()")
        self.answerer.input(self.choose, [self.answerer], None, queue=False, **OWN)
        self.briefing.listen()
        self.corpus.listen(self.corpus_tab, about)

    # -- conversation ---------------------------------------------------------------

    def load(self, request: gr.Request) -> Iterator[Update]:
        """A page was opened: the reader's last conversation, and a run still at work."""
        user = who(request)
        yield {**self._about(), self.answerer: gr.update(value=self.desk.answerer(user))}
        yield from self._current(request, self.room.last(user))
        yield {self.examples: views.examples(self.room.examples(wait=20))}

    def ask(
        self, request: gr.Request, question: str, chat: str | None, *wishes: Any
    ) -> Iterator[Update]:
        """The reader asked."""
        yield from self._ask(request, chat, wishes, {"q": question}, {self.box: ""})

    def _ask(
        self,
        request: gr.Request,
        chat: str | None,
        wishes: Sequence[Any],
        asked: Update,
        taken: Update,
    ) -> Iterator[Update]:
        """Begin and follow an answer.

        :param asked: ``q``, or ``instead`` and ``last`` of :meth:`Desk.ask`, or all
        :param taken: what else to show once the question is accepted
        """
        question, instead, last = (asked.get(k) and str(asked[k]) for k in ("q", "instead", "last"))
        try:
            wish = wish_of(*wishes)
            run = self.desk.ask(who(request), chat, question, wish, instead=instead, last=last)
        except CitewireError as error:
            warn(error)
            # A handler that yields nothing would empty the page.
            yield {self.talk: gr.skip()}
            if isinstance(error, Gone):
                yield from self._current(request, chat)
            return
        yield from self._follow(request, run, taken, latest=wish.latest)

    def act(
        self, request: gr.Request, event: gr.EventData, chat: str | None, *wishes: Any
    ) -> Iterator[Update]:
        """A button of ours was used; ``event`` holds its ``data-`` attributes."""
        user, data = who(request), dict(event._data or {})
        act, x, other = str(data.get("act")), str(data.get("x", "")), str(data.get("chat"))
        if act in ("ask", "about", "retry"):
            if act == "about":
                yield {self.tabs: gr.update(selected="chat")}
            yield from self._ask(request, chat, wishes, data, {})
        elif act == "undo":
            try:
                self.desk.cut(user, chat, x, data.get("last"))
            except Gone as error:
                warn(error)
            yield from self._current(request, chat)
        elif act == "open":
            yield from self._current(request, other)
        elif act == "delete":
            self.desk.delete(user, other)
            if chat == other:
                yield from self._current(request, None)
            else:
                yield {self.chats: self.room.listed(user, chat)}
        elif act == "remove":
            yield self.corpus.remove(str(data.get("url")))
        else:
            yield self._look(user, chat, data, latest=bool(wishes[3]))

    def _look(self, user: str, chat: str | None, data: Update, *, latest: bool) -> Update:
        """The actions that only show something, or keep a verdict."""
        act, x, url = str(data.get("act")), str(data.get("x", "")), str(data.get("url", ""))
        if act == "evidence":
            return {self.panel: self.room.panel(user, chat, x, latest=latest)}
        if act == "article":
            return {self.panel: self.room.article(user, chat, x, url, int(data["version"]))}
        if act == "read":
            return {self.reading: self.room.reading(url)}
        if act == "export":
            return {self.file: self.room.exported(user, chat, str(data.get("file")))}
        if act in ("up", "down") and chat:
            reasons = tuple(r for r in data.get("reasons", ()) if r in views.REASONS)
            verdict = Verdict(act == "up", reasons, str(data.get("comment", "")))
            if self.room.rate(user, chat, x, verdict):
                gr.Info("Thank you: kept with the question for later checks.", duration=3)
                return self._shown(self.room.show(user, chat, latest=latest), panel=False)
        return {self.talk: gr.skip()}

    def halt(self, chat: str | None, request: gr.Request) -> None:
        """Stop the answer that is being written."""
        self.desk.stop(who(request), chat)

    def choose(self, answerer: str, request: gr.Request) -> None:
        """The reader chose who answers."""
        self.desk.chats.choose(who(request), answerer)

    def start(self, request: gr.Request) -> Update:
        """A new conversation."""
        self.room.turn(str(request.session_hash))
        return self._shown(self.room.show(who(request), None))

    def _current(self, request: gr.Request, chat: str | None) -> Iterator[Update]:
        """The page shows a conversation as it is now, and follows a run at work in it."""
        self.room.turn(str(request.session_hash))
        run = self.desk.running(who(request), chat)  # first, else its end could be missed
        yield self._shown(self.room.show(who(request), chat))
        if run:
            yield from self._follow(request, run, {})

    def _follow(
        self, request: gr.Request, run: Run, first: Update, *, latest: bool = False
    ) -> Iterator[Update]:
        """Show a run until it is over or the page turns to another conversation.

        :param first: what else to show at once
        """
        still = self.room.turn(str(request.session_hash))
        first = {self.chat: run.chat, **first}
        for talk in self.room.growing(run, still):
            yield {**first, self.talk: talk}
            first = {}
        if still():  # it may be over before anything of it was shown
            yield first | self._shown(self.room.show(run.user, run.chat, latest=latest))
        # Gradio repeats the last update at the end, when a new chat may have been opened.
        yield {self.talk: gr.skip()}

    def _shown(self, shown: Shown, *, panel: bool = True) -> Update:
        return {
            self.chat: shown.chat,
            self.talk: shown.talk,
            self.chats: shown.chats,
            **({self.panel: shown.panel} if panel else {}),
        }

    def _about(self) -> Update:
        """What depends on the articles: the as-of line and the filters' choices."""
        stats = self.store.stats()
        return {
            self.line: views.as_of(stats, self.room.today.isoformat()),
            self.publishers: gr.update(choices=list(stats.publishers)),
            self.briefing.month: self.briefing.months(),
        }

    # -- scripts --------------------------------------------------------------------

    def api(
        self, request: gr.Request, question: str, since: str = "", until: str = ""
    ) -> Iterator[dict[str, Any]]:
        """Answer a question from the stored news articles, every sentence cited.

        Args:
            question: what to ask
            since: only articles from this day on (YYYY-MM-DD), or empty
            until: only articles up to this day (YYYY-MM-DD), or empty
        """
        try:
            self.desk.limiter.take(who(request))
            wish = Wish(filters_of(since, until, [], ("since", "until")))
            for event in self.desk.events(question, (), wish):
                if isinstance(event, DoneEvent):
                    yield event.answer.record()
                elif not isinstance(event, StageEvent):
                    yield {"answer": event.text}
        except CitewireError as error:
            raise gr.Error(str(error), print_exception=False) from None


def who(request: gr.Request) -> str:
    """Whose conversations a request may see."""
    client = request.client.host if request.client else ""
    return reader(request.cookies.get(COOKIE), request.username, client)


if __name__ == "__main__":
    sys.exit(main())
