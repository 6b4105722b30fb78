"""The service over real HTTP semantics: JSON endpoint, health, limits, cookies, headers."""

from __future__ import annotations

import base64
import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag.errors import InputError, SettingsError
from rag.newsroom import Newsroom
from rag.types import StageEvent
from rag.web.chats import Chats
from rag.web.desk import Desk
from rag.web.guard import COOKIE, LARGEST_BODY, Guard, hostname, is_local
from rag.web.request import asked, check_publishers, filters_of
from rag.web.serve import JsonLines, Users, application, check_free, reader

AMAZON = "How many corporate jobs did Amazon cut in October 2025?"


@pytest.fixture
def desk(newsroom: Newsroom, tmp_path: Path) -> Iterator[Desk]:
    made = Desk({"quoting": newsroom}, Chats(tmp_path / "chats.sqlite"), per_minute=4)
    yield made
    made.drain(0)
    made.chats.close()


def client(desk: Desk, users: str | None = None) -> TestClient:
    return TestClient(Guard(application(desk, Users.parse(users), 1.0)), base_url="http://here")  # type: ignore[arg-type]


def test_health_counts_articles(desk: Desk) -> None:
    assert client(desk).head("/health").status_code == 200
    health = client(desk).get("/health").json()
    assert health["status"] == "ok"
    assert health["articles"] > 10


def test_the_endpoint_gives_the_answer_record(desk: Desk) -> None:
    record = client(desk).post("/api/ask", json={"question": AMAZON}).json()
    assert not record["abstained"]
    assert record["citations"][0]["quote"]
    text = desk.newsroom().store.article(record["citations"][0]["url"]).text
    first = record["citations"][0]
    assert text[first["start"] : first["end"]] == first["quote"]


def test_the_endpoint_streams_lines(desk: Desk) -> None:
    body = {"question": AMAZON, "stream": True, "since": "2025-10-01", "until": "2025-10-31"}
    with client(desk).stream("POST", "/api/ask", json=body) as response:
        lines = [json.loads(line) for line in response.iter_lines()]
    assert [next(iter(line)) for line in lines][:3] == ["stage", "stage", "stage"]
    assert "answer" in lines[-1]
    for citation in lines[-1]["answer"]["citations"]:
        assert citation["published"].startswith("2025-10")


def test_a_stream_that_breaks_ends_with_a_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        yield StageEvent("understand", "reading")
        raise RuntimeError("secret")

    monkeypatch.setattr(desk, "events", broken)
    response = client(desk).post("/api/ask", json={"question": AMAZON, "stream": True})
    last = json.loads(response.text.splitlines()[-1])
    assert last == {"error": "the answer failed; the server's log says why"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"not json", "no JSON"),
        (b"[]", "no {"),
        (b'{"question": 5}', "no {"),
        (b'{"question": ""}', "empty"),
        (b'{"question": "x", "asof": 1}', "'asof' is no field"),
        (b'{"question": "x", "since": "soon"}', "since 'soon' is no date"),
        (b'{"question": "x", "until": "2025-10-28 garbage"}', "until '2025-10-28 garbage' is no"),
        (b'{"question": "x", "since": 20251028}', "since 20251028 is no date"),
        (b'{"question": "x", "as_of": false}', "as_of False is no date"),
        (b'{"question": "x", "latest": "no"}', "latest 'no' is no switch"),
        (b'{"question": "x", "stream": 0}', "stream 0 is no switch"),
        (b'{"question": "", "stream": true}', "empty"),
        (b'{"question": "x\\ud800"}', "half of a character"),
        (b'{"question": "x", "publishers": ["\\udfff"]}', "half of a character"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"question": "x", "history": 5}', "history 5 is no list"),
        (b'{"question": "x", "history": [{"role": "user", "content": 5}]}', "history"),
        (b'{"question": "x", "publishers": ["northbridge"]}', "nearest to it: 'Northbridge Wire'"),
        (b'{"question": "x", "publishers": ["qqq"]}', "no article is of 'qqq'"),
        (b'{"question": "x", "publishers": "Wire"}', "publishers is no list"),
        (b'{"question": "x", "publishers": false}', "publishers is no list"),
        (b'{"question": "x", "history": [5]}', "history"),
        (b'{"question": "x", "since": "2025-02-01", "until": "2025-01-01"}', "is empty"),
    ],
)
def test_a_bad_body_is_named(desk: Desk, body: bytes, said: str) -> None:
    response = client(desk).post("/api/ask", content=body)
    assert response.status_code == 400
    assert said in response.json()["error"]


def test_a_long_question_and_a_large_body_are_refused(desk: Desk) -> None:
    long = client(desk).post("/api/ask", json={"question": "x" * 2001})
    assert long.status_code == 400
    assert "2001 characters" in long.json()["error"]
    large = client(desk).post("/api/ask", content=b"x" * (LARGEST_BODY + 1))
    assert large.status_code == 413


