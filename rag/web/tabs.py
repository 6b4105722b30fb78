"""The briefing and corpus pages: their layout and events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rag.errors import CitewireError
from rag.render import esc
from rag.web import briefing, pages, views
from rag.web.intake import Intake, Job
from rag.web.room import Room

Update = dict[Any, Any]
PLAIN: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}
OWN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
LAST: dict[str, Any] = {**OWN, "concurrency_limit": None, "trigger_mode": "always_last"}
SIDE_BY_SIDE: dict[str, Any] = {**OWN, "concurrency_limit": None, "trigger_mode": "multiple"}


def warn(error: CitewireError) -> None:
    """Show an error as a notice; its words can't become markup."""
    import gradio as gr

    gr.Warning(esc(error))


class BriefingTab:
    """What happened in a month, story by story."""

    def __init__(self, room: Room) -> None:
        import gradio as gr

        self._room = room
        with gr.Column(elem_classes="page"):
            gr.HTML("<h2>What happened?</h2>", **PLAIN)
            with gr.Row(elem_classes="inputs"):
                self.subject = gr.Textbox(
                    label="Subject", placeholder="AI chips; empty for everything", scale=3
                )
                self.month = gr.Dropdown(label="Month", elem_id="month", scale=1)
                self.go = gr.Button(
                    "Brief me", variant="primary", elem_id="brief", scale=0, min_width=120
                )
            self.stories = gr.HTML("", elem_id="stories", **PLAIN)

    def listen(self) -> None:
        """Attach the events."""
        for asked in (self.go.click, self.subject.submit):
            asked(self.brief, [self.subject, self.month], self.stories, **OWN)

    def months(self) -> Any:
        """The months that can be chosen, newest first; the newest is chosen."""
        import gradio as gr

        months = self._months()
        return gr.update(choices=months, value=months[0] if months else None)

    def _months(self) -> list[str]:
        return list(reversed(self._room.store.stats().months))

    def brief(self, subject: str, month: str | None) -> str:
        """The stories of a month; of the newest where none is chosen."""
        month = month or next(iter(self._months()), None)
        if not month:
            return pages.briefing((), subject, "any month")
        since, until = briefing.month(month)
        items = briefing.brief(self._room.desk.newsroom(), subject[:300], since, until)
        return pages.briefing(items, subject[:300], since.strftime("%B %Y"))


class CorpusTab:
    """What is stored; adding, refreshing and removing.

    :param about: updates of what else on the page depends on the articles
    """

    def __init__(self, room: Room, about: Callable[[], Update]) -> None:
        import gradio as gr

        self._room, self._about = room, about
        self._others: list[Any] = []
        with gr.Column(elem_classes="page"):
            gr.HTML("<h2>What is indexed</h2>", **PLAIN)
            with gr.Row(elem_classes="inputs", visible=room.intake is not None):
                self.address = gr.Textbox(
                    label="Add an article or a feed",
                    placeholder="https://…",
                    elem_id="address",
                    scale=2,
                )
                self.files = gr.File(
                    label="or files: .txt .md .html .pdf .jsonl .jsonl.gz",
                    file_count="multiple",
                    elem_id="files",
                    height=96,
                    scale=2,
                )
                with gr.Column(scale=1, min_width=130):
                    self.add = gr.Button("Add", variant="primary", elem_id="add")
                    self.refresh = gr.Button("Refresh feeds now", elem_id="refresh")
                    self.halt = gr.Button("Stop adding", visible=False)
            self.job = gr.HTML("", elem_id="job", **PLAIN)
            self.totals = gr.HTML("", elem_id="corpus", **PLAIN)
            self.match = gr.Textbox(label="Find an article", elem_id="match")
            self.listing = gr.HTML("", elem_id="listing", **PLAIN)

    def listen(self, tab: Any, others: list[Any]) -> None:
        """Attach the events.

        :param others: the components that ``about`` updates
        """
        import gradio as gr

        self._others = others
        outputs = [self.job, self.halt, self.totals]
        adding = [*outputs, self.address, self.files]
        # What depends on the articles is made by events of its own: they alone see what the
        # reader has typed and chosen meanwhile.
        depends: Any = (self.shown, others, others)
        listed: Any = (self.listed, self.match, self.listing)
        given = [self.address, self.files]
        for job in (
            self.add.click(self.added, given, adding, **SIDE_BY_SIDE),
            self.address.submit(self.added, given, adding, **SIDE_BY_SIDE),
            self.refresh.click(self.refreshed, None, adding, **SIDE_BY_SIDE),
        ):
            job.then(*depends, **SIDE_BY_SIDE).then(*listed, **LAST)
        self.halt.click(self.halted, None, None, queue=False, **OWN)
        tab.select(self.opened, None, outputs, **SIDE_BY_SIDE)
        tab.select(*depends, **SIDE_BY_SIDE)
        self.totals.change(*depends, **SIDE_BY_SIDE)
        # One event, so that the list of an earlier filter can't come after that of a later one.
        gr.on([tab.select, self.totals.change, self.match.change], *listed, **LAST)

    def opened(self) -> Iterator[Update]:
        """The page was opened; a job at work, or taken up after a kill, is followed."""
        yield self._counted()
        job = self._room.intake.job if self._room.intake else None
        if job and (job.again or not job.over.is_set()):
            yield from self._follow(job)

    def added(self, address: str, files: list[str] | None) -> Iterator[Update]:
        """The reader adds addresses or files."""
        yield from self._begin(lambda intake: intake.add(address or "", files or ()))

    def refreshed(self) -> Iterator[Update]:
        """The reader wants the feeds fetched now."""
        yield from self._begin(lambda intake: intake.refresh())

    def halted(self) -> None:
        """The reader stops the job; what was read stays."""
        if self._room.intake and self._room.intake.job:
            self._room.intake.job.stop.set()

    def remove(self, url: str) -> Update:
        """Forget an article."""
        if self._room.intake is not None:
            try:
                with self._room.store.writer() as writer:
                    writer.remove(url)
            except CitewireError as error:
                warn(error)
        return self._counted()

    def listed(self, match: str) -> str:
        """Articles that match."""
        found = self._room.store.sources(pages.LISTED, 0, match.strip()[:200] or None)
        return pages.listing(found, editable=self._room.intake is not None)

    def shown(self, *held: Any) -> Update:
        """What else depends on the articles.

        :param held: what those others hold: it stays where it can still be chosen
        """
        values = dict(zip(self._others, held, strict=True))
        return {other: _kept(new, values.get(other)) for other, new in self._about().items()}

    def _counted(self) -> Update:
        """The totals; a change of theirs renews what :meth:`shown` gives."""
        return {self.totals: pages.corpus(self._room.store.stats())}

    def _begin(self, begin: Callable[[Intake], Job]) -> Iterator[Update]:
        if self._room.intake is None:
            return
        try:
            job = begin(self._room.intake)
        except CitewireError as error:
            warn(error)
            yield {self.job: views.failed(str(error))}
            return
        yield from self._follow(job)
        if not job.error:
            yield {self.address: "", self.files: None}

    def _follow(self, job: Job) -> Iterator[Update]:
        import gradio as gr

        while not job.over.wait(0.3):
            yield {self.job: pages.job(job), self.halt: gr.update(visible=True)}
        yield {self.job: pages.job(job), self.halt: gr.update(visible=False), **self._counted()}


def _kept(update: Any, value: Any) -> Any:
    """An update of choices without its value, where the value held is still one of them."""
    if isinstance(update, dict) and value is not None and value in update.get("choices", ()):
        return {key: new for key, new in update.items() if key != "value"}
    return update
