"""What a reader has typed and chosen stays when articles come and go, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import Reader

pytestmark = pytest.mark.browser

ROWS = "document.querySelectorAll('table.articles tbody tr').length"


def note(folder: Path, name: str, place: str) -> str:
    folder.mkdir()
    (folder / name).write_text(
        f"---\ntitle: Vexoplan opens an office in {place}\n"
        f'published: "2025-11-20"\npublisher: Desk News\n---\n\nVexoplan opened an office in '
        f"{place} on Thursday. It rents two floors of a house near the station, the company said, "
        f"and seeks forty people who know {place} well and can begin before the winter.\n",
        encoding="utf-8",
    )
    return str(folder / name)


def test_the_list_and_the_month_stay_as_chosen(
    reader: Callable[..., Reader], tmp_path: Path
) -> None:
    one = reader()
    page = one.open()
    page.get_by_role("tab", name="Briefing").click()
    month = page.get_by_role("combobox", name="Month")
    newest = month.input_value()
    month.click()
    page.get_by_role("option", name="2025-04").click()
    page.get_by_role("tab", name="Corpus").click()
    page.wait_for_function(f"{ROWS} === 50")
    page.get_by_label("Find an article").fill("vexoplan")
    page.wait_for_function(f"{ROWS} === 0")

    # Two files of one name are two articles, listed without a further word.
    page.set_input_files("#files input[type=file]", note(tmp_path / "a", "notes.md", "Ghent"))
    page.wait_for_selector("#files [aria-label='notes.md']")
    page.locator("#add").click()
    page.wait_for_function(f"{ROWS} === 1")
    page.wait_for_selector("#files [aria-label='notes.md']", state="detached")
    page.set_input_files("#files input[type=file]", note(tmp_path / "b", "notes.md", "Turin"))
    page.wait_for_selector("#files [aria-label='notes.md']")
    page.locator("#add").click()
    page.wait_for_function(f"{ROWS} === 2")
    urls = page.locator("table.articles .open").evaluate_all("all => all.map(a => a.dataset.url)")
    assert sorted(urls) == ["upload:notes-2.md", "upload:notes.md"]

    page.get_by_role("tab", name="Chat").click()
    page.get_by_role("tab", name="Corpus").click()
    page.wait_for_timeout(1000)
    assert page.locator("table.articles tbody tr").count() == 2
    page.get_by_role("button", name="Remove Vexoplan opens an office in Ghent").click()
    page.wait_for_function(f"{ROWS} === 1")
    assert page.get_by_label("Find an article").input_value() == "vexoplan"
    page.get_by_role("button", name="Remove Vexoplan opens an office in Turin").click()
    page.wait_for_function(f"{ROWS} === 0")
    page.get_by_label("Find an article").fill("%")
    page.wait_for_timeout(700)
    assert page.locator("table.articles tbody tr").count() < 50

    page.get_by_role("tab", name="Briefing").click()
    assert month.input_value() == "2025-04" != newest
