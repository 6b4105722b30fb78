"""What the command lines share."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

import pytest

from rag import cli
from rag.__main__ import main as ask
from rag.errors import InputError


def test_keys_in_the_env_file_reach_the_providers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("SOME_API_KEY=from-file\nOTHER_API_KEY=file\nHOME=/nowhere\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOME_API_KEY", raising=False)
    monkeypatch.setenv("OTHER_API_KEY", "environment")
    home = os.environ["HOME"]
    settings = cli.settings_of(argparse.Namespace(home=str(tmp_path / "data")))
    assert settings.home == tmp_path / "data"
    assert os.environ["SOME_API_KEY"] == "from-file"
    assert os.environ["OTHER_API_KEY"] == "environment"
    assert os.environ["HOME"] == home
    monkeypatch.delenv("SOME_API_KEY")


def test_own_errors_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_: object) -> int:
        raise InputError("file.txt:\ncan't be read; check it")

    assert cli.run(fail, []) == 1
    assert capsys.readouterr().err == "citewire: file.txt: can't be read; check it\n"


def test_an_interrupt_is_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def stop(_: object) -> int:
        raise KeyboardInterrupt

    assert cli.run(stop, []) == 130
    assert "again" in capsys.readouterr().err


def test_dates() -> None:
    assert cli.iso_date("2025-10-28") == date(2025, 10, 28)
    with pytest.raises(argparse.ArgumentTypeError, match="28/10/2025"):
        cli.iso_date("28/10/2025")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "--many", "-1"], "argument --many: '-1' is not a number from 1 to 9"),
        (["list", "--many", "ten"], "argument --many: 'ten' is not a number from 1 to 9"),
        (["list", "--few", "3"], "unrecognized arguments: --few 3"),
        (["lisst"], "invalid choice: 'lisst'"),
    ],
)
def test_wrong_arguments_are_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = cli.Parser(prog="citewire-x")
    sub = parser.add_subparsers().add_parser("list")
    sub.add_argument("--many", type=cli.Whole(1, 9))
    assert parser.parse_args(["list", "--many", "9"]).many == 9
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(arguments)
    assert ended.value.code == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert line.startswith("citewire: ")
    assert said in line
    assert "see citewire-x" in line
    assert line.endswith(" --help\n")


@pytest.mark.parametrize("question", ["", "  \n"])
def test_an_empty_question_is_refused(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        ask([question, "--home", "/nowhere"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "citewire: the question is empty, give one: see citewire-ask --help\n"
    )


def test_complaints_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    cli.complain("bad\x1b[2J\u202efile\nname.txt: no such file")
    assert capsys.readouterr().err == "citewire: bad?[2J?file name.txt: no such file\n"
