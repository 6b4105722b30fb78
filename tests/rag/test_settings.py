"""Settings from the environment, a file and arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import Settings


def load(tmp_path: Path, **values: str) -> Settings:
    environ = {f"CITEWIRE_{key}": value for key, value in values.items()}
    return Settings.load(environ=environ, dotenv=tmp_path / ".env")


def test_defaults_need_nothing(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.llm is None
    assert settings.home.is_absolute()
    assert settings.home.name == "citewire"
    assert not settings.home.exists() or settings.home.is_dir()


def test_argument_over_environment_over_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "CITEWIRE_HOME=/from-file\nCITEWIRE_TOP_K=7\nCITEWIRE_LLM=openai:file\nOTHER=1\n"
    )
    settings = load(tmp_path, HOME="/from-environment", LLM="ollama:llama3.2")
    assert settings.home == Path("/from-environment")
    assert settings.llm == "ollama:llama3.2"
    assert settings.top_k == 7
    other = Settings.load("/argument", environ={}, dotenv=tmp_path / ".env")
    assert other.home == Path("/argument")


def test_the_key_is_never_shown(tmp_path: Path) -> None:
    settings = load(tmp_path, LLM_API_KEY="secret-key")
    assert settings.llm_api_key == "secret-key"
    assert "secret-key" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("LLM", "gpt-4o", "provider:model"),
        ("TOP_K", "many", "1 to 100"),
        ("TOP_K", "0", "1 to 100"),
        ("TOP_K", "nan", "1 to 100"),
        ("LLM_TIMEOUT", "-1", "out of range"),
        ("BACKEND", "cuda", "openvino or torch"),
        ("LLM_BASE_URL", "localhost:8000", "http://"),
        ("CHROMA_URL", "ftp://x", "http://"),
    ],
)
def test_bad_values_are_named(tmp_path: Path, name: str, value: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, **{name: value})
    assert name in str(caught.value)
    assert value in str(caught.value)
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)
