"""The other pages, scripts, login and what must not happen, in a real browser."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser import Reader, text

pytestmark = pytest.mark.browser


def test_a_file_can_be_added_asked_about_and_removed(
    reader: Callable[..., Reader], tmp_path: Path
) -> None:
    note = tmp_path / "quibblecorp.md"
    note.write_text(
        "---\ntitle: Quibblecorp opens a robot bakery\n"
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
    page.wait_for_selector("#files [aria-label='quibblecorp.md']")
    page.locator("#add").click()
    page.wait_for_selector("#job >> text=1 added")
    page.get_by_role("tab", name="Chat").click()
    one.ask("How many loaves does the Quibblecorp bakery bake a day?")
    assert "4,321" in text(page, ".said")
    page.get_by_role("tab", name="Corpus").click()
    page.get_by_label("Find an article").fill("Quibblecorp")
    page.wait_for_function("document.querySelectorAll('table.articles tbody tr').length === 1")
    opening = page.locator("table.articles .open")
    assert opening.get_attribute("data-url") == "upload:quibblecorp.md"  # no folder of the server
    opening.click()
    page.wait_for_selector(".sheet >> text=robot bakery")
    page.keyboard.press("Escape")
    assert page.locator(".sheet").count() == 0
    page.get_by_role("button", name="Remove Quibblecorp").click()
    page.wait_for_function("!document.querySelector('#listing').innerText.includes('Quibble')")
    page.get_by_label("Add an article or a feed").fill("/etc/passwd")
    page.locator("#add").click()
    page.wait_for_selector("#job >> text=no web address")


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


def test_nothing_hostile_executes(reader: Callable[..., Reader], payload: str) -> None:
    one = reader()
    page = one.open()
    one.ask("How many flumoxes did Zorblax sell?")
    assert "77" in text(page, ".said")
    assert "<script>" in text(page, "#evidence h3 >> nth=0")
    assert page.locator("#evidence .card >> nth=0").locator("a.out").count() == 0
    page.locator("a.cite").first.hover()
    page.get_by_text("Read the whole article").first.click()
    page.wait_for_selector(".panel.whole")
    one.ask(f"Zorblax {payload}")
    one.answerer("Hostile")
    one.ask(f"How many flumoxes did Zorblax sell? {payload}")
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


def test_scripts_can_stream_with_the_client(service: Any) -> None:
    from gradio_client import Client

    client = Client(service.url, verbose=False)
    assert list(client.view_api(return_format="dict")["named_endpoints"]) == ["/ask"]
    job = client.submit("What did Thomson Reuters win?", since="2025-01-01", api_name="/ask")
    last = list(job)[-1]
    assert last["citations"][0]["quote"]
    with pytest.raises(Exception, match="no date"):
        client.predict("What?", since="soon", api_name="/ask")


def test_login(filled: Path, serving: Callable[..., Any], chromium: Any, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    service = serving(home, "ann:secret-1,bob:secret-2")
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


def test_page_comes_back_after_a_restart(
    filled: Path, serving: Callable[..., Any], chromium: Any, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    service = serving(home)
    one = Reader(chromium, service.url)
    page = one.open()
    one.ask("What did Thomson Reuters win?")
    one.answerer("Slow")
    one.ask("How much did Anthropic raise in September 2025?", wait=False)
    page.wait_for_function("document.querySelector('.growing')?.innerText.includes('word15')")
    for run in list(service.room.desk._runs.values()):  # as a killed process: no end is written
        run.stop.set()
        run.over = True
    service.room.desk._runs.clear()
    service.stop()
    page.wait_for_selector("#lost:not([hidden])")
    page.fill("#question textarea", "half a quest")
    service.start()
    page.wait_for_selector("text=Interrupted before it was finished.", timeout=20000)
    assert page.locator(".turn").count() == 2
    assert page.locator("a.cite").count() >= 1
    assert "word5" in text(page, ".said")  # stored while it grew
    page.wait_for_function("document.querySelector('#question textarea').value === 'half a quest'")
    page.get_by_title("Answer this question again").last.click()
    page.wait_for_selector(".said.growing")
    one.context.close()
