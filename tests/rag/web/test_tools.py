"""The MCP server asked by a real MCP client over loopback."""

from __future__ import annotations

import asyncio
import base64
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.newsroom import Newsroom
from rag.web import tools
from rag.web.chats import Chats
from rag.web.desk import Desk
from rag.web.guard import LARGEST_BODY
from rag.web.serve import Users, application, server

pytest.importorskip("mcp")

AMAZON = "How many corporate jobs did Amazon cut in October 2025?"
BASIC = "Basic " + base64.b64encode(b"ann:secret").decode()


@pytest.fixture
def desk(newsroom: Newsroom, tmp_path: Path) -> Iterator[Desk]:
    made = Desk({"quoting": newsroom}, Chats(tmp_path / "chats.sqlite"), per_minute=6)
    yield made
    made.drain(0)
    made.chats.close()


@pytest.fixture
def address(desk: Desk) -> Iterator[Callable[[str | None], str]]:
    """Serves the tools, for users or for everybody; gives the address."""
    running: list[tuple[Any, threading.Thread]] = []

    def start(users: str | None = None) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        app = application(desk, Users.parse(users), 1.0)
        tools.serve(app, desk, Users.parse(users))
        ready = threading.Event()
        made = server(app, desk, "127.0.0.1", port, ready.set)
        thread = threading.Thread(target=made.run, daemon=True)
        thread.start()
        running.append((made, thread))
        assert ready.wait(20)
        return f"http://127.0.0.1:{port}/mcp"

    yield start
    for made, thread in running:
        made.should_exit = True
        thread.join(10)


def session(url: str, work: Callable[[Any], Any], **headers: str) -> Any:
    """What ``work`` gives for an initialised client session."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def run() -> Any:
        async with (
            httpx.AsyncClient(headers=headers, timeout=30) as http,
            streamable_http_client(url, http_client=http) as (read, write, _),
            ClientSession(read, write) as client,
        ):
            await client.initialize()
            return await work(client)

    return asyncio.run(run())


def test_the_tools_say_what_they_take(address: Callable[..., str]) -> None:
    listed = session(address(), lambda client: client.list_tools()).tools
    assert [tool.name for tool in listed] == ["ask_news", "search_news", "read_article"]
    for tool in listed:
        assert tool.annotations.readOnlyHint
        assert tool.outputSchema
        for field in tool.inputSchema["properties"].values():
            assert field["description"]
    assert listed[0].inputSchema["required"] == ["question"]


def test_a_client_asks_searches_and_reads(desk: Desk, address: Callable[..., str]) -> None:
    async def work(client: Any) -> tuple[Any, Any, Any, Any, Any]:
        answer = await client.call_tool("ask_news", {"question": AMAZON, "as_of": "2025-12-31"})
        source = answer.structuredContent["sources"][0]
        read = await client.call_tool("read_article", {"url": source["url"]})
        limits = {"since": "2025-11-01", "most": 3, "question": "What did Nvidia report?"}
        found = await client.call_tool("search_news", limits)
        bad = await client.call_tool("ask_news", {"question": AMAZON, "since": "soon"})
        who = {"publishers": ["northbridge"], "question": AMAZON}
        unknown = await client.call_tool("search_news", who)
        assert unknown.isError
        assert "'Northbridge Wire'" in unknown.content[0].text
        gone = await client.call_tool("read_article", {"url": "https://example.com/none"})
        return answer, read, found, bad, gone

    answer, read, found, bad, gone = session(address(), work)
    record = answer.structuredContent
    assert record["answered"]
    assert "14,000" in record["answer"]
    assert "14,000" in " ".join(source["quote"] for source in record["sources"])
    assert record["sources"][0]["quote"] in read.structuredContent["text"]
    assert read.structuredContent["characters"] == len(read.structuredContent["text"])
    passages = found.structuredContent["result"]
    assert len(passages) == 3
    assert all(passage["published"] >= "2025-11-01" for passage in passages)
    assert bad.isError
    assert bad.content[0].text.endswith("since 'soon' is no date: write it as 2025-10-28")
    assert gone.isError
    assert "https://example.com/none" in gone.content[0].text


def test_calls_count_against_the_limit(address: Callable[..., str]) -> None:
    async def work(client: Any) -> list[Any]:
        url = {"url": "https://example.com/none"}
        return [await client.call_tool("read_article", url) for _ in range(7)]

    said = [result.content[0].text for result in session(address(), work)]
    assert "questions in 60 s is the most" in said[-1]
    assert "questions in 60 s" not in said[0]


def test_login_guards_the_tools(address: Callable[..., str]) -> None:
    url = address("ann:secret")
    assert httpx.post(url, json={}).status_code == 401
    listed = session(url, lambda client: client.list_tools(), authorization=BASIC)
    assert len(listed.tools) == 3


def test_other_sites_can_not_call(address: Callable[..., str]) -> None:
    refused = httpx.post(address(), json={}, headers={"origin": "https://evil.example"})
    assert refused.status_code == 403


def test_another_name_of_this_machine_is_refused(address: Callable[..., str]) -> None:
    url = address()
    health = url.replace("/mcp", "/health")
    for host in ("evil.example:80", "127.0.0.1.evil.example", "", ":80", "[::2]:1"):
        for refused in (
            httpx.post(url, json={}, headers={"host": host}),
            httpx.get(health, headers={"host": host}),
        ):
            assert refused.status_code == 421
            assert "not this service" in refused.json()["error"]
    for host in ("localhost", "LOCALHOST:9", "127.0.0.1:7860", "[::1]:7860", "[::1]"):
        assert httpx.get(health, headers={"host": host}).status_code == 200
    assert httpx.head(health).status_code == 200


def test_a_proxy_s_name_can_be_allowed(
    address: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWIRE_HOSTS", "news.example, other.example")
    health = address().replace("/mcp", "/health")
    assert httpx.get(health, headers={"host": "News.example:443"}).status_code == 200
    assert httpx.get(health, headers={"host": "evil.example"}).status_code == 421


def test_a_body_without_a_length_can_not_be_larger(address: Callable[..., str]) -> None:
    url = address().replace("/mcp", "/api/ask")
    parts = (b"x" * 4096 for _ in range(LARGEST_BODY // 4096 + 2))
    refused = httpx.post(url, content=parts)
    assert refused.status_code == 413
    assert "larger than" in refused.json()["error"]
