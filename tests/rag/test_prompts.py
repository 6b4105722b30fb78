"""The prompt files and their loader."""

from __future__ import annotations

from importlib import resources

import pytest

from rag import prompts
from rag.errors import SettingsError


def test_every_file_is_listed_and_loads():
    files = {
        f.name.removesuffix(".md")
        for f in resources.files("rag.prompts").iterdir()
        if f.name.endswith(".md")
    }
    assert files == set(prompts.PLACEHOLDERS)
    for name in files:
        prompt = prompts.load(name)
        assert prompt.system
        assert prompt.user
        assert len(prompt.hash) == 12


def test_placeholders_are_exactly_those_expected():
    good = "# system\nUse {fence}.\n# user\n{conversation} {question}\n"
    assert prompts.parse("condense", good).user == "{conversation} {question}"
    with pytest.raises(SettingsError, match="placeholders: question"):
        prompts.parse("condense", good.replace("{question}", ""))
    with pytest.raises(SettingsError, match="placeholders: more"):
        prompts.parse("condense", good + "{more}")
    with pytest.raises(SettingsError, match="lacks its"):
        prompts.parse("condense", "{fence}{conversation}{question}")


def test_the_hash_follows_the_wording():
    text = "# system\nUse {fence}.\n# user\n{conversation} {question}\n"
    one, two = prompts.parse("condense", text), prompts.parse("condense", text.replace("Use", "Uz"))
    assert one.hash != two.hash
    assert one.hash == prompts.parse("condense", text).hash


def test_values_are_filled_once_and_verbatim():
    prompt = prompts.load("condense")
    _, user = prompt.fill(fence="==", conversation="say {question} {fence}", question="Who?")
    assert "say {question} {fence}" in user
    assert user.count("Who?") == 1
    with pytest.raises(ValueError, match="needs"):
        prompt.fill(fence="==")


def test_an_unknown_prompt_lists_those_there_are():
    with pytest.raises(SettingsError, match="answer, condense"):
        prompts.load("poem")