def test_a_reader_may_ask_so_often(desk: Desk) -> None:
    http = client(desk)
    codes = [http.post("/api/ask", json={"question": "?"}).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 200, 429]


def test_login_guards_the_endpoint(desk: Desk) -> None:
    http = client(desk, "ann:secret,bob:pass:word")
    assert http.post("/api/ask", json={"question": "?"}).status_code == 401
    assert http.post("/api/ask", json={"question": "?"}, auth=("ann", "no")).status_code == 401
    assert (
        http.post("/api/ask", json={"question": "?"}, auth=("bob", "pass:word")).status_code == 200
    )


def test_users_are_read_and_checked() -> None:
    users = Users.parse(" ann:secret , bob:b ")
    assert users.check("ann", "secret")
    assert not users.check("ann", "b")
    assert not users.check("eve", "")
    assert not Users.parse(None)
    assert users.basic("Basic !!!") is None
    assert users.basic("Bearer " + base64.b64encode(b"ann:secret").decode()) is None
    with pytest.raises(SettingsError, match="name:password"):
        Users.parse("ann")


def test_other_sites_can_not_post(desk: Desk) -> None:
    http = client(desk)
    evil = http.post("/api/ask", json={"question": "?"}, headers={"origin": "https://evil.example"})
    assert evil.status_code == 403
    own = http.post("/api/ask", json={"question": "?"}, headers={"origin": "http://here"})
    assert own.status_code == 200
    hidden = http.post("/api/ask", json={"question": "?"}, headers={"origin": "null"})
    assert hidden.status_code == 403
    same = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert http.post("/api/ask", json={"question": "?"}, headers=same).status_code == 200


def test_the_page_gets_a_cookie_and_a_policy(desk: Desk) -> None:
    response = client(desk).get("/")
    assert f"{COOKIE}=" in response.headers["set-cookie"]
    assert "HttpOnly; SameSite=Lax" in response.headers["set-cookie"]
    assert "img-src 'self' data: blob:" in response.headers["content-security-policy"]
    again = client(desk).get("/", headers={"cookie": f"{COOKIE}=abc"})
    assert "set-cookie" not in again.headers


def test_readers_are_told_apart() -> None:
    assert reader("one", None) != reader("two", None)
    assert "one" not in reader("one", None).split(":")
    assert reader("one", "ann") == "login:ann"
    assert reader(None, None, "127.0.0.1") == "address:127.0.0.1"


def test_filters_and_body_are_typed() -> None:
    assert not filters_of("", None, []).active
    ask = asked({"question": "q", "latest": True, "as_of": "2025-01-01", "publishers": ["Wire"]})
    assert ask.wish.latest
    assert ask.wish.filters.publishers == ("Wire",)
    with pytest.raises(InputError, match="From '2025-13-01'"):
        filters_of("2025-13-01", None, [])
    with pytest.raises(InputError, match="To '2025-10-28 garbage'"):
        filters_of("", "2025-10-28 garbage", [])


def test_publishers_near_a_typed_one_are_named() -> None:
    known = ("Northbridge Wire", "Harbor Business Review", "The Ledger")
    check_publishers(known, known)
    for typed, near in (
        ("northbridge wire", "Northbridge Wire"),
        ("Harbour Busines Review", "Harbor Business Review"),
        ("ledger", "The Ledger"),
    ):
        with pytest.raises(InputError, match=f"{typed!r}; nearest to it: '{near}'$"):
            check_publishers([typed], known)
    with pytest.raises(InputError, match="of 'x'; those of most articles: none"):
        check_publishers(["x"], ())


def test_a_host_is_told_from_its_port() -> None:
    assert hostname("Here.example:80") == "here.example"
    assert hostname("[::1]:7860") == "::1"
    assert hostname("::1") == ""
    assert is_local("127.9.9.9")
    assert is_local("localhost")
    assert not is_local("0.0.0.0")
    assert not is_local("127.0.0.1.evil.example")


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=str(port)):
            check_free("127.0.0.1", port)


def test_the_log_says_nothing_personal(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("citewire").propagate = True
    with caplog.at_level(logging.INFO, "citewire"):
        run = desk.ask("login:ann", None, AMAZON, _wish())
        assert _ended(run)
    lines: list[dict[str, Any]] = [
        json.loads(JsonLines().format(record))
        for record in caplog.records
        if record.name.startswith("citewire")
    ]
    assert lines[-1]["event"] == "answer"
    assert lines[-1]["state"] == "done"
    assert "Amazon" not in json.dumps(lines)
    assert "ann" not in json.dumps(lines)


def _wish() -> Any:
    from rag.web.desk import Wish

    return Wish()


def _ended(run: Any) -> bool:
    for _ in run.watch():
        pass
    return bool(run.over)
