"""What goes wrong between two windows, two presses and two answers, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import Reader, text

pytestmark = pytest.mark.browser
ANTHROPIC = "How much did Anthropic raise in September 2025?"
INFLECTION = "How much did Inflection AI raise from Microsoft?"
REUTERS = "What did Thomson Reuters win?"
BOX = "#question textarea"
QUESTIONS = "[...document.querySelectorAll('.turn h2')].map(e => e.innerText)"


def asked(page: Any) -> list[str]:
    """The questions of the conversation shown."""
    found: list[str] = page.evaluate(QUESTIONS)
    return found


def until(page: Any, questions: list[str]) -> None:
    """Wait until exactly these are shown, all answered."""
    shown = f"JSON.stringify({QUESTIONS}) === JSON.stringify(q)"
    tools = "document.querySelectorAll('.turn .tools').length === q.length"
    page.wait_for_function(f"q => {shown} && {tools}", arg=questions)


def answered_questions(one: Reader, *questions: str) -> Any:
    """A page with these questions answered."""
    page = one.open()
    for question in questions:
        one.ask(question)
    return page


def window(one: Reader) -> Any:
    """Another window of the same reader, at the same conversation."""
    page = one.context.new_page()
    page.set_default_timeout(15000)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(one.url)
    page.wait_for_selector("#talk .turn, #talk .welcome")
    return page


def the_same_opens_again(page: Any) -> None:
    """A second time the same export and the same article."""
    for _ in range(2):
        with page.expect_download():
            page.get_by_title("Export the conversation as JSON").click()
    page.get_by_role("tab", name="Corpus").click()
    opening = page.locator("table.articles .open").first
    for _ in range(2):
        opening.click()
        page.wait_for_selector(".sheet")
        for _ in range(12):  # the sheet is modal
            page.keyboard.press("Tab")
            assert page.evaluate("!!document.activeElement.closest('.sheet')")
        assert re.match(
            r"rgb\(255, 255, 255\)",
            page.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor"),
        )
        page.keyboard.press("Escape")
        page.wait_for_selector(".sheet", state="detached")


def test_a_citation_of_an_earlier_answer_is_shown(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = answered_questions(one, ANTHROPIC, INFLECTION)
    first = page.locator(".turn").first
    x, cite = first.get_attribute("data-x"), first.locator("a.cite").first
    cite.click()
    page.wait_for_selector(f'.panel[data-x="{x}"] blockquote.on[data-n="1"]')
    page.wait_for_function("document.activeElement.tagName === 'MARK'")
    page.emulate_media(media="print")
    for hidden in ("#side", "#composer", "#evidence", ".tools", ".top"):
        assert not page.locator(hidden).first.is_visible()
    rolled = "(e => e.scrollHeight > e.clientHeight + 1)(document.querySelector('#talk'))"
    assert not page.evaluate(rolled)
    assert page.locator(".turn h2").first.bounding_box()["y"] >= 0
    page.emulate_media(media="screen")
    the_same_opens_again(page)


def test_what_is_gone_elsewhere_does_not_empty_the_page(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = answered_questions(one, ANTHROPIC, REUTERS)
    other = window(one)
    other.wait_for_selector(".turn >> nth=1")
    other.locator("[data-act=undo]").click()
    until(other, [ANTHROPIC])
    page.locator("[data-act=retry]").last.click()  # of the question that is gone
    until(page, [ANTHROPIC])
    one.ask(INFLECTION)
    other.wait_for_timeout(800)  # no double press
    other.locator("[data-act=undo]").click()  # it shows no more than the first question
    until(other, [ANTHROPIC, INFLECTION])
    other.locator("#chats li .ghost").first.click()
    other.wait_for_selector("#talk .welcome")
    page.locator("[data-act=undo]").click()
    page.wait_for_selector("#talk .welcome")


def test_later_questions_go_only_after_a_yes(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = answered_questions(one, ANTHROPIC, REUTERS)
    page.remove_listener("dialog", one._dialog)
    said: list[str] = []
    answer = False

    def decide(dialog: Any) -> None:
        said.append(dialog.message)
        dialog.accept() if answer else dialog.dismiss()

    page.on("dialog", decide)
    page.fill(BOX, "my draft")
    page.locator("[data-act=retry]").first.click()
    page.locator(".ask").first.hover()
    page.locator("[data-act=edit]").first.click()
    assert page.input_value(BOX) == ANTHROPIC
    page.fill(BOX, INFLECTION)
    page.press(BOX, "Enter")
    page.wait_for_timeout(300)
    assert len(said) == 2
    assert asked(page) == [ANTHROPIC, REUTERS]
    page.locator("[data-act=cancel]").click()
    assert page.input_value(BOX) == "my draft"
    one.reload()
    until(page, [ANTHROPIC, REUTERS])
    answer = True
    page.locator(".ask").first.hover()
    page.locator("[data-act=edit]").first.click()
    page.fill(BOX, INFLECTION)
    page.click("#send")
    until(page, [INFLECTION])
    page.wait_for_function("document.querySelector('#question textarea').value === 'my draft'")
    assert page.locator("#editing").count() == 0
    assert page.locator("#chats li").count() == 1
    assert "Inflection" in text(page, "#chats li")


def test_a_double_press_counts_once(reader: Callable[..., Reader]) -> None:
    one = reader()
    page = one.open()
    page.fill(BOX, ANTHROPIC)
    for _ in range(3):
        page.press(BOX, "Enter")
    until(page, [ANTHROPIC])
    one.ask(REUTERS)
    one.ask(INFLECTION)
    page.locator("[data-act=undo]").dblclick()
    page.wait_for_timeout(500)
    until(page, [ANTHROPIC, REUTERS])
    x = page.locator(".turn").last.get_attribute("data-x")
    page.locator("[data-act=retry]").last.dblclick()
    page.wait_for_function(f"[...document.querySelectorAll('.turn')].at(-1).dataset.x !== '{x}'")
    until(page, [ANTHROPIC, REUTERS])
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.click("#new")
    page.wait_for_selector(".example")
    page.fill(BOX, "my draft")
    page.locator(".example").first.dblclick()
    page.wait_for_selector(".tools")
    page.wait_for_timeout(500)
    assert len(asked(page)) == 1
    assert page.locator("#chats li").count() == 2
    assert page.input_value(BOX) == "my draft"
    assert page.locator(".toast-body").all_inner_texts() == []


def test_deleting_a_chat_ends_its_answer(reader: Callable[..., Reader], service: Any) -> None:
    one = reader()
    page = one.open()
    one.answerer("Slow")
    one.ask(ANTHROPIC, wait=False)
    page.wait_for_selector(".said.growing")
    other = window(one)
    other.wait_for_selector(".said.growing")
    other.locator("#chats li .ghost").click()
    for shown in (other, page):
        shown.wait_for_selector("#talk .welcome")
        shown.wait_for_timeout(300)
        assert shown.locator("#talk .turn").count() == 0
    assert not service.room.desk._runs


def test_a_refused_retry_keeps_the_answer_and_filters_are_said(
    reader: Callable[..., Reader],
) -> None:
    one = reader()
    page = answered_questions(one, ANTHROPIC)
    x = page.locator(".turn").get_attribute("data-x")
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("From").fill("soon")
    page.get_by_label("Publishers").click()
    page.get_by_role("option", name="Harbor Business Review").click()
    page.keyboard.press("Escape")
    page.get_by_label("Latest first").check()
    page.locator("[data-act=retry]").click()
    page.wait_for_selector("text=is no date")
    page.get_by_label("From").fill("2023-01-01")
    page.get_by_role("button", name="Filters").click()
    said = "Filters: from 2023-01-01 · Harbor Business Review · latest first"
    page.wait_for_selector(f"#told >> text={said}")
    assert page.locator("#told").is_visible()
    one.reload()
    page.wait_for_selector(f"#told >> text={said}")
    page.wait_for_selector(f'.turn[data-x="{x}"] a.cite')
    one.ask("How much did Anthropic raise?")
    publishers = page.locator("#evidence .card:not(.near) .publisher").all_inner_texts()
    assert set(publishers) == {"Harbor Business Review"}
