"""The order of units by similarity, over a real socket."""

from typing import Any

import numpy as np
import pytest
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import pdist

from app.networks.run import Run
from app.sequences import TextSequence
from app.settings import Settings
from tests.web.running import Running, problem, running

TEXT = "the quick brown fox " * 3
BODY = {"model": "small", "sequence": {"text": TEXT}, "signal": "hidden_state"}


def expected(server: Running, body: dict[str, Any]) -> list[int]:
    """SciPy's order of the same values, computed here in one piece."""
    run = Run(
        server.services.zoo.get(body["model"]),
        TextSequence(body["sequence"]["text"]),
        stop_step=body.get("stop_step"),
    )
    name = f"layers.{body.get('layer', 0)}.{body.get('direction', 'forward')}.{body['signal']}"
    values = np.concatenate([chunk.arrays[name] for chunk in run.chunks([10_000])]).T.astype(np.float64)
    tree = optimal_leaf_ordering(linkage(values, "average"), pdist(values))
    order: list[int] = leaves_list(tree).tolist()
    return order if order[0] < order[-1] else order[::-1]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"signal": "forget_gate"},
        {"stop_step": 7},
        {"by": "similarity", "layer": 0, "direction": "forward"},
        {"model": "gated", "signal": "reset_gate"},
        {"model": "both", "layer": 1, "direction": "backward"},
    ],
    ids=str,
)
def test_the_order_is_that_of_the_clustered_values(server: Running, change: dict[str, Any]) -> None:
    body = BODY | change
    answer = server.post("/api/orders", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"order": expected(server, body)}


def test_steps_that_a_model_wrote_count_too(server: Running) -> None:
    generate = {"steps": 2_000, "temperature": 1.0, "seed": 3}
    answer = server.post("/api/orders", json=BODY | {"generate": generate})
    assert sorted(answer.json()["order"]) == list(range(6))


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        (b"{", 400, "malformed-message"),
        (b'{"model": "small", "sequence": {"text": "a"}}', 422, "bad-input"),
        (b'{"model": "small", "sequence": {"text": "a"}, "signal": "none"}', 422, "bad-input"),
        (b'{"model": "small", "sequence": {"text": "a"}, "signal": "cell_state", "layer": 1}', 422, "bad-input"),
        (b'{"model": "small", "sequence": {"text": "a"}, "signal": "cell_state", "by": "fame"}', 422, "bad-input"),
        (b'{"model": "small", "sequence": {"text": "a"}, "signal": "cell_state", "credit": 1}', 422, "bad-input"),
        (b'{"model": "small", "sequence": {"text": ""}, "signal": "cell_state"}', 422, "empty-sequence"),
        (b'{"model": "small", "sequence": {"text": "a"}, "signal": "cell_state", "stop_step": 0}', 422,
         "empty-sequence"),
        (b'{"model": "none", "sequence": {"text": "a"}, "signal": "cell_state"}', 404, "unknown-model"),
        (b'"' + b"a" * 30_000 + b'"', 413, "too-large"),
    ],
)  # fmt: skip
def test_an_impossible_order_is_a_problem(server: Running, body: bytes, status: int, slug: str) -> None:
    problem(server.post("/api/orders", content=body), status, slug)


def test_orders_count_as_runs(models: Any) -> None:
    with running(Settings(models=models, max_runs=1)) as server, server.services.admission.admitted():
        problem(server.post("/api/orders", json=BODY), 503, "overloaded")
