"""The chat in a real browser: one server, one browser, a new reader for every test."""

from __future__ import annotations

import json
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

import ui
from eval.dataset import read_questions
from ingest.documents import read_path
from ingest.pipeline import ingest
from rag.answer import Draft, Evidence, assemble
from rag.embedding import Encoder
from rag.feedback import FILE
from rag.newsroom import Newsroom, open_newsroom
from rag.settings import Settings
from rag.types import Article, DoneEvent, Event, Hit, Origin, Query, Status, TextEvent, Turn
from rag.web.room import Room
from rag.web.serve import Users, server

pytestmark = pytest.mark.browser

DEMO = Path(__file__).parents[1] / "ingest" / "demo"
AMAZON = "How many corporate jobs is Amazon cutting, and what does it expect to save?"
PAYLOAD = (
    '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    "${window.hacked=1}{{#each [1]}}{{{this}}}{{/each}}[x](javascript:window.hacked=1)"
    '<svg/onload=window.hacked=1>" onmouseover="window.hacked=1" \''
)
CHROMIUM = next(
    (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Slow:
    """Answers a word at a time, as a model does."""

    def answer(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn] = ()
    ) -> Iterator[Event]:
        """Three hundred words in thirty seconds."""
        for count in range(1, 301):
            yield TextEvent(" ".join(f"word{n}" for n in range(count)) + ".", ())
            time.sleep(0.1)
        yield DoneEvent(assemble(query, [_draft("Slow.", hits)], hits))


class Hostile:
    """Answers with markup, as a model that was talked into it might."""

    def answer(
        self, query: Query, hits: Sequence[Hit], history: Sequence[Turn] = ()
    ) -> Iterator[Event]:
        """One sentence of each standing."""
        drafts = [
            Draft(f"{status} {PAYLOAD}", _draft("", hits).evidence, 0.5, status)
            for status in (Status.SUPPORTED, Status.DISPUTED, Status.SUPERSEDED, Status.UNSUPPORTED)
        ]
        answer = assemble(query, drafts, hits)
        yield TextEvent(answer.text, answer.citations)
        yield DoneEvent(answer)


def _draft(text: str, hits: Sequence[Hit]) -> Draft:
    passage = hits[0].passage
    return Draft(text, (Evidence(passage, passage.start, passage.end),))


class Service:
    """A served room that can be stopped and started at the same address."""

    def __init__(self, home: Path, encoder: Encoder, users: str | None = None) -> None:
        self.home, self._encoder, self._users = home, encoder, Users.parse(users)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> Service:
        settings = Settings(home=self.home)
        self.room = ui.open_room(
            settings, open_newsroom(settings, encoder=self._encoder), per_minute=500
        )
        main = self.room.desk.newsroom()
        for answerer in (Slow(), Hostile()):
            name = type(answerer).__name__
            self.room.desk.newsrooms[name] = Newsroom(main.store, main.retriever, answerer)
        ready = threading.Event()
        app = ui.serving(self.room, self._users)
        self._server = server(app, self.room.desk, "127.0.0.1", self.port, ready.set)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        assert ready.wait(30)
        return self

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self.room.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """A data directory with the demo articles and a hostile one."""
    home = tmp_path_factory.mktemp("ui") / "home"
    newsroom = open_newsroom(Settings(home=home), encoder=encoder)
    hostile = Article(
        url='https://evil.example.com/"><script>window.hacked=1</script>',
        title=f"Zorblax quarterly {PAYLOAD}",
        text=f"The company Zorblax sold 77 flumoxes in spring {PAYLOAD}.\n\nZorblax {PAYLOAD} end.",
        publisher=f"Evil {PAYLOAD}",
        authors=(PAYLOAD,),
        published="2025-04-01",
        published_from=Origin.FILE,
    )
    ingest(newsroom.store, [*read_path(DEMO), hostile])
    newsroom.close()
    return home


@pytest.fixture(scope="session")
def service(filled: Path, encoder: Encoder) -> Iterator[Service]:
    """The one server that most tests share."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    running = Service(filled, encoder).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Reader:
    """One reader's browser window; notes whatever goes wrong in it."""

    def __init__(self, browser: Any, url: str, **options: Any) -> None:
        options.setdefault("viewport", {"width": 1360, "height": 860})
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.url, self.wrong = url, []  # type: str, list[str]
        self.page.set_default_timeout(15000)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        if dialog.type != "confirm":
            self.wrong.append(f"dialog {dialog.message}")
        dialog.accept()

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.wrong.append(f"console: {message.text}")

    def _request(self, request: Any) -> None:
        if not re.match(r"(http://127\.0\.0\.1[:/]|data:|blob:)", request.url):
            self.wrong.append(f"request to {request.url}")

    def open(self) -> Any:
        self.page.goto(self.url)
        self.page.wait_for_selector("#talk .welcome, #talk .turn")
        return self.page

    def reload(self) -> None:
        """Load the page again; a stream that this cuts off is no error."""
        self.page.reload()
        self.wrong = [w for w in self.wrong if not re.search("AbortError|errored out", w)]

    def ask(self, question: str, *, wait: bool = True) -> None:
        count = self.page.locator(".turn").count()
        self.page.fill("#question textarea", question)
        self.page.press("#question textarea", "Enter")
        if wait:
            self.page.wait_for_function(
                "n => { const t = document.querySelectorAll('.turn');"
                " return t.length === n && t[n - 1].querySelector('.tools') }",
                arg=count + 1,
            )

    def answerer(self, name: str) -> None:
        self.page.get_by_role("tab", name="Settings").click()
        self.page.get_by_label(name).check()
        self.page.get_by_role("tab", name="Chat").click()


@pytest.fixture
def reader(chromium: Any, service: Service) -> Iterator[Callable[..., Reader]]:
    """Makes readers; at the end nothing may have gone wrong in any of their windows."""
    made: list[Reader] = []

    def make(**options: Any) -> Reader:
        made.append(Reader(chromium, options.pop("url", service.url), **options))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
        assert one.wrong == []


def text(page: Any, selector: str) -> str:
    """The text of the last element that matches, without word joiners."""
    return str(page.locator(selector).last.inner_text()).replace("\u2060", "")


def test_answer_shows_its_cited_passage(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    one.ask(AMAZON)
    assert "14,000" in text(page, ".said")
    page.locator("p", has_text="14,000").locator("a.cite").first.hover()
    assert "14,000" in text(page, "#preview .quote")
    page.locator("p", has_text="14,000").locator("a.cite").first.click()
    page.wait_for_selector("blockquote.on mark")
    assert "14,000" in text(page, "blockquote.on mark")
    facts = text(page, ".card.on .facts")
    assert "October 2025" in facts
    assert "given with the article" in facts
    assert "independent source" in facts
    out = page.locator(".card.on a.out")
    assert "noopener" in out.get_attribute("rel")
    assert out.get_attribute("href").startswith("https://")
    page.locator(".card.on").get_by_text("Read the whole article").click()
    page.wait_for_selector(".panel.whole")
    assert "14,000" in " ".join(page.locator(".panel.whole mark").all_inner_texts())
    assert page.locator(".panel.whole h4").count() >= 1
    assert "newest article" in text(page, "#asof")


def test_abstention_shows_what_was_searched(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    one.ask("Who won the 1998 curling championship of Fiji?")
    assert page.locator("a.cite").count() == 0
    assert page.locator(".said.abstained").count() == 1
    assert "Searched 131 articles" in text(page, "#evidence .sum")
    assert page.locator("#evidence .card.near").count() >= 1


def test_stop_keeps_what_was_written(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    one.answerer("Slow")
    one.ask(AMAZON, wait=False)
    page.wait_for_function("document.querySelector('.said.growing')?.innerText.includes('word5')")
    assert page.locator(".stage").count() == 1
    assert not page.locator("#send").is_visible()
    began = time.monotonic()
    page.click("#stop")
    page.wait_for_selector(".tools")
    assert time.monotonic() - began < 3
    assert "word5" in text(page, ".said")
    assert "Stopped" in text(page, ".rests")
    assert page.locator("#send").is_visible()
    one.answerer(ui.QUOTING)
    one.ask("What did Thomson Reuters win?")
    assert page.locator(".turn").count() == 2


def test_an_answer_outlives_its_page(reader: Callable[..., Reader], service: Service) -> None:
    one = reader()
    page = one.open()
    one.answerer("Slow")
    one.ask(AMAZON, wait=False)
    page.wait_for_selector(".said.growing")
    one.reload()
    page.wait_for_selector(".said.growing")
    page.wait_for_function("document.querySelector('.said.growing')?.innerText.includes('word9')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".tools")


def test_another_conversation_is_not_written_over(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    one.answerer("Slow")
    one.ask(AMAZON, wait=False)
    page.wait_for_selector(".said.growing")
    page.get_by_role("button", name="New chat").click()
    page.wait_for_selector("#talk .welcome")
    page.wait_for_timeout(600)
    assert page.locator("#talk .welcome").count() == 1
    assert page.locator("#send").is_visible()
    page.locator("#chats .open").click()
    page.wait_for_selector(".said.growing")
    page.click("#stop")
    page.wait_for_selector(".tools")


def test_conversation_can_be_followed_up_changed_and_reloaded(
    reader: Callable[..., Reader],
) -> None:
    one = reader()
    page = one.open()
    one.ask("How much did Anthropic raise in September 2025?")
    one.ask("Who led the round?")
    assert "Anthropic" in " ".join(page.locator("#evidence .card:not(.near) h3").all_inner_texts())
    one.reload()
    page.wait_for_selector(".turn >> nth=1")
    assert text(page, ".turn h2") == "Who led the round?"
    assert page.locator("#chats li").count() == 1
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("document.querySelectorAll('.turn').length === 1")
    page.get_by_title("Edit this question").click()
    page.wait_for_selector("#talk .welcome")
    assert page.input_value("#question textarea").startswith("How much did Anthropic")
    one.ask("How much did Mistral AI raise in December 2023?")
    before = page.locator(".turn").get_attribute("data-x")
    page.get_by_title("Answer this question again").click()
    page.wait_for_function(f"document.querySelector('.turn').dataset.x !== '{before}'")
    page.wait_for_selector(".tools")
    assert page.locator("a.cite").count() >= 1
    page.get_by_role("button", name="New chat").click()
    page.wait_for_selector("#talk .welcome")
    one.ask("What did Thomson Reuters win?")
    page.wait_for_function("document.querySelectorAll('#chats li').length === 2")
    page.locator("#chats .open", has_text="Mistral").click()
    page.wait_for_function("document.querySelector('.turn h2').innerText.includes('Mistral')")
    page.locator("#chats li[aria-current]").get_by_text("×").click()
    page.wait_for_function("document.querySelectorAll('#chats li').length === 1")


def test_suggestions_can_be_asked(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    page.wait_for_selector(".example")
    assert page.locator(".example").count() >= 3
    page.locator(".example").first.click()
    page.wait_for_selector(".tools")
    assert page.locator("a.cite").count() >= 1
    page.locator(".follow .chip").first.click()
    page.wait_for_function("document.querySelectorAll('.turn .tools').length === 2")


def test_filters_change_the_sources(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("From").fill("2023-01-01")
    page.get_by_label("To", exact=True).fill("2023-12-31")
    one.ask("How much did Mistral AI raise?")
    days = page.locator("#evidence .facts time").all_inner_texts()
    assert days
    assert all(day.endswith("2023") for day in days)
    page.get_by_label("From").fill("soon")
    one.ask("How much did Mistral AI raise?", wait=False)
    page.wait_for_selector("text=is no date")
    page.get_by_label("From").fill("")
    page.get_by_label("To", exact=True).fill("")
    page.get_by_label("Publishers").click()
    page.get_by_role("option", name="Harbor Business Review").click()
    page.keyboard.press("Escape")
    page.get_by_label("Latest first").check()
    one.ask("How much did Anthropic raise?")
    publishers = page.locator("#evidence .card:not(.near) .publisher").all_inner_texts()
    assert set(publishers) == {"Harbor Business Review"}


def test_timeline_opens_the_source(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    one.ask("How much did Anthropic raise and when?")
    dots = page.locator("svg.timeline .dot")
    assert dots.count() >= 2
    n = dots.last.get_attribute("data-n")
    dots.last.click()
    page.wait_for_selector(f'blockquote.on[data-n="{n}"]')
    dots.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f'blockquote.on[data-n="{dots.first.get_attribute("data-n")}"]')


def test_a_file_can_be_added_asked_about_and_removed(
    reader: Callable[..., Reader], tmp_path: Path
) -> None:
    note = tmp_path / "quibblecorp.md"
    note.write_text(
        "---\nurl: https://quibble.example.com/robots\ntitle: Quibblecorp opens a robot bakery\n"
        'published: "2025-12-20"\npublisher: Bread News\n---\n\nQuibblecorp opened a robot bakery '
        "in Ghent on Saturday, December 20. It bakes 4,321 loaves a day, the company said. The "
        "bakery cost 9 million euros and employs three people who look after the ovens.\n",
        encoding="utf-8",
    )
    one = reader()
    page = one.open()
    page.get_by_role("tab", name="Corpus").click()
    page.wait_for_selector("svg.months")
    assert page.locator("table.shares tr").count() >= 8
    page.set_input_files("#files input[type=file]", str(note))
    page.wait_for_selector("text=quibblecorp.md")
    page.locator("#add").click()
    page.wait_for_selector("#job >> text=1 added")
    page.get_by_role("tab", name="Chat").click()
    one.ask("How many loaves does the Quibblecorp bakery bake a day?")
    assert "4,321" in text(page, ".said")
    page.get_by_role("tab", name="Corpus").click()
    page.get_by_label("Find an article").fill("Quibblecorp")
    page.wait_for_function("document.querySelectorAll('table.articles tbody tr').length === 1")
    page.locator("table.articles .open").click()
    page.wait_for_selector(".sheet >> text=robot bakery")
    page.keyboard.press("Escape")
    assert page.locator(".sheet").count() == 0
    page.get_by_role("button", name="Remove Quibblecorp").click()
    page.wait_for_function("!document.querySelector('#listing').innerText.includes('Quibble')")
    page.get_by_label("Add an article or a feed").fill("/etc/passwd")
    page.locator("#add").click()
    page.wait_for_selector("#job >> text=no web address")


def test_thumbs_become_questions_of_the_evaluation(
    reader: Callable[..., Reader], service: Service
) -> None:
    one = reader()
    page = one.open()
    one.ask("How much did Inflection AI raise from Microsoft?")
    page.get_by_label("Good answer").click()
    page.wait_for_selector('[data-act=up][aria-pressed="true"]')
    page.get_by_label("Bad answer").click()
    page.get_by_label("Outdated").check()
    page.get_by_label("What would be right?").fill("1.3 billion dollars")
    page.get_by_role("button", name="Send").click()
    page.wait_for_selector('[data-act=down][aria-pressed="true"]')
    questions, problems = read_questions(service.home / FILE)
    assert [str(p) for p in problems] == []
    assert {q.question for q in questions} == {"How much did Inflection AI raise from Microsoft?"}
    rows = [json.loads(line) for line in (service.home / FILE).read_text("utf-8").splitlines()]
    assert len(rows) == 1
    assert rows[-1]["answer"] == "1.3 billion dollars"
    assert rows[-1]["feedback"]["reasons"] == ["outdated"]
    assert len(rows[-1]["feedback"]["hits"]) >= 10


def test_export(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    one.ask("How much did Inflection AI raise from Microsoft?")
    with page.expect_download() as download:
        page.get_by_title("Export the conversation as Markdown").click()
    markdown = Path(download.value.path()).read_text("utf-8")
    assert download.value.suggested_filename.endswith(".md")
    assert "[^1]: Inflection AI raises" in markdown
    assert "<https://" in markdown
    with page.expect_download() as download:
        page.get_by_title("Export the conversation as JSON").click()
    record = json.loads(Path(download.value.path()).read_text("utf-8"))[0]
    assert record["citations"][0]["quote"]


def test_readers_do_not_see_each_other(reader: Callable[..., Reader]) -> None:
    one, two = reader(), reader()
    one.open()
    one.ask("What did Thomson Reuters win?")
    page = two.open()
    assert page.locator("#talk .welcome").count() == 1
    assert page.locator("#chats li").count() == 0
    cookie = one.context.cookies()[0]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"


def test_nothing_hostile_executes(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    one.ask("How many flumoxes did Zorblax sell?")
    assert "77" in text(page, ".said")
    assert "<script>" in text(page, "#evidence h3 >> nth=0")
    assert page.locator("#evidence .card >> nth=0").locator("a.out").count() == 0
    page.locator("a.cite").first.hover()
    page.get_by_text("Read the whole article").first.click()
    page.wait_for_selector(".panel.whole")
    one.ask(f"Zorblax {PAYLOAD}")
    one.answerer("Hostile")
    one.ask(f"How many flumoxes did Zorblax sell? {PAYLOAD}")
    assert page.locator(".claim.disputed").count() == 1
    assert page.locator(".claim.superseded").count() == 1
    assert page.locator(".claim.unsupported s").count() == 1
    assert "Disputed" in text(page, ".flag.disputed")
    one.reload()
    page.wait_for_selector(".turn")
    page.get_by_role("tab", name="Corpus").click()
    page.get_by_label("Find an article").fill("Zorblax")
    page.wait_for_function("document.querySelectorAll('table.articles tbody tr').length === 1")
    page.locator("table.articles .open").click()
    page.wait_for_selector(".sheet")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Briefing").click()
    page.get_by_label("Subject").fill("Zorblax flumoxes")
    page.get_by_role("combobox", name="Month").click()
    page.get_by_role("option", name="2025-04").click()
    page.locator("#brief").click()
    page.wait_for_selector("ol.briefing >> text=Zorblax")
    time.sleep(0.3)
    assert page.evaluate("window.hacked") is None
    made = "#talk img, #talk script, #evidence img, #stories img, #listing img, #chats img"
    assert page.locator(made).count() == 0
    assert page.locator("[onerror], [onload], [onmouseover]").count() == 0


def test_briefing_groups_by_story(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    page.get_by_role("tab", name="Briefing").click()
    page.get_by_label("Subject").fill("Amazon job cuts")
    page.get_by_role("combobox", name="Month").click()
    page.get_by_role("option", name="2025-10").click()
    page.locator("#brief").click()
    page.wait_for_selector("ol.briefing > li")
    first = page.locator("ol.briefing > li", has_text="14,000").first.inner_text()
    assert "independent source" in first
    assert "Harbor Business Review" in first
    page.locator("ol.briefing").get_by_text("Ask about this").first.click()
    page.wait_for_selector(".tools")


def test_phone(reader: Callable[..., Reader]) -> None:
    one = reader(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = one.open()
    one.ask("How much did Inflection AI raise from Microsoft?")
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(wide)
    assert page.locator("#send").is_visible()
    assert not page.locator("#evidence").is_visible()
    page.locator("a.cite").first.click()
    page.wait_for_selector("blockquote.on mark")
    assert page.locator("#evidence").is_visible()
    assert page.evaluate(wide)
    page.get_by_label("Close the sources").click()
    assert not page.locator("#evidence").is_visible()
    page.get_by_label("Your chats").click()
    assert page.locator("#chats li").is_visible()


def test_keyboard_alone_reaches_a_source(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type("How much did Inflection AI raise from Microsoft?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".tools")
    page.locator("a.cite").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName === 'MARK'")
    assert page.locator("#announce").inner_text() == "Answer ready"
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, a[href], input, textarea, [role=button]')]"
        ".filter(e => e.offsetParent && !(e.textContent || e.getAttribute('aria-label') ||"
        " e.labels?.length || e.title || e.placeholder)).map(e => e.outerHTML.slice(0, 200))"
    )
    assert unnamed == []


def test_scripts_can_stream_with_the_client(service: Service) -> None:
    from gradio_client import Client

    client = Client(service.url, verbose=False)
    assert list(client.view_api(return_format="dict")["named_endpoints"]) == ["/ask"]
    job = client.submit("What did Thomson Reuters win?", since="2025-01-01", api_name="/ask")
    last = list(job)[-1]
    assert last["citations"][0]["quote"]
    with pytest.raises(Exception, match="no date"):
        client.predict("What?", since="soon", api_name="/ask")


def test_login(filled: Path, encoder: Encoder, chromium: Any, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    service = Service(home, encoder, "ann:secret-1,bob:secret-2").start()
    try:
        assert httpx.get(f"{service.url}/config").status_code == 401
        ask = {"question": "What did Thomson Reuters win?"}
        assert httpx.post(f"{service.url}/api/ask", json=ask).status_code == 401
        good = httpx.post(f"{service.url}/api/ask", json=ask, auth=("bob", "secret-2"), timeout=30)
        assert good.json()["citations"]
        one = Reader(chromium, service.url)
        one.page.goto(service.url)
        one.page.get_by_label("username").fill("ann")
        one.page.get_by_label("password").fill("wrong")
        one.page.get_by_role("button", name="Login").click()
        one.page.wait_for_selector("text=Incorrect")
        one.page.get_by_label("username").fill("ann")
        one.page.get_by_label("password").fill("secret-1")
        one.page.get_by_role("button", name="Login").click()
        one.page.wait_for_selector("#talk .welcome")
        one.ask("What did Thomson Reuters win?")
        assert service.room.desk.chats.chats("login:ann")
        one.context.close()
    finally:
        service.stop()


def test_page_comes_back_after_a_restart(
    filled: Path, encoder: Encoder, chromium: Any, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    service = Service(home, encoder).start()
    one = Reader(chromium, service.url)
    page = one.open()
    one.ask("What did Thomson Reuters win?")
    one.answerer("Slow")
    one.ask(AMAZON, wait=False)
    page.wait_for_selector(".said.growing")
    _forget(service.room)
    service.stop()
    page.wait_for_selector("#lost:not([hidden])")
    service.start()
    try:
        page.wait_for_selector("text=Interrupted before it was finished.", timeout=20000)
        assert page.locator(".turn").count() == 2
        assert page.locator("a.cite").count() >= 1
        page.get_by_title("Answer this question again").last.click()
        page.wait_for_function("document.querySelectorAll('.turn .rests').length === 2")
    finally:
        one.context.close()
        service.stop()


def _forget(room: Room) -> None:
    """Drop the runs as a killed process does: nothing is written at the end."""
    for run in list(room.desk._runs.values()):
        run.stop.set()
        run.over = True
    room.desk._runs.clear()
