"""Which chat model answers, from one setting; with ``rag.calls`` the only LLM network code.

``CITEWIRE_LLM=provider:model`` names a LangChain chat model. ``openai:`` with
``CITEWIRE_LLM_BASE_URL`` is any OpenAI-compatible server, ``gguf:/path/to/file.gguf`` a
file run inside this process.
"""

from __future__ import annotations

import difflib
import importlib.util
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import (
    ModelAuthError,
    ModelError,
    ModelTimeout,
    ModelUnavailable,
    SettingsError,
)

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Provider:
    """What there is to know of a provider before its package is loaded."""

    module: str
    install: str  # what pip installs
    keys: tuple[str, ...] = ()  # variables, one of which must hold the key; () for none
    takes_url: bool = False  # whether CITEWIRE_LLM_BASE_URL may point elsewhere


PROVIDERS: Mapping[str, Provider] = {
    "anthropic": Provider("langchain_anthropic", "citewire[anthropic]", ("ANTHROPIC_API_KEY",)),
    "azure_openai": Provider("langchain_openai", "langchain-openai", ("AZURE_OPENAI_API_KEY",)),
    "bedrock_converse": Provider("langchain_aws", "langchain-aws"),
    "cohere": Provider("langchain_cohere", "langchain-cohere", ("COHERE_API_KEY",)),
    "deepseek": Provider("langchain_deepseek", "langchain-deepseek", ("DEEPSEEK_API_KEY",)),
    "fireworks": Provider("langchain_fireworks", "langchain-fireworks", ("FIREWORKS_API_KEY",)),
    "gguf": Provider("xllamacpp", "citewire[gguf]"),
    "google_genai": Provider(
        "langchain_google_genai", "citewire[google]", ("GOOGLE_API_KEY", "GEMINI_API_KEY")
    ),
    "google_vertexai": Provider("langchain_google_vertexai", "langchain-google-vertexai"),
    "groq": Provider("langchain_groq", "langchain-groq", ("GROQ_API_KEY",)),
    "mistralai": Provider("langchain_mistralai", "langchain-mistralai", ("MISTRAL_API_KEY",)),
    "nvidia": Provider(
        "langchain_nvidia_ai_endpoints", "langchain-nvidia-ai-endpoints", ("NVIDIA_API_KEY",)
    ),
    "ollama": Provider("langchain_ollama", "citewire[ollama]", (), takes_url=True),
    "openai": Provider("langchain_openai", "langchain-openai", ("OPENAI_API_KEY",), takes_url=True),
    "openrouter": Provider("langchain_openrouter", "langchain-openrouter", ("OPENROUTER_API_KEY",)),
    "perplexity": Provider("langchain_perplexity", "langchain-perplexity", ("PPLX_API_KEY",)),
    "together": Provider("langchain_together", "langchain-together", ("TOGETHER_API_KEY",)),
    "xai": Provider("langchain_xai", "langchain-xai", ("XAI_API_KEY",)),
}
_ALIASES = {"google": "google_genai", "mistral": "mistralai", "bedrock": "bedrock_converse"}
_KEYLESS = "none"  # sent to a server of one's own that wants no key


class PromptTooLong(ModelUnavailable):
    """The prompt does not fit in the model's context window."""


