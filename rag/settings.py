"""One frozen Settings object, read from the environment and an ``.env`` file once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import SettingsError

PREFIX = "CITEWIRE_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be configured.

    :ivar home: data directory; nothing outside it is written
    :ivar llm: ``provider:model`` of the chat model, or None for the extractive answerer
    :ivar llm_base_url: address of an OpenAI-compatible server
    :ivar llm_timeout: seconds allowed for one answer
    :ivar llm_context: context window in tokens that prompts must fit in
    :ivar llm_api_key: key for ``llm_base_url``; other providers read their own variables
    :ivar encoder: ``default`` for the packaged all-MiniLM-L6-v2, or a name or folder that
        sentence-transformers can load
    :ivar backend: ``openvino`` or ``torch``
    :ivar threads: CPU threads for embedding
    :ivar reranker: name or folder of a sentence-transformers CrossEncoder, or None
    :ivar nli: name or folder of a CrossEncoder for natural language inference, or None; asked
        whether the articles entail what a chat model writes
    :ivar chroma_url: address of a Chroma server, or None for the embedded one
    :ivar top_k: passages given to a chat model; quoting looks at more
    """

    home: Path
    llm: str | None = None
    llm_base_url: str | None = None
    llm_timeout: float = 60.0
    llm_context: int = 4096
    llm_api_key: str | None = field(default=None, repr=False)
    encoder: str = "default"
    backend: str = "openvino"
    threads: int = 2
    reranker: str | None = None
    nli: str | None = None
    chroma_url: str | None = None
    top_k: int = 10

    @classmethod
    def load(
        cls,
        home: str | Path | None = None,
        environ: Mapping[str, str] | None = None,
        dotenv: Path | None = None,
    ) -> Settings:
        """Settings from the environment (prefix ``CITEWIRE_``) over an ``.env`` file.

        :param home: overrides ``CITEWIRE_HOME``; the platform's user data folder if neither
        :param environ: variables to read; the process environment by default
        :param dotenv: file to read; ``.env`` in the working directory by default
        :raises SettingsError: where a value has the wrong form
        """
        import os

        from dotenv import dotenv_values

        path = dotenv or Path(".env")
        values: dict[str, str] = {}
        if path.is_file():
            values.update({k: v for k, v in dotenv_values(path).items() if v is not None})
        values.update(os.environ if environ is None else environ)
        values = {k: v for k, v in values.items() if k.startswith(PREFIX) and v.strip()}
        if home is None:
            home = values.get("CITEWIRE_HOME")
        if home is None:
            from platformdirs import user_data_path

            home = user_data_path("citewire", appauthor=False)
        settings = cls(
            home=Path(home).expanduser().absolute(),
            llm=values.get("CITEWIRE_LLM"),
            llm_base_url=values.get("CITEWIRE_LLM_BASE_URL"),
            llm_timeout=_number(values, "CITEWIRE_LLM_TIMEOUT", 60.0, 1.0, 3600.0),
            llm_context=int(_number(values, "CITEWIRE_LLM_CONTEXT", 4096, 512, 10_000_000)),
            llm_api_key=values.get("CITEWIRE_LLM_API_KEY"),
            encoder=values.get("CITEWIRE_ENCODER", "default"),
            backend=values.get("CITEWIRE_BACKEND", "openvino"),
            threads=int(_number(values, "CITEWIRE_THREADS", os.cpu_count() or 2, 1, 256)),
            reranker=values.get("CITEWIRE_RERANKER"),
            nli=values.get("CITEWIRE_NLI"),
            chroma_url=values.get("CITEWIRE_CHROMA_URL"),
            top_k=int(_number(values, "CITEWIRE_TOP_K", 10, 1, 100)),
        )
        settings.check()
        return settings

    def check(self) -> None:
        """Refuse values that can't work.

        :raises SettingsError: naming the setting, its value and the forms allowed
        """
        if self.llm is not None and ":" not in self.llm:
            raise SettingsError(
                f"CITEWIRE_LLM={self.llm!r} has no provider: write provider:model, "
                "for example openai:gpt-4o-mini or ollama:llama3.2"
            )
        if self.backend not in ("openvino", "torch"):
            raise SettingsError(
                f"CITEWIRE_BACKEND={self.backend!r} is unknown: use openvino or torch"
            )
        for name, url in (("LLM_BASE_URL", self.llm_base_url), ("CHROMA_URL", self.chroma_url)):
            if url is not None and not url.startswith(("http://", "https://")):
                raise SettingsError(
                    f"{PREFIX}{name}={url!r} is no address: begin it with http:// or https://"
                )


def _number(values: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = values.get(name)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        raise SettingsError(f"{name}={text!r} is no number: use {low:g} to {high:g}") from None
    if not low <= number <= high:
        raise SettingsError(f"{name}={text!r} is out of range: use {low:g} to {high:g}")
    return number
