"""The prompts, one Markdown file each, and the loader that checks them.

A file has a ``# system`` and a ``# user`` part with ``{placeholders}``. They are filled in
one pass, so braces inside a value are left as they are.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from rag.errors import SettingsError

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"fence", "no_answer", "passages", "question", "today"}),
    "condense": frozenset({"conversation", "fence", "question"}),
}

_HOLE = re.compile(r"\{([a-z_]+)\}")
_PARTS = re.compile(r"\A# system\n(?P<system>.+?)\n# user\n(?P<user>.+?)\n*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A checked prompt template; ``hash`` names its exact wording (12 hex digits)."""

    name: str
    system: str
    user: str
    hash: str

    def fill(self, **values: str) -> tuple[str, str]:
        """The system and the user message.

        :raises ValueError: unless ``values`` are exactly the template's placeholders
        """
        expected = PLACEHOLDERS[self.name]
        if set(values) != expected:
            raise ValueError(f"{self.name} needs {sorted(expected)}, got {sorted(values)}")

        def put(match: re.Match[str]) -> str:
            return values[match.group(1)]

        return _HOLE.sub(put, self.system), _HOLE.sub(put, self.user)


@functools.cache
def load(name: str) -> Prompt:
    """The prompt of that name, read once.

    :raises SettingsError: where the file is missing or not as expected
    """
    file = resources.files(__name__).joinpath(f"{name}.md")
    if name not in PLACEHOLDERS or not file.is_file():
        raise SettingsError(f"no prompt {name!r}: there are {', '.join(sorted(PLACEHOLDERS))}")
    return parse(name, file.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Prompt:
    """A prompt from its file's text.

    :raises SettingsError: where a part is missing or the placeholders are not those expected
    """
    parts = _PARTS.match(text)
    if parts is None:
        raise SettingsError(f"prompt {name!r} lacks its '# system' or '# user' part")
    found = set(_HOLE.findall(text))
    if found != PLACEHOLDERS[name]:
        wrong = ", ".join(sorted(found ^ PLACEHOLDERS[name]))
        raise SettingsError(f"prompt {name!r} has missing or unknown placeholders: {wrong}")
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Prompt(name, parts["system"].strip(), parts["user"].strip(), digest)
