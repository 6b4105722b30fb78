from __future__ import annotations

import json
import sys
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from langchain_core.documents import Document
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda

from eval.checker import check
from eval.dataset import Question
from eval.plugins import http_system, runnable_system, to_record
from rag.errors import InputError
from rag.types import Turn

QUESTION = Question("q", "Who led?", history=(Turn("user", "Hi"),), asked_on=date(2025, 1, 2))
DOCUMENTS = [
    Document("ASML led the round.", metadata={"source": "https://a.org/1", "start_index": 5}),
    Document("Other news.", metadata={"url": "https://a.org/2", "title": "T"}),
]


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "peer_rag.py").write_text(
        "from langchain_core.runnables import RunnableLambda\n"
        "chain = RunnableLambda(lambda d: d['question'] + ' ' + str(d['asked_on']))\n"
        "def plain(text):\n    return {'result': text.upper(), 'abstained': True}\n"
        "number = 5\n"
    )
    monkeypatch.chdir(tmp_path)
    yield "peer_rag"
    sys.modules.pop("peer_rag", None)
    sys.path[:] = [p for p in sys.path if p != str(tmp_path)]


def test_runnable_and_function(module):
    record = runnable_system(f"{module}:chain").ask(QUESTION)
    assert record["answer"] == "Who led? 2025-01-02"
    assert record["abstained"] is False
    assert record["seconds"]["total"] > 0
    record = runnable_system(f"{module}:plain", text_input=True).ask(QUESTION)
    assert record["answer"] == "WHO LED?"
    assert record["abstained"] is True


@pytest.mark.parametrize(
    "name", ["peer_rag", "peer_rag:none", "no_such_module:x", ":", "peer_rag:number"]
)
def test_what_is_no_runnable(module, name):
    with pytest.raises(InputError):
        runnable_system(name)


def test_documents_become_passages_and_marks_citations():
    output = {"answer": "ASML led the round. [1] So what. [9]", "context": DOCUMENTS}
    record = to_record(QUESTION, output, 0.5, "peer")
    assert [h["url"] for h in record["hits"]] == ["https://a.org/1", "https://a.org/2"]
    assert record["hits"][0]["start"] == 5
    assert record["hits"][0]["end"] == 24
    assert [c["n"] for c in record["citations"]] == [1]
    found = check(record)
    assert found.sentences[0].supported
    assert found.dangling == (9,)


def test_a_record_passes_through(records):
    record = to_record(QUESTION, records[0], 0.5, "peer")
    for key in ("answer", "citations", "claims", "abstained"):
        wanted = records[0][key]
        assert record[key] == wanted or key == "citations"
    assert record["citations"][0]["quote"] == records[0]["citations"][0]["quote"]
    assert record["confidence"] == records[0]["confidence"]
    assert record["seconds"]["total"] == 0.5


def test_messages_and_refusals():
    message = AIMessage("I don't know, sorry.", usage_metadata={
        "input_tokens": 7, "output_tokens": 3, "total_tokens": 10})  # fmt: skip
    record = to_record(QUESTION, message, 0.1, "peer", "I don't know")
    assert record["abstained"] is True
    assert record["tokens"] == {"prompt": 7, "completion": 3}
    parts = AIMessage([{"type": "text", "text": "A"}, "B"])
    assert to_record(QUESTION, parts, 0.1, "peer")["answer"] == "AB"
    assert to_record(QUESTION, {"answer": message}, 0.1, "peer")["answer"].startswith("I don't")
    assert to_record(QUESTION, {"output": "x", "docs": ["a", {"text": "b"}]}, 0, "p")["hits"][1][
        "text"
    ] == "b"  # fmt: skip


@pytest.mark.parametrize("output", [5, {}, {"context": []}, {"answer": "x", "citations": [{}]}])
def test_outputs_without_an_answer(output):
    with pytest.raises(InputError):
        to_record(QUESTION, output, 0.1, "peer")


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((sent, self.headers.get("Authorization")))
        status, body = self.server.reply
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.seen = []
    server.reply = (200, b'{"answer": "ASML", "documents": [{"url": "u", "text": "ASML led"}]}')
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_http(server, monkeypatch):
    monkeypatch.setenv("CITEWIRE_EVAL_AUTHORIZATION", "Bearer x")
    system = http_system(f"http://127.0.0.1:{server.server_port}/ask", top_k=7)
    record = system.ask(QUESTION)
    assert record["answer"] == "ASML"
    assert record["hits"][0]["text"] == "ASML led"
    sent, authorization = server.seen[0]
    assert sent == {
        "question": "Who led?", "history": [{"role": "user", "content": "Hi"}],
        "asked_on": "2025-01-02", "top_k": 7,
    }  # fmt: skip
    assert authorization == "Bearer x"
    server.reply = (200, b"just text")
    assert system.ask(QUESTION)["answer"] == "just text"
    server.reply = (503, b"busy")
    with pytest.raises(InputError, match="answered 503: busy"):
        system.ask(QUESTION)


def test_http_addresses():
    with pytest.raises(InputError, match="is no address"):
        http_system("localhost:80")
    with pytest.raises(InputError, match="can't be asked"):
        http_system("http://127.0.0.1:9/ask").ask(QUESTION)


def test_description_and_text():
    system = runnable_system("langchain_core.runnables:RunnablePassthrough")
    assert system.describe()["system"].endswith("RunnablePassthrough")
    assert system.lookup is None
    system.close()
    assert RunnableLambda(lambda x: x).invoke(1) == 1
