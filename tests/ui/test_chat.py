"""The conversation and its evidence, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ui
from eval.dataset import read_questions
from rag.feedback import FILE
from tests.browser import Reader, text

pytestmark = pytest.mark.browser
AMAZON = "How many corporate jobs is Amazon cutting, and what does it expect to save?"


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
    page.click("#stop")
    page.wait_for_selector(".tools")
    assert "word5" in text(page, ".said")
    assert "Stopped" in text(page, ".rests")
    assert page.locator("#send").is_visible()
    one.answerer(ui.QUOTING)
    one.ask("What did Thomson Reuters win?")
    assert page.locator(".turn").count() == 2


def test_an_answer_outlives_its_page(reader: Callable[..., Reader]) -> None:
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
    page.get_by_role("tab", name="Settings").click()
    assert page.get_by_label("Slow").is_checked()


def test_a_reader_may_have_many_tabs_open(reader: Callable[..., Reader]) -> None:
    """A browser opens six connections to a server: tabs at rest must not hold any."""
    one = reader()
    one.open()
    for _ in range(7):
        one.page = one.context.new_page()
        one.page.set_default_timeout(15000)
        one.open()
    one.ask(AMAZON)
    assert one.page.locator("a.cite").count() >= 1


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
    assert page.input_value("#question textarea").startswith("How much did Anthropic")
    page.fill("#question textarea", "How much did Mistral AI raise in December 2023?")
    page.press("#question textarea", "Enter")
    page.wait_for_function("document.querySelector('.turn h2').innerText.includes('Mistral')")
    page.wait_for_selector(".tools")
    assert page.locator(".turn").count() == 1
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
    one.ask("How many corporate jobs is Amazon cutting?")
    dots = page.locator("svg.timeline .dot")
    assert dots.count() >= 2
    n = dots.last.get_attribute("data-n")
    dots.last.click()
    page.wait_for_selector(f'blockquote.on[data-n="{n}"]')
    dots.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f'blockquote.on[data-n="{dots.first.get_attribute("data-n")}"]')


def test_thumbs_become_questions_of_the_evaluation(
    reader: Callable[..., Reader], service: Any
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
