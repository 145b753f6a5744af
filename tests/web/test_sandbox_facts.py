"""`POST /api/sandbox`, and a batch that is attached, over a real socket."""

import json
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from app.networks.sandbox_facts import SandboxFacts
from tests.web.running import Running, problem

BATCH = np.random.default_rng(0).normal(size=(6, 3, 5))
CONFIG = {"cell": "lstm", "input_size": 5, "hidden_size": 6, "num_layers": 2, "initial": "random"}
MODEL = {"sandbox": CONFIG}


def attached(values: Any, **fields: Any) -> dict[str, Any]:
    body = json.dumps({"model": MODEL, "sequence": {"attached": True}, **fields})
    return {"files": {"start": (None, body), "values": ("values", save({"values": values}))}}


def test_a_sandbox_is_described(server: Running) -> None:
    body = {"model": MODEL, "sequence": {"values": BATCH.tolist()}}
    facts = SandboxFacts.model_validate(server.post("/api/sandbox", json=body).raise_for_status().json())
    assert facts.shapes.input == [6, 3, 5]
    assert "nn.LSTM(5, 6, 2)" in facts.code
    assert facts.loop.agrees and facts.loop.steps == 6
    same = server.post("/api/sandbox", **attached(BATCH)).raise_for_status().json()
    assert same["code"] == facts.code


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"sequence": {"text": "abc"}}, "reads numbers"),
        ({"sequence": {"values": [[1.0, 2.0]]}}, "2 features"),
        ({"model": "small"}, "model"),
        ({"options": {}}, "options"),
    ],
)
def test_what_a_sandbox_cannot_read_is_refused(server: Running, change: dict[str, Any], detail: str) -> None:
    body = {"model": MODEL, "sequence": {"values": BATCH.tolist()}} | change
    assert detail in str(problem(server.post("/api/sandbox", json=body), 422, "bad-input"))


def test_a_batch_may_be_attached(server: Running) -> None:
    options = {"options": {"sequence": 2}}
    whole = {"model": MODEL, "sequence": {"values": BATCH.tolist()}, **options}
    expected = load(server.post("/api/traces", json=whole).raise_for_status().content)
    arrays = load(server.post("/api/traces", **attached(BATCH, **options)).raise_for_status().content)
    assert arrays.keys() == expected.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, expected[name])
    wrong = np.where(np.arange(90).reshape(6, 3, 5) == 40, np.nan, BATCH)
    assert "NaN" in problem(server.post("/api/traces", **attached(wrong)), 422, "bad-input")["detail"]
    problem(server.post("/api/traces", **attached(np.zeros((3, 0, 5)))), 422, "bad-input")
