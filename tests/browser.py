"""A reader in a real browser, for the page's tests and the pictures of the README."""

from __future__ import annotations

import re
import shutil
from typing import Any

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


def text(page: Any, selector: str) -> str:
    """The text of the last element that matches, without word joiners."""
    return str(page.locator(selector).last.inner_text()).replace("\u2060", "")
