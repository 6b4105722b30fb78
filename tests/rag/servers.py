"""A real HTTP server speaking the OpenAI protocol, whose replies a test scripts.

A behaviour is a function of the exchange; :class:`Server` runs them in turn, the last one
for every further request.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Exchange:
    """One request and the means to answer it."""

    handler: BaseHTTPRequestHandler
    payload: dict[str, Any]
    stopping: threading.Event

    def status(self, code: int, body: object = "", **headers: str) -> None:
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.handler.send_response(code)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.send_header("Content-Length", str(len(data)))
        self.handler.end_headers()
        self.handler.wfile.write(data)

    def begin(self, kind: str = "text/event-stream") -> None:
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", kind)
        self.handler.send_header("Transfer-Encoding", "chunked")
        self.handler.end_headers()

    def raw(self, data: bytes) -> None:
        self.handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.handler.wfile.flush()

    def event(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> None:
        chunk = {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": self.payload.get("model", "m"),
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
            **more,
        }
        self.raw(f"data: {json.dumps(chunk)}\n\n".encode())

    def end(self, finish: str = "stop") -> None:
        self.event({}, finish)
        usage = {"prompt_tokens": 100, "completion_tokens": 7, "total_tokens": 107}
        self.event({}, None, choices=[], usage=usage)
        self.raw(b"data: [DONE]\n\n")
        self.handler.wfile.write(b"0\r\n\r\n")

    def pause(self, seconds: float) -> None:
        self.stopping.wait(seconds)

    def cut(self) -> None:
        self.handler.close_connection = True
        self.handler.connection.close()


Behaviour = Callable[[Exchange], None]


def says(text: str | Callable[[dict[str, Any]], str], size: int = 7) -> Behaviour:
    """Streams a text, or what a function makes of the request, in small pieces."""

    def behave(x: Exchange) -> None:
        reply = text if isinstance(text, str) else text(x.payload)
        x.begin()
        x.event({"role": "assistant", "content": ""})
        for i in range(0, len(reply), size):
            x.event({"content": reply[i : i + size]})
        x.end()

    return behave


def fails(code: int, message: str = "no", **headers: str) -> Behaviour:
    """Answers with a status and an OpenAI error body."""
    body = {"error": {"message": message, "type": "error", "code": None}}
    return lambda x: x.status(code, body, Content_Type="application/json", **headers)


def silent(seconds: float) -> Behaviour:
    """Accepts the request and says nothing, not even a status."""
    return lambda x: x.pause(seconds)


def drips(words: Iterable[str], pause: float) -> Behaviour:
    """Streams words with pauses; ends only when the words do."""

    def behave(x: Exchange) -> None:
        x.begin()
        for word in words:
            if x.stopping.is_set():
                return
            x.event({"content": word})
            x.pause(pause)
        x.end()

    return behave


def breaks(text: str, politely: bool = False) -> Behaviour:
    """Streams a text, then the connection ends in the middle (or politely, too early)."""

    def behave(x: Exchange) -> None:
        x.begin()
        x.event({"content": text})
        if politely:
            x.handler.wfile.write(b"0\r\n\r\n")
        else:
            x.cut()

    return behave


def garbles(body: bytes, kind: str = "text/event-stream") -> Behaviour:
    """A 200 whose body is not the protocol."""

    def behave(x: Exchange) -> None:
        x.begin(kind)
        x.raw(body)
        x.handler.wfile.write(b"0\r\n\r\n")

    return behave


@dataclass
class Server:
    """Runs on loopback; keeps what it was asked and when a client went away."""

    behaviours: list[Behaviour] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    left: list[float] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                size = int(self.headers.get("Content-Length", 0))
                payload = json.loads(self.rfile.read(size))
                turn = min(len(owner.requests), len(owner.behaviours) - 1)
                owner.requests.append(payload)
                owner.headers.append({k.lower(): v for k, v in self.headers.items()})
                owner.times.append(time.monotonic())
                try:
                    owner.behaviours[turn](Exchange(self, payload, owner.stopping))
                except OSError:
                    owner.left.append(time.monotonic())
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Silence."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def close(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
