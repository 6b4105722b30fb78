"""``citewire-ingest`` as a person types it: results, messages, exit codes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ingest.__main__ import main
from rag.settings import Settings
from rag.store import open_store

GOOD = {
    "url": "https://a.example.com/1",
    "title": "Chip maker reports a record quarter",
    "text": "The chip maker reported revenue of $35.1 billion for the quarter on Wednesday. "
    "Sales to data centres grew by 112 percent from a year earlier, the company said.",
    "published": "2024-11-20",
    "publisher": "Ledger",
}


def corpus(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], home: Path, *arguments: object) -> tuple[int, str, str]:
    code = main(["--home", str(home), *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def errors(err: str) -> list[str]:
    return [line for line in err.splitlines() if line.startswith("citewire: ")]


def test_add_list_show_remove(
    ready_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = corpus(tmp_path / "c.jsonl", GOOD)
    code, out, err = run(capsys, ready_home, "add", file)
    assert (code, errors(err)) == (0, [])
    assert out.startswith("1 added, 0 updated, 0 unchanged")
    code, out, _ = run(capsys, ready_home, "add", file, "--json")
    assert (code, json.loads(out)["unchanged"], json.loads(out)["added"]) == (0, 1, 0)
    code, out, _ = run(capsys, ready_home, "list")
    assert out == "2024-11-20  Ledger  Chip maker reports a record quarter  " + GOOD["url"] + "\n"
    code, out, _ = run(capsys, ready_home, "show", GOOD["url"], "--json")
    shown = json.loads(out)
    assert shown["published_from"] == "file"
    assert (shown["versions"], shown["story"]["copies"]) == (1, 1)
    assert "112 percent" in shown["text"]
    code, out, _ = run(capsys, ready_home, "stats", "--json")
    assert json.loads(out)["publishers"] == {"Ledger": 1}
    code, _, err = run(capsys, ready_home, "remove", GOOD["url"], "https://nowhere.example.com/")
    assert code == 3
    assert "nowhere" in errors(err)[0]
    assert run(capsys, ready_home, "list")[1] == ""


def test_rebuild_makes_both_indexes_again(
    ready_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, ready_home, "add", corpus(tmp_path / "c.jsonl", GOOD))
    for option in ([], ["--embed"]):
        code, out, _ = run(capsys, ready_home, "rebuild", *option)
        assert (code, out) == (0, "1 passages indexed again\n")
        store = open_store(Settings(home=ready_home), repair=False)
        assert store.consistent()
        assert store.index.count() == store.words.count() == 1
        store.close()


def test_a_bad_input_is_named_and_the_rest_is_ingested(
    ready_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = dict(GOOD, url="https://a.example.com/2", title="Another one")
    mixed = corpus(tmp_path / "mixed.jsonl", GOOD, '{"url": "https://a.ex', dict(other, text=""))
    packed = tmp_path / "cut.jsonl.gz"
    packed.write_bytes(gzip.compress(b"x" * 100_000)[:60])
    binary = tmp_path / "binary.html"
    binary.write_bytes(bytes(range(256)) * 50)
    empty = tmp_path / "empty.html"
    empty.write_text("<html><body></body></html>")
    missing = tmp_path / "missing.txt"
    targets = (missing, binary, mixed, packed, empty)
    code, out, err = run(capsys, ready_home, "add", *targets)
    assert code == 3
    assert out.startswith("1 added")
    messages = errors(err)
    for name in ("missing.txt", "binary.html", "mixed.jsonl", "cut.jsonl.gz", "empty.html"):
        assert any(name in line for line in messages), name
    assert any("mixed.jsonl" in line and "2" in line for line in messages)
    assert sum("mixed.jsonl" in line for line in messages) == 2
    assert "Traceback" not in err


def test_nothing_could_be_done(
    ready_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, ready_home, "add", tmp_path / "missing.md")
    assert code == 1
    assert "missing.md" in errors(err)[0]
    code, _, err = run(capsys, ready_home, "show", "https://nowhere.example.com/")
    assert code == 1
    assert "citewire-ingest list" in errors(err)[0]


def test_a_home_that_is_a_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = run(capsys, tmp_path / "file", "stats")
    assert code == 1
    assert "--home" in errors(err)[0]


def test_wrong_usage(ready_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--home", str(ready_home), "explode"])
    assert caught.value.code == 2
    assert "explode" in capsys.readouterr().err
