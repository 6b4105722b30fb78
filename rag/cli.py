"""What the command lines share: settings from arguments, errors as one line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import NoReturn

from dotenv import dotenv_values

from rag.errors import CitewireError
from rag.settings import Settings

DONE, FAILED, USAGE, PARTLY = 0, 1, 2, 3


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line that names the value and the next step."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        complain(f"{message}: see {self.prog} --help")
        self.exit(USAGE)


class Whole:
    """A whole number within limits, as an argument's type."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def __call__(self, text: str) -> int:
        """The number.

        :raises argparse.ArgumentTypeError: naming the text and the limits
        """
        if not text.isdecimal() or not self.low <= int(text) <= self.high:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a number from {self.low} to {self.high}"
            )
        return int(text)


def add_home(parser: argparse.ArgumentParser) -> None:
    """The ``--home`` option that every command has."""
    parser.add_argument(
        "--home", metavar="DIR", help="data directory (default: CITEWIRE_HOME, else the platform's)"
    )


def settings_of(arguments: argparse.Namespace) -> Settings:
    """Settings from the environment, ``.env`` and ``--home``.

    Providers read their own key variables from the environment, so keys that stand in
    ``.env`` are put there where they are missing.
    """
    for name, value in dotenv_values(".env").items():
        if name.endswith("_API_KEY") and value:
            os.environ.setdefault(name, value)
    return Settings.load(home=arguments.home)


def iso_date(text: str) -> date:
    """A date argument.

    :raises argparse.ArgumentTypeError: naming the value and the form allowed
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write it as 2025-10-28") from None


def run(command: Callable[[Sequence[str]], int], arguments: Sequence[str] | None) -> int:
    """Run a command; its own errors become one line on standard error and exit code 1."""
    try:
        return command(sys.argv[1:] if arguments is None else arguments)
    except CitewireError as error:
        complain(str(error))
        return FAILED
    except KeyboardInterrupt:
        complain("stopped; run the same command again to go on")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED


def complain(message: str) -> None:
    """One line for people on standard error, without what would steer their terminal."""
    line = "".join(c if c.isprintable() else "?" for c in " ".join(message.split()))
    print(f"citewire: {line}", file=sys.stderr)
