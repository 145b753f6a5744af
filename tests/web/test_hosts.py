"""The host names that the server answers to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from tests.web.running import Running, problem, running

OWN = ["127.0.0.1:8000", "192.168.1.20", "[::1]:8000", "localhost", "LOCALHOST:8000", "localhost."]
OTHERS = ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "[", "a b"]


@pytest.fixture(scope="module")
def named(models: Path) -> Iterator[Running]:
    """A server with a name, which trusts no proxy."""
    with running(Settings(models=models, allowed_hosts=["school.example"], forwarded_allow_ips=[])) as server:
        yield server


@pytest.mark.parametrize("host", OWN)
def test_addresses_and_localhost_are_answered(server: Running, host: str) -> None:
    assert server.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", OTHERS)
def test_other_names_are_refused(server: Running, host: str) -> None:
    document = problem(server.get("/healthz", headers={"host": host}), 403, "forbidden")
    assert document["where"] == "Host"
    assert "allowed_hosts" in document["expected"]


def test_a_stream_under_another_name_is_refused(server: Running) -> None:
    handshake = {
        "host": "evil.example",
        "connection": "upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "sec-websocket-protocol": "gatescope.v1",
    }
    problem(server.get("/api/stream", headers=handshake), 403, "forbidden")


@pytest.mark.parametrize(("host", "status"), [("School.Example:8000", 200), ("evil.school.example", 403)])
def test_an_allowed_name_is_answered(named: Running, host: str, status: int) -> None:
    assert named.get("/healthz", headers={"host": host}).status_code == status


def test_every_name_can_be_allowed(models: Path) -> None:
    with running(Settings(models=models, allowed_hosts=["*"])) as server:
        assert server.get("/healthz", headers={"host": "anything.example"}).status_code == 200


def test_a_proxy_that_is_not_trusted_cannot_name_the_host(named: Running) -> None:
    headers = {"X-Forwarded-Host": "school.example", "Origin": "http://school.example"}
    problem(named.post("/api/sequences", content=b"a text", headers=headers), 403, "forbidden")


def test_a_trusted_proxy_names_the_host(server: Running) -> None:
    headers = {"X-Forwarded-Host": "school.example", "Origin": "http://school.example"}
    assert server.post("/api/sequences", content=b"a text", headers=headers).status_code == 200
    headers["Host"] = "evil.example"
    problem(server.post("/api/sequences", content=b"a text", headers=headers), 403, "forbidden")


def test_a_trusted_proxy_names_the_scheme(server: Running) -> None:
    answer = server.get("/api/models/", headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["location"].startswith("https://")
