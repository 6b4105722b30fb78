"""``make screenshots``: the pictures of the README, taken from the real page."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.browser import CHROMIUM, FLAGS

FOLDER = Path(__file__).parents[1] / ".github" / "images"
PORT = 7899
URL = f"http://127.0.0.1:{PORT}"
AMAZON = "How many corporate jobs is Amazon cutting, and what does it expect to save?"
DISPUTED = "How much will Meta pay for its stake in Scale AI?"
SPREAD = "What is OpenAI's valuation?"
UNKNOWN = "Who won the 1998 curling championship of Fiji?"


@contextmanager
def served(home: Path) -> Iterator[None]:
    """The chat over the demo articles, in a process of its own."""
    python = sys.executable
    subprocess.run([python, "-m", "ingest", "--home", str(home), "demo"], check=True)
    process = subprocess.Popen(
        [python, "ui.py", "--home", str(home), "--port", str(PORT)],
        cwd=Path(__file__).parents[1],
    )
    try:
        for _ in range(240):
            try:
                urlopen(f"{URL}/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        yield
    finally:
        process.terminate()
        process.wait(20)


def window(browser: Any, *, phone: bool = False, dark: bool = False) -> Any:
    """A page in a new reader's browser."""
    size = {"width": 390, "height": 844} if phone else {"width": 1360, "height": 860}
    context = browser.new_context(
        viewport=size,
        color_scheme="dark" if dark else "light",
        device_scale_factor=2 if phone else 1,
    )
    page = context.new_page()
    page.goto(URL)
    page.wait_for_selector("#talk .welcome")
    return page


def ask(page: Any, question: str) -> None:
    """Ask and wait for the answer."""
    count = page.locator(".turn .tools").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function(
        "n => document.querySelectorAll('.turn .tools').length === n", arg=count + 1
    )
    page.wait_for_timeout(400)


def save(page: Any, name: str) -> None:
    """Write a picture of the page as it stands."""
    page.wait_for_timeout(500)
    page.screenshot(path=FOLDER / f"{name}.png")
    print(FOLDER / f"{name}.png")


def cite(page: Any, words: str) -> None:
    """Open the citation of the sentence that holds the words, or the first one."""
    sentence = page.locator(".said p", has_text=words)
    (sentence if sentence.count() else page.locator(".said")).first.locator("a.cite").first.click()
    page.mouse.move(4, 4)


def take(browser: Any) -> None:
    """All pictures."""
    for name, dark in (("chat", False), ("chat-dark", True)):
        page = window(browser, dark=dark)
        ask(page, AMAZON)
        cite(page, "14,000")
        save(page, name)
    page.get_by_text("Read the whole article").first.click()
    save(page, "article")
    page = window(browser, phone=True)
    ask(page, AMAZON)
    save(page, "phone")
    cite(page, "14,000")
    save(page, "phone-source")
    for name, question in (
        ("abstention", UNKNOWN),
        ("disagreement", DISPUTED),
        ("timeline", SPREAD),
    ):
        page = window(browser)
        ask(page, question)
        save(page, name)
    page.get_by_role("tab", name="Briefing").click()
    page.get_by_role("combobox", name="Month").click()
    page.get_by_role("option", name="2025-10").click()
    page.locator("#brief").click()
    page.wait_for_selector("ol.briefing")
    save(page, "briefing")
    page.get_by_role("tab", name="Corpus").click()
    page.wait_for_selector("svg.months")
    save(page, "corpus")


def main() -> int:
    """Serve, look, save; 1 where there is no browser."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        print("no chromium is installed: install it and run make screenshots again")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        take(browser)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
