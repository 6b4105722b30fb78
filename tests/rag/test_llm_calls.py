"""Calls against real HTTP servers that misbehave: each ends within its limit."""

from __future__ import annotations

import itertools
import time

import pytest
from langchain_core.messages import HumanMessage

from rag import llm
from rag.calls import Call
from rag.errors import ModelAuthError, ModelError, ModelTimeout, ModelUnavailable

LATE = 15.0  # seconds over the limit that a loaded machine may need; the servers go on for longer


def call(settings, **more):
    return Call(llm.chat_model(settings), [HumanMessage("Who?")], settings, **more)


def test_a_reply_streams_with_its_tokens(serve, servers, llm_settings):
    server = serve(servers.says("Acme cut 120 jobs. [1]"))
    one = call(llm_settings(server, llm_api_key="sk-1234567890abcdef"))
    pieces = [piece for piece in one if piece]
    assert "".join(pieces) == "Acme cut 120 jobs. [1]"
    assert len(pieces) > 2
    assert one.tokens == {"prompt": 100, "completion": 7}
    assert one.finish == "stop"
    assert server.requests[0]["stream"] is True
    assert server.requests[0]["temperature"] == 0
    assert server.headers[0]["authorization"] == "Bearer sk-1234567890abcdef"


def test_a_wrong_key_is_not_retried(serve, servers, llm_settings):
    server = serve(servers.fails(401, "Incorrect API key provided: sk-1234567890abcdef"))
    with pytest.raises(ModelAuthError, match="check CITEWIRE_LLM_API_KEY") as e:
        call(llm_settings(server, llm_api_key="sk-1234567890abcdef")).text()
    assert "1234567890" not in str(e.value)
    assert len(server.requests) == 1


def test_an_unknown_model_is_named(serve, servers, llm_settings):
    server = serve(servers.fails(404, "model not found"))
    with pytest.raises(ModelError, match="knows no model 'scripted'") as e:
        call(llm_settings(server)).text()
    assert type(e.value) is ModelError
    assert len(server.requests) == 1


def test_429_waits_as_asked_and_then_answers(serve, servers, llm_settings):
    server = serve(servers.fails(429, "slow down", Retry_After="1"), servers.says("Yes. [1]"))
    assert call(llm_settings(server)).text() == "Yes. [1]"
    assert server.times[1] - server.times[0] >= 1.0


def test_429_that_asks_for_more_than_the_limit_fails_at_once(serve, servers, llm_settings):
    server = serve(servers.fails(429, "slow down", Retry_After="60"))
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match="429"):
        call(llm_settings(server)).text()
    assert time.monotonic() - began < LATE
    assert len(server.requests) == 1


def test_500_is_tried_three_times(serve, servers, llm_settings):
    server = serve(servers.fails(500, "boom"))
    with pytest.raises(ModelUnavailable, match=r"failed on its side \(500\)"):
        call(llm_settings(server)).text()
    assert len(server.requests) == 3


def test_500_then_well(serve, servers, llm_settings):
    server = serve(servers.fails(503), servers.says("Fine. [1]"))
    assert call(llm_settings(server)).text() == "Fine. [1]"


@pytest.mark.parametrize("kind", ["silent", "drips", "pings"])
def test_slow_and_endless_replies_end_at_the_limit(serve, servers, llm_settings, kind):
    def pings(x):
        x.begin()
        while not x.stopping.is_set():
            x.raw(b": ping\n\n")
            x.pause(0.1)

    behaviours = {
        "silent": servers.silent(60),
        "drips": servers.drips(itertools.repeat("word "), 0.05),
        "pings": pings,
    }
    server = serve(behaviours[kind])
    began = time.monotonic()
    with pytest.raises(ModelTimeout, match=r"CITEWIRE_LLM_TIMEOUT"):
        call(llm_settings(server), limit=1.0).text()
    assert time.monotonic() - began < 1.0 + LATE


def test_an_endless_flood_is_stopped_by_its_length(serve, servers, llm_settings):
    server = serve(servers.drips(itertools.repeat("word " * 200), 0))
    with pytest.raises(ModelUnavailable, match="did not stop"):
        call(llm_settings(server)).text()


@pytest.mark.parametrize("politely", [True, False])
def test_a_cut_stream_is_noticed(serve, servers, llm_settings, politely):
    server = serve(servers.breaks("Acme cut", politely))
    got = []
    with pytest.raises(ModelUnavailable, match="broke off"):
        got.extend(call(llm_settings(server)))
    assert "".join(got) == "Acme cut"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"data: {not json\n\n", "text/event-stream"),
        (b"<html>Welcome to the proxy</html>", "text/html"),
        (b'data: {"choices": "none"}\n\n', "text/event-stream"),
        (b'data: {"error": {"message": "exploded"}}\n\n', "text/event-stream"),
        (b"\x00\xff\xfe garbage \x80", "application/octet-stream"),
    ],
)
def test_malformed_replies(serve, servers, llm_settings, body, kind):
    with pytest.raises(ModelUnavailable) as e:
        call(llm_settings(serve(servers.garbles(body, kind)))).text()
    assert "\n" not in str(e.value)


def test_an_empty_reply(serve, servers, llm_settings):
    with pytest.raises(ModelUnavailable, match="answered nothing"):
        call(llm_settings(serve(servers.says("")))).text()


def test_nothing_listens_there(serve, servers, llm_settings):
    server = serve(servers.says("x"))
    settings = llm_settings(server)
    server.close()
    with pytest.raises(ModelUnavailable, match="can't be reached"):
        call(settings).text()


def test_a_refused_temperature_is_left_out(serve, servers, llm_settings):
    refusal = servers.fails(400, "Unsupported value: 'temperature' does not support 0")
    server = serve(refusal, servers.says("Yes. [1]"))
    assert call(llm_settings(server)).text() == "Yes. [1]"
    assert "temperature" not in server.requests[1]


def test_a_prompt_that_does_not_fit(serve, servers, llm_settings):
    server = serve(servers.fails(400, "request (9000 tokens) exceeds the context size"))
    with pytest.raises(llm.PromptTooLong):
        call(llm_settings(server)).text()


def test_closing_stops_the_provider_at_once(serve, servers, llm_settings):
    server = serve(servers.drips(itertools.repeat("word "), 0.02))
    pieces = iter(call(llm_settings(server)))
    assert next(piece for piece in pieces if piece)
    closed = time.monotonic()
    pieces.close()
    while not server.left and time.monotonic() - closed < LATE:
        time.sleep(0.01)
    assert server.left
    assert server.left[0] - closed < LATE


def test_a_waiting_caller_gets_signs_of_life(serve, servers, llm_settings):
    server = serve(servers.silent(60))
    pieces = iter(call(llm_settings(server)))
    began = time.monotonic()
    assert next(pieces) == ""
    assert time.monotonic() - began < LATE
    pieces.close()


@pytest.mark.llm
def test_a_real_model_answers_through_http(gguf_file, home):
    from rag.settings import Settings

    settings = Settings(home=home, llm=f"gguf:{gguf_file}", llm_context=2048, threads=1)
    one = Call(llm.chat_model(settings), [HumanMessage("Say hello.")], settings)
    assert one.text().strip()
    assert one.tokens["prompt"] > 0
    assert one.tokens["completion"] > 0
    assert one.finish == "stop"
