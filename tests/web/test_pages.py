import json
import re
import shutil
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from app import zoo
from app.settings import Settings
from tests.networks.translators import small_translator
from tests.web.running import Running, running, wait_until
from tests.web.streaming import read_chunk, start, tell


def block(page: str) -> dict[str, Any]:
    """The data block of a page, read like a browser: up to the first end of a script element."""
    match = re.search(r'<script type="application/json" id="opening">(.*?)</script', page, re.DOTALL)
    assert match
    data: dict[str, Any] = json.loads(match[1])
    return data


def test_the_page_holds_the_beginning_of_its_example(server: Running) -> None:
    opening = block(server.get("/").text)
    assert [model["id"] for model in opening["models"]] == ["both", "gated", "small", "strict"]
    assert [cell["kind"] for cell in opening["cells"]] == ["lstm", "gru", "rnn"]
    assert opening["header"]["model"] == "both"
    chunk = read_chunk(b64decode(opening["chunk"]))
    assert (chunk.start, chunk.stop) == (0, 12)
    streamed = tell(server, start("both", opening["example"]["text"])).joined()
    for name, array in chunk.arrays.items():
        if name != "prediction.actual":
            assert (array == streamed[name][:12]).all()


def test_the_translate_page_holds_the_beginning_of_a_translation(models: Path, tmp_path: Path) -> None:
    zoo.save(small_translator(), tmp_path)
    shutil.copytree(models / "small", tmp_path / "small")
    with running(Settings(models=tmp_path)) as server:
        opening = block(server.get("/translate").text)
        assert [model["id"] for model in opening["models"]] == ["small-translator"]
        assert opening["header"]["parts"].keys() == {"encoder", "decoder"}
        chunk = read_chunk(b64decode(opening["chunk"]))
        assert (chunk.metadata["part"], chunk.start, chunk.stop) == ("encoder", 0, 5)
        assert block(server.get("/").text)["header"]["model"] == "small"


def test_without_a_translator_the_translate_page_is_served_empty(server: Running) -> None:
    page = server.get("/translate")
    assert page.status_code == 200
    assert block(page.text).keys() == {"models", "cells"}


def test_text_of_a_model_cannot_break_out_of_the_data_block(server: Running) -> None:
    page = server.get("/").text
    assert block(page)["example"]["note"] == "See </script><b>this</b>."
    assert "</script><b>" not in page


def test_the_default_model_opens_if_it_exists() -> None:
    with running(Settings()) as server:
        wait_until(lambda: server.get("/readyz").status_code == 200)
        opening = block(server.get("/").text)
    assert opening["header"]["model"] == "python-char-lm"


def test_the_page_is_compressed_and_revalidated(server: Running) -> None:
    first = server.get("/", headers={"accept-encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["cache-control"] == "no-cache"
    again = server.get("/", headers={"accept-encoding": "gzip", "if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def test_everything_the_page_refers_to_exists(server: Running) -> None:
    page = server.get("/").text
    addresses = set(re.findall(r'(?:src|href)="(/[^"]*)"', page))
    assert any(address.endswith("/signals.css") for address in addresses)
    with server.client() as client:
        assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(
            addresses, 200
        )


def test_a_root_path_is_before_every_address(models: Path) -> None:
    with running(Settings(models=models, root_path="gatescope/")) as server:
        for path in (
            "/",
            "/gatescope/",
        ):  # from a proxy that strips the path, and from a proxy that does not
            page = server.get(path)
            assert page.status_code == 200
            addresses = set(re.findall(r'(?:src|href)="(/[^"]*)"', page.text))
            assert addresses
            assert all(address.startswith("/gatescope/") for address in addresses)
        for prefix in ("", "/gatescope"):
            assert server.get(f"{prefix}/api/models").status_code == 200
            assert server.get(addresses.pop().replace("/gatescope", prefix)).status_code == 200
            with server.connect(f"{prefix}/api/stream") as socket:
                socket.send(start(text="abc"))
                assert '"header"' in str(socket.recv())
        assert server.get("/openapi.json").json()["servers"] == [{"url": "/gatescope"}]


@pytest.mark.parametrize("prefix", ["", "/gatescope"], ids=["cut off by the proxy", "passed on by the proxy"])
def test_a_redirect_leads_back_through_the_root_path(models: Path, prefix: str) -> None:
    with running(Settings(models=models, root_path="gatescope")) as server:
        answer = server.get(f"{prefix}/api/models/")
        assert answer.status_code == 307
        assert answer.headers["location"] == f"{server.url}/gatescope/api/models"
