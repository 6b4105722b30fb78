"""``citewire-eval``: ask, measure, compare, report, gate."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rag import cli


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    from eval.commands import command

    return cli.run(command, arguments)


if __name__ == "__main__":
    sys.exit(main())
