"""The choice of a chat model, and provider errors as one line with a next step."""

from __future__ import annotations

import httpx
import pytest
from langchain_openai import ChatOpenAI

from rag import gguf, llm
from rag.errors import (
    CitewireError,
    ModelAuthError,
    ModelError,
    ModelTimeout,
    ModelUnavailable,
    SettingsError,
)
from rag.settings import Settings


@pytest.fixture
def settings(home):
    def make(name, **more):
        return Settings(home=home, llm=name, **more)

    return make


def test_an_unknown_provider_is_named_with_those_known(settings):
    with pytest.raises(SettingsError, match="unknown provider 'opnai'; did you mean openai") as e:
        llm.chat_model(settings("opnai:gpt-4o"))
    assert all(name in str(e.value) for name in llm.PROVIDERS)


def test_a_provider_without_a_model_is_refused(settings):
    with pytest.raises(SettingsError, match="names no model"):
        llm.chat_model(settings("openai: "))


def test_a_missing_package_says_what_to_install(settings, monkeypatch):
    monkeypatch.setattr(llm.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"pip install 'citewire\[anthropic\]'"):
        llm.chat_model(settings("anthropic:claude"))
    with pytest.raises(ModelError, match="pip install 'langchain-groq'"):
        llm.chat_model(settings("groq:llama"))


def test_a_missing_key_names_its_variable(settings):
    with pytest.raises(ModelAuthError, match="set OPENAI_API_KEY"):
        llm.chat_model(settings("openai:gpt-4o-mini"), environ={})
    with pytest.raises(ModelAuthError, match="set OPENAI_API_KEY"):
        llm.chat_model(settings("openai:gpt-4o-mini"), environ={"OPENAI_API_KEY": " "})


def test_the_provider_key_is_used_for_the_provider_only(settings, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-the-real-one")
    own = llm.chat_model(settings("openai:m", llm_base_url="http://127.0.0.1:9/v1"))
    assert isinstance(own, ChatOpenAI)
    assert own.openai_api_key.get_secret_value() != "sk-the-real-one"
    there = llm.chat_model(settings("openai:m"), environ={"OPENAI_API_KEY": "sk-the-real-one"})
    assert there.openai_api_key.get_secret_value() == "sk-the-real-one"


def test_a_base_url_is_for_compatible_servers_only(settings):
    with pytest.raises(SettingsError, match="CITEWIRE_LLM_BASE_URL works with"):
        llm.chat_model(settings("anthropic:claude", llm_base_url="http://127.0.0.1:9"))


def test_aliases_and_labels(settings):
    assert llm.split_name(settings("Google:gemini-x")) == ("google_genai", "gemini-x")
    assert llm.split_name(settings("ollama:llama3.2:1b")) == ("ollama", "llama3.2:1b")
    assert llm.label(settings("gguf:/home/someone/models/a.gguf")) == "gguf:a.gguf"


def test_every_provider_is_known_to_langchain():
    from langchain.chat_models.base import _BUILTIN_PROVIDERS

    assert set(llm.PROVIDERS) - {"gguf"} <= set(_BUILTIN_PROVIDERS)
    for name, provider in llm.PROVIDERS.items():
        if name != "gguf":
            assert _BUILTIN_PROVIDERS[name][0].split(".")[0] == provider.module


def test_gguf_paths_that_cannot_work(settings, tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.gguf: No such file"):
        llm.chat_model(settings("gguf:/nowhere.gguf"))
    text = tmp_path / "x.gguf"
    text.write_text("hello")
    with pytest.raises(SettingsError, match="does not begin with GGUF"):
        llm.chat_model(settings(f"gguf:{text}"))
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\x00" * 64)
    with pytest.raises(ModelUnavailable, match="can't load"):
        llm.chat_model(settings(f"gguf:{broken}"))


@pytest.mark.llm
def test_a_gguf_endpoint_wants_its_key_and_is_shared(gguf_file):
    endpoint = gguf.serve(gguf_file, 2048, 1)
    assert gguf.serve(gguf_file, 2048, 1) is endpoint
    assert endpoint.base_url.startswith("http://127.0.0.1:")
    body = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 2}
    url = f"{endpoint.base_url}/chat/completions"
    assert httpx.post(url, json=body, trust_env=False).status_code == 401
    head = {"Authorization": f"Bearer {endpoint.key}"}
    assert httpx.post(url, json=body, headers=head, trust_env=False).status_code == 200


class Refusal(Exception):
    def __init__(self, message="", code=None, headers=None):
        super().__init__(message)
        if code is not None:
            self.status_code = code
            self.response = httpx.Response(code, headers=headers or {})


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (Refusal("bad key sk-abcdefghijklmnop1234", 401), ModelAuthError, "check OPENAI_API_KEY"),
        (Refusal("no", 403), ModelAuthError, "check OPENAI_API_KEY"),
        (Refusal("The model does not exist", 404), ModelError, "knows no model 'm'"),
        (Refusal("slow down", 429), ModelUnavailable, "rate limit"),
        (Refusal("oops", 503), ModelUnavailable, "failed on its side (503)"),
        (Refusal("exceeds context", 400), llm.PromptTooLong, "smaller window"),
        (Refusal("bad field", 422), ModelUnavailable, "refused the request (422): bad field"),
        (httpx.ReadTimeout("x"), ModelTimeout, "within 60 s"),
        (httpx.ConnectError("x"), ModelUnavailable, "can't be reached"),
        (httpx.RemoteProtocolError("x"), ModelUnavailable, "broke off"),
        (ValueError("line 1\nline 2"), ModelUnavailable, "unreadable (line 1 line 2)"),
    ],
)
def test_errors_become_one_line_with_a_next_step(settings, error, kind, says):
    ours = llm.translate(error, settings("openai:m"))
    assert type(ours) is kind
    assert says in str(ours)
    assert "\n" not in str(ours)
    assert "sk-abcdefghijklmnop1234" not in str(ours)
    assert isinstance(ours, CitewireError)


def test_our_own_errors_pass_through(settings):
    error = ModelTimeout("late")
    assert llm.translate(error, settings("openai:m")) is error


def test_keys_are_redacted():
    text = "key my-own-secret and sk-proj-abcdefghijkl0123 and Bearer abc.def"
    clean = llm.redact(text, ("my-own-secret",))
    assert "secret" not in clean
    assert "abcdefghijkl" not in clean
    assert "abc.def" not in clean
    assert llm.redact("one of none", ("none",)) == "one of none"


def test_retry_after_in_seconds_and_as_a_date():
    assert llm.retry_after(Refusal("", 429, {"retry-after": "7"}), 0) == 7
    when = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert llm.retry_after(Refusal("", 429, {"retry-after": when}), 1445412470) == 10
    assert llm.retry_after(Refusal("", 429, {"retry-after": "soon"}), 0) is None
    assert llm.retry_after(Refusal("", 429), 0) is None


def test_what_is_worth_a_retry():
    assert llm.transient(Refusal("", 429))
    assert llm.transient(Refusal("", 502))
    assert llm.transient(httpx.ConnectError("x"))
    assert not llm.transient(Refusal("insufficient_quota", 429))
    assert not llm.transient(Refusal("", 400))
    assert not llm.transient(ValueError("x"))
