import math
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
import torch

from app import zoo
from app.recurrent import CELLS, capture
from app.settings import Settings
from app.web.model_pages import ModelPage
from tests.networks.models import language_model, small_classifier
from tests.web.running import Running, problem, running, wait_until
from tests.web.streaming import read_chunk


def test_the_models_are_listed(server: Running) -> None:
    models = server.get("/api/models").json()["models"]
    assert [model["id"] for model in models] == ["both", "gated", "small", "strict"]
    assert {"title", "task", "cell", "sizes", "codec", "metrics", "data", "licence", "recipe"} <= models[
        0
    ].keys()


def test_a_listed_model_leaves_its_words_out(tmp_path: Path) -> None:
    zoo.save(small_classifier(), tmp_path)
    with running(Settings(models=tmp_path)) as server:
        (listed,) = server.get("/api/models").json()["models"]
        whole = server.get("/api/models/small-classifier").json()
        assert listed["codec"] == whole["codec"] == {"kind": "words"}
        assert [entry["text"] for entry in whole["vocabulary"]][1:] == list(small_classifier().codec.words)


def test_a_model_page_is_complete(server: Running) -> None:
    model = server.get("/api/models/small").json()
    assert model["vocabulary"][:3] == [
        {"id": 0, "text": "<start>", "special": True},
        {"id": 1, "text": "<unknown>", "special": True},
        {"id": 2, "text": "a"},
    ]
    assert model["examples"][0]["id"] == "first"
    assert model["card"].startswith("# A card")
    assert model["opening"]["header"]["steps"] == 81
    ModelPage.model_validate(model)


def test_the_cells_are_described(server: Running) -> None:
    cells = server.get("/api/cells").json()["cells"]
    assert [cell["kind"] for cell in cells] == list(CELLS)
    assert [signal["name"] for signal in cells[0]["signals"]] == list(CELLS["lstm"].signal_names)


@pytest.mark.parametrize(
    ("model", "signal", "layer", "direction"),
    [
        ("small", "forget_gate", 0, "forward"),
        ("both", "output_gate", 1, "backward"),
        ("gated", "update_gate", 0, "forward"),
        ("strict", "hidden_state", 0, "forward"),
    ],
)
def test_the_parameters_make_the_pre_activation(
    server: Running, model: str, signal: str, layer: int, direction: str
) -> None:
    loaded = language_model(server.services.zoo.get(model))
    with torch.no_grad():
        inputs = loaded.network.embedding(torch.from_numpy(loaded.codec.encode("abab")[1].astype(np.int64)))
        trace = capture(loaded.network.recurrent, inputs, pre_activations=True)
    below = (
        [trace[f"layers.{layer - 1}.{side}.hidden_state"] for side in trace.directions] if layer else [inputs]
    )
    x = torch.cat(below, dim=-1)
    h = trace[f"layers.{layer}.{direction}.hidden_state"]
    t, before = (2, 1) if direction == "forward" else (1, 2)
    query = {"signal": signal, "unit": 1, "layer": layer, "direction": direction}
    row = server.get(f"/api/models/{model}/parameters", params=query).json()
    from_input = np.dot(row["weight_ih"], x[t].numpy()) + row["bias_ih"]
    from_hidden = np.dot(row["weight_hh"], h[before].numpy()) + row["bias_hh"]
    pre = from_input + from_hidden
    assert pre == pytest.approx(float(trace[f"layers.{layer}.{direction}.{signal}.pre"][t, 1]), abs=1e-5)


@pytest.mark.parametrize(
    ("query", "where", "expected"),
    [
        (
            "signal=cell_state&unit=0",
            "signal",
            "one of: input_gate, forget_gate, cell_candidate, output_gate",
        ),
        ("signal=forget_gate&unit=6", "unit", "0 to 5"),
        ("signal=forget_gate&unit=-1", "unit", "0 to 5"),
        ("signal=forget_gate&unit=0&layer=1", "layer", "0 to 0"),
        ("signal=forget_gate&unit=0&direction=backward", "direction", "one of: forward"),
        ("signal=forget_gate", "unit", "a field 'unit'"),
        ("unit=0", "signal", "a field 'signal'"),
        ("signal=forget_gate&unit=x", "unit", "a valid integer, unable to parse string as an integer"),
    ],
)
def test_what_has_no_parameters_is_refused(server: Running, query: str, where: str, expected: str) -> None:
    document = problem(server.get(f"/api/models/small/parameters?{query}"), 422, "bad-input")
    assert document["where"] == where
    assert document["expected"] == expected


@pytest.mark.parametrize("path", ["/api/models/nobody", "/api/models/nobody/parameters?signal=a&unit=0"])
def test_an_unknown_model_is_a_problem(server: Running, path: str) -> None:
    assert "small" in problem(server.get(path), 404, "unknown-model")["expected"]


def test_errors_of_http_itself_are_problems(server: Running) -> None:
    assert "/nowhere" in problem(server.get("/nowhere"), 404, "not-found")["detail"]
    answer = server.post("/healthz")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_broken_form_is_a_problem(server: Running, kind: str) -> None:
    answer = server.post("/api/sequences", content=b"no form", headers={"content-type": kind})
    assert problem(answer, 400, "malformed-message")["where"] == "body"


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/api/cells", "/api/models/small", "/openapi.json", "/api/models/x"]
)
def test_head_answers_as_get_does_without_the_body(server: Running, path: str) -> None:
    wait_until(lambda: server.get("/readyz").status_code == 200)
    with server.client(headers={"accept-encoding": "identity"}) as client:
        head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert {**head.headers, "date": ""} == {**get.headers, "date": ""}


def test_an_unexpected_error_reveals_nothing(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(server.services.zoo, "list", fail)
    answer = server.get("/api/models")
    problem(answer, 500, "internal-server-error")
    assert "secret" not in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_the_server_is_ready_once_its_opening_is_computed(server: Running) -> None:
    wait_until(lambda: server.get("/readyz").status_code == 200)
    assert server.get("/readyz").json() == {"status": "ready"}
    assert server.get("/healthz").json().keys() == {"status", "version", "runs"}


def test_a_server_without_models_still_serves(tmp_path: Path) -> None:
    with running(Settings(models=tmp_path / "none")) as server:
        wait_until(lambda: server.get("/readyz").status_code == 200)
        assert server.get("/api/models").json() == {"models": []}


def test_the_chunk_of_an_opening_can_be_read(server: Running) -> None:
    opening = server.get("/api/models/both").json()["opening"]
    chunk = read_chunk(b64decode(opening["chunk"]))
    assert (chunk.start, chunk.stop) == (0, 12)
    assert opening["example"]["id"] == "first"
    assert math.isfinite(float(chunk.metadata["parity"]))


def test_answers_are_compressed_and_validated(server: Running) -> None:
    first = server.get("/api/models/small", headers={"accept-encoding": "br"})
    assert first.headers["vary"] == "Accept-Encoding"
    again = server.get(
        "/api/models/small", headers={"accept-encoding": "br", "if-none-match": first.headers["etag"]}
    )
    assert again.status_code == 304
    assert again.content == b""
