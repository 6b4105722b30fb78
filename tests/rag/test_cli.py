"""What the command lines share."""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

import pytest

from rag import cli
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


def test_complaints_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    cli.complain("bad\x1b[2J\u202efile\nname.txt: no such file")
    assert capsys.readouterr().err == "citewire: bad?[2J?file name.txt: no such file\n"
