"""Anything that a client sends is answered as documented, and the server serves the next one.

The suite tries a few of each kind; `make fuzz` tries many, for some minutes, from a seed.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.fuzz.requests import BODY, CONVERSATION, PARAMETER, WORD
from tests.fuzz.serving import limited
from tests.sequences.test_fuzz import BINARY, TEXT, damaged
from tests.web.running import Running, wait_until
from tests.web.streaming import start, tell

MOST = int(os.environ.get("FUZZ_EXAMPLES", "25"))
SECONDS = float(os.environ.get("FUZZ_SECONDS", "30"))  # of each test
FINE = {200, 206, 304, 307}
REFUSED = {400, 404, 405, 408, 413, 415, 416, 422, 431, 503}
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
TYPES = st.sampled_from(
    ["application/json", "text/csv", "multipart/form-data", "multipart/form-data; boundary=x"]
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with limited(tmp_path_factory.mktemp("models")) as server:
        yield server


class Ends:
    """Ends a test's examples once its time is over."""

    def __init__(self) -> None:
        self.at = time.monotonic() + SECONDS

    def check(self) -> None:
        """Called by each example: Hypothesis makes no more examples after one that skips."""
        if time.monotonic() > self.at:
            pytest.skip("the time is over")

    def run(self, test: Callable[[], None]) -> None:
        with suppress(pytest.skip.Exception):
            test()


@pytest.fixture(scope="module")
def paths(server: Running) -> list[str]:
    """All addresses of the API, with `{}` for what is named in them."""
    document = server.get("/openapi.json").json()
    return [path.replace("{model_id}", "{}").replace("{name}", "{}") for path in document["paths"]]


def serves(server: Running) -> None:
    """The server answers, nothing of the runs is left, and nothing is held."""
    assert server.get("/healthz").status_code == 200
    admission = server.services.admission
    wait_until(lambda: (server.active, admission.memory.held, admission.disk.held) == (0, 0, 0))
    assert tell(server, start(text="abc")).last["type"] == "done"


def test_every_conversation_ends_as_documented(server: Running) -> None:
    ends = Ends()

    @examples(max_examples=MOST)
    @given(CONVERSATION)
    def converse(messages: list[str | bytes]) -> None:
        ends.check()
        story = tell(server, *messages)
        assert story.code in (1000, 1008), story
        assert story.last["type"] == ("done" if story.code == 1000 else "error")
        if story.code == 1008:
            is_documented(story.problem)

    ends.run(converse)
    serves(server)


def test_every_request_is_answered_as_documented(server: Running, paths: list[str]) -> None:
    ends = Ends()
    parameters = st.sampled_from(["format", "signal", "unit", "columns", "rows", "gaps", "labels", "x"])

    with server.client() as client:

        @examples(max_examples=4 * MOST)
        @given(
            METHODS,
            st.sampled_from(paths) | WORD.map(lambda word: f"/{quote(word)}"),
            PARAMETER,
            st.dictionaries(parameters, PARAMETER | st.integers(-1, 9).map(str), max_size=3),
            TYPES,
            BODY,
        )
        def ask(
            method: str, path: str, name: str, query: dict[str, str], kind: str, body: str | bytes
        ) -> None:
            ends.check()
            path = path.replace("{}", quote(name, safe=""))
            content = body.encode("utf-8", "replace") if isinstance(body, str) else body
            answer = client.request(
                method, path, params=query, headers={"Content-Type": kind}, content=content
            )
            is_fine(answer)

        ends.run(ask)
    serves(server)


def test_every_file_is_answered_as_documented(server: Running) -> None:
    ends = Ends()

    with server.client() as client:

        @examples(max_examples=MOST)
        @given(damaged(TEXT | BINARY | st.binary(max_size=100)), st.sampled_from(["", "/preview"]))
        def upload(data: bytes, what: str) -> None:
            ends.check()
            is_fine(client.post(f"/api/sequences{what}", content=data))

        ends.run(upload)
    serves(server)


def test_raw_bytes_do_not_hurt(server: Running) -> None:
    ends = Ends()
    request = f"POST /api/orders HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: 9\r\n\r\n{{}}".encode()

    @examples(max_examples=MOST)
    @given(st.lists(st.binary(max_size=50) | st.just(request) | st.just(b"\r\n"), max_size=5))
    def send(pieces: list[bytes]) -> None:
        ends.check()
        with server.raw() as client, suppress(ConnectionError):  # it may close at the first wrong byte
            for piece in pieces:
                client.sendall(piece)

    ends.run(send)
    serves(server)
    assert threading.active_count() < 60


def is_fine(answer: httpx.Response) -> None:
    """The answer has a documented status, and a problem document if it is a refusal."""
    assert answer.status_code in FINE | REFUSED, (answer.status_code, answer.text[:300])
    if answer.status_code in REFUSED and answer.request.method != "HEAD":
        assert answer.headers["content-type"] == "application/problem+json", answer.text[:300]
        is_documented(answer.json())


def is_documented(problem: dict[str, Any]) -> None:
    """A problem is short, and says what was wrong."""
    assert problem["status"] in REFUSED, problem
    assert problem["detail"].strip()
    assert problem["title"].strip()
    assert len(json.dumps(problem)) < 3_000