def split_name(settings: Settings) -> tuple[str, str]:
    """Provider (a key of ``PROVIDERS``) and model of ``settings.llm``.

    :raises SettingsError: for an unknown provider or an empty name, listing the known ones
    """
    text = settings.llm or ""
    provider, _, model = text.partition(":")
    provider = provider.strip().lower().replace("-", "_")
    provider = _ALIASES.get(provider, provider)
    if provider not in PROVIDERS:
        close = difflib.get_close_matches(provider, PROVIDERS, 1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise SettingsError(
            f"CITEWIRE_LLM={text!r}: unknown provider {provider!r}; {hint}"
            f"known: {', '.join(sorted(PROVIDERS))}"
        )
    if not model.strip():
        raise SettingsError(f"CITEWIRE_LLM={text!r} names no model: write {provider}:MODEL")
    if settings.llm_base_url and not PROVIDERS[provider].takes_url:
        raise SettingsError(
            f"CITEWIRE_LLM_BASE_URL works with openai: and ollama: only, not {provider}: "
            "unset it, or write CITEWIRE_LLM=openai:MODEL for an OpenAI-compatible server"
        )
    return provider, model.strip()


def label(settings: Settings) -> str:
    """How the model is named to readers: ``provider:model``, a file without its folder."""
    provider, model = split_name(settings)
    return f"{provider}:{Path(model).name if provider == 'gguf' else model}"


def answer_tokens(settings: Settings) -> int:
    """Tokens a reply may have: a quarter of the context, at most 4,096.

    Four sentences need about 150; the rest is room for models that think aloud first.
    """
    return min(4096, settings.llm_context // 4)


def chat_model(settings: Settings, environ: Mapping[str, str] | None = None) -> BaseChatModel:
    """The LangChain chat model that ``settings.llm`` names.

    :param environ: where providers' keys are looked up; the process environment by default
    :raises SettingsError: for an unknown provider, or a bad GGUF path
    :raises ModelAuthError: where the provider's key is not set, naming the variable
    :raises ModelError: where the provider's package is missing, naming what to install
    """
    provider, model = split_name(settings)
    known = PROVIDERS[provider]
    if importlib.util.find_spec(known.module) is None:
        raise ModelError(
            f"CITEWIRE_LLM={settings.llm}: the package {known.module.replace('_', '-')} is "
            f"missing: pip install '{known.install}'"
        )
    if provider == "gguf":
        return _gguf(settings, model)
    environ = os.environ if environ is None else environ
    own = provider == "openai" and settings.llm_base_url is not None
    if known.keys and not own and not _key(settings, provider, environ):
        raise ModelAuthError(
            f"CITEWIRE_LLM={settings.llm} needs a key: set {' or '.join(known.keys)}"
        )
    if provider == "openai":
        # The key for another server is never taken from OPENAI_API_KEY: it would be sent there.
        key = settings.llm_api_key or (_KEYLESS if own else environ[known.keys[0]])
        return _openai(settings, model, key, settings.llm_base_url)
    return _other(settings, provider, model)


def _key(settings: Settings, provider: str, environ: Mapping[str, str]) -> bool:
    if provider == "openai" and settings.llm_api_key:
        return True
    return any(environ.get(name, "").strip() for name in PROVIDERS[provider].keys)


def _openai(
    settings: Settings, model: str, key: str, base_url: str | None, **more: Any
) -> BaseChatModel:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    return ChatOpenAI(
        model=model,
        api_key=SecretStr(key),
        base_url=base_url,
        temperature=0,
        max_tokens=answer_tokens(settings),  # type: ignore[call-arg]
        timeout=settings.llm_timeout,
        max_retries=0,  # rag.calls retries, within the time limit
        stream_usage=True,
        **more,
    )


def _gguf(settings: Settings, path: str) -> BaseChatModel:
    from rag import gguf

    endpoint = gguf.serve(path, settings.llm_context, settings.threads)
    return _openai(settings, Path(path).name, endpoint.key, endpoint.base_url)


def _other(settings: Settings, provider: str, model: str) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0}
    if provider == "ollama":
        # Ollama cuts prompts silently to its own window unless told.
        options["num_ctx"] = settings.llm_context
        options["num_predict"] = answer_tokens(settings)
        options["client_kwargs"] = {"timeout": settings.llm_timeout}
        if settings.llm_base_url:
            options["base_url"] = settings.llm_base_url
    else:
        options["max_tokens"] = answer_tokens(settings)
    try:
        built: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except Exception as error:
        raise ModelError(
            f"CITEWIRE_LLM={settings.llm} can't be set up: {brief(error)}; "
            "check the model's name and the provider's variables"
        ) from None
    return built


_SECRET = re.compile(
    r"\b(?:sk|pk|gsk|xai|hf|key|nvapi|pplx|AIza|ghp|AKIA)[-_]?[A-Za-z0-9_-]{12,}\b"
    r"|\bBearer\s+\S+",
    re.IGNORECASE,
)


def redact(text: str, known: tuple[str, ...] = ()) -> str:
    """``text`` with what looks like a key, and the ``known`` ones, replaced by ``•••``."""
    for secret in known:
        if len(secret) >= 6:  # shorter ones ("none") are words
            text = text.replace(secret, "•••")
    return _SECRET.sub("•••", text)


def brief(error: BaseException, known: tuple[str, ...] = ()) -> str:
    """An error's message as one short line without keys."""
    text = redact(" ".join(str(error).split()), known) or type(error).__name__
    return text if len(text) <= 160 else text[:157] + "…"


def status(error: BaseException) -> int | None:
    """The HTTP status an error of any provider's client carries, if any."""
    response = getattr(error, "response", None)
    for value in (
        getattr(error, "status_code", None),
        getattr(response, "status_code", None),
        getattr(error, "code", None),
    ):
        if isinstance(value, int) and 100 <= value <= 599:
            return value
    return None


def retry_after(error: BaseException, now: float) -> float | None:
    """Seconds that the provider asks to wait; None where it doesn't say.

    :param now: seconds since 1970, against which an HTTP date is read
    """
    headers = getattr(getattr(error, "response", None), "headers", None)
    value = headers.get("retry-after") if headers is not None else None
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None


def transient(error: BaseException) -> bool:
    """Whether the same request may work a little later."""
    code = status(error)
    if code is not None:
        # An exhausted quota also comes as 429, but waiting doesn't help.
        return (code in (408, 409, 425, 429) or code >= 500) and "quota" not in str(error)
    return _named(error, "Connection", "Connect", "RemoteProtocol", "ReadError")


def _named(error: BaseException, *parts: str) -> bool:
    """Whether a class of the error, or of what caused it, is so called (any client)."""
    seen: BaseException | None = error
    for _ in range(4):
        if seen is None:
            return False
        if any(part in cls.__name__ for cls in type(seen).__mro__ for part in parts):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def translate(error: Exception, settings: Settings, known: tuple[str, ...] = ()) -> ModelError:
    """A provider's error as one of ours: one line, the next step, no key.

    ``ModelAuthError`` and the plain ``ModelError`` (unknown model) need the user to act;
    ``ModelTimeout`` and ``ModelUnavailable`` may pass.
    """
    if isinstance(error, ModelError):
        return error
    who, code, said = label(settings), status(error), brief(error, known)
    acts = _needs_action(error, code, settings, said)
    if acts is not None:
        return acts
    if _named(error, "Timeout"):
        return ModelTimeout(
            f"{who} gave no answer within {settings.llm_timeout:g} s; "
            "try again or raise CITEWIRE_LLM_TIMEOUT"
        )
    if code == 429:
        return ModelUnavailable(f"{who} is over its rate limit or quota (429); try again later")
    if code is not None and code >= 500:
        return ModelUnavailable(f"{who} failed on its side ({code}); try again later")
    if _named(error, "ContextOverflow") or (code in (400, 413) and "context" in said.lower()):
        return PromptTooLong(f"{who} has a smaller window: lower CITEWIRE_LLM_CONTEXT ({said})")
    if code is not None:
        return ModelUnavailable(f"{who} refused the request ({code}): {said}")
    if _named(error, "RemoteProtocol", "ReadError"):
        return ModelUnavailable(f"{who} broke off its answer; try again")
    if _named(error, "Connection", "Connect"):
        where = settings.llm_base_url or split_name(settings)[0]
        return ModelUnavailable(
            f"{where} can't be reached for {who}; is it running, and is the address right?"
        )
    return ModelUnavailable(f"{who} answered something unreadable ({said}); try again")


def _needs_action(
    error: Exception, code: int | None, settings: Settings, said: str
) -> ModelError | None:
    """The error of a wrong key or an unknown model, where this is one."""
    provider, model = split_name(settings)
    where = settings.llm_base_url or provider
    if code in (401, 403) or _named(error, "AuthenticationError", "PermissionDenied"):
        key = " or ".join(PROVIDERS[provider].keys) or "the provider's key"
        if settings.llm_base_url or (settings.llm_api_key and provider == "openai"):
            key = "CITEWIRE_LLM_API_KEY"
        return ModelAuthError(
            f"{where} refused the key for {label(settings)} ({code or 'not authorised'}): "
            f"check {key}"
        )
    if code == 404 or _named(error, "ModelNotFound", "NotFoundError"):
        return ModelError(
            f"{where} knows no model {model!r} ({said}): check CITEWIRE_LLM"
            + (" and CITEWIRE_LLM_BASE_URL" if settings.llm_base_url else "")
        )
    return None
