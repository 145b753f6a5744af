"""Forecasters, classifiers and sandboxes over a real socket: what docs/stream.md says of them."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import polars as pl
import pytest
import torch
from torch import nn

from app import zoo
from app.settings import Settings
from tests.networks.models import small_classifier, small_forecaster
from tests.networks.runs import assert_close
from tests.web.running import Running, running
from tests.web.streaming import Story, start, tell

VALUES = np.random.default_rng(0).normal(10, 5, (12, 2))
LABELS = [f"2015-01-{day:02}" for day in range(1, 13)]


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory: Path = tmp_path_factory.mktemp("models")
    for model in (small_forecaster(), small_classifier()):
        zoo.save(model, directory)
    with running(Settings(models=directory, max_steps=1000)) as server:
        yield server


def numbers(server: Running, model: Any, values: Any, **fields: Any) -> Story:
    sequence = {"values": values if isinstance(values, list) else values.tolist()} | fields.pop(
        "sequence", {}
    )
    return tell(server, start(model, None, sequence=sequence, **fields))


def sandbox(**config: Any) -> dict[str, Any]:
    return {"sandbox": {"cell": "lstm", "input_size": 5, "hidden_size": 6} | config}


def test_a_forecaster_streams_values_and_what_it_expects_next(tasks: Running) -> None:
    story = numbers(
        tasks, "small-forecaster", VALUES, sequence={"features": ["rain", "warm"], "labels": LABELS}
    )
    header = story.header
    assert (header["features"], header["outputs"], header["tokens"]) == (["rain", "warm"], ["warm"], [])
    assert (header["labels"], header["steps"]) == (LABELS, 12)
    arrays = story.joined()
    model = small_forecaster()
    inputs = torch.from_numpy((VALUES - [1, 10]) / [2, 5]).float()
    scores, _ = model.network(inputs)
    np.testing.assert_array_equal(arrays["values"], VALUES)
    assert_close(arrays["inputs"], inputs)
    assert_close(arrays["prediction.values"], VALUES[:, 1:] + 3 * scores.double().numpy())
    assert arrays["prediction.values"].dtype == np.float32
    assert story.last["type"] == "done"
    assert story.last["agrees"] is True


def test_a_classifier_streams_what_it_would_say_if_the_text_ended_there(tasks: Running) -> None:
    story = tell(tasks, start("small-classifier", "Not good, not bad."))
    assert story.header["classes"] == ["negative", "positive"]
    assert [token["text"] for token in story.header["tokens"]] == ["Not", "good", ",", "not", "bad", "."]
    network = small_classifier().network
    ids = torch.tensor([3, 1, 0, 3, 2, 4])
    expected = [network(ids[:count, None])[0].softmax(-1) for count in range(1, 7)]
    assert_close(story.joined()["prediction.probabilities"], torch.stack(expected))
    assert story.last["agrees"] is True


def test_a_classifiers_own_limit_of_steps_is_a_problem_that_names_it(tasks: Running) -> None:
    problem = tell(tasks, start("small-classifier", "good " * 513)).problem
    assert problem["type"] == "/problems/too-large"
    assert problem["expected"] == "at most 512 steps"


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_sandbox_streams_the_module_of_the_documented_lines(tasks: Running, cell: str) -> None:
    values = np.random.default_rng(1).normal(size=(7, 3, 5))
    kinds: dict[str, Any] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
    with torch.random.fork_rng():
        torch.manual_seed(3)
        m = kinds[cell](5, 6, 2, bidirectional=True)
        h0 = torch.randn(4, 3, 6)
        states = (h0, torch.randn(4, 3, 6)) if cell == "lstm" else h0
    output, _ = m(torch.from_numpy(values).float(), states)
    story = numbers(
        tasks,
        sandbox(cell=cell, num_layers=2, bidirectional=True, seed=3, initial="random"),
        values,
        options={"sequence": 1},
    )
    arrays = story.joined()
    for direction, units in (("forward", slice(0, 6)), ("backward", slice(6, 12))):
        assert_close(arrays[f"layers.1.{direction}.hidden_state"], output[:, 1, units].detach())
    np.testing.assert_array_equal(arrays["values"], values[:, 1])
    assert story.header["model"] == "sandbox"
    assert story.header["features"] == [f"feature {index}" for index in range(5)]
    assert story.last["agrees"] is True


@pytest.mark.parametrize(
    ("model", "where", "said"),
    [
        ({"sandbox": {"cell": "lstm", "input_size": 2}}, "model.sandbox.hidden_size", "missing"),
        (sandbox(hidden_size=0), "model.sandbox.hidden_size", "0"),
        (sandbox(cell="lstn"), "model.sandbox.cell", "lstn"),
        (sandbox(dropout=0.1), "model.sandbox.dropout", "no field"),
        (sandbox(nonlinearity="relu"), "model.sandbox", "relu"),
        ({"sandbag": {}}, "model.sandbox", "missing"),
        (5, "model", "5"),
        (sandbox(hidden_size=16_384), "model.sandbox", "weights and biases"),
    ],
)
def test_an_impossible_sandbox_is_a_problem_that_names_the_field(
    tasks: Running, model: Any, where: str, said: str
) -> None:
    problem = numbers(tasks, model, VALUES).problem
    assert problem["where"] == where
    assert said in problem["detail"]


def test_only_sandboxes_read_a_batch(tasks: Running) -> None:
    problem = numbers(tasks, "small-forecaster", VALUES[:, None]).problem
    assert "a batch of several sequences" in problem["detail"]
    problem = numbers(tasks, sandbox(), [[[1.0] * 5], [[1.0] * 5, [2.0] * 5]]).problem
    assert problem["where"] == "sequence.values[1]"


@pytest.mark.parametrize("form", ["safetensors", "npz", "csv", "parquet", "json"])
def test_whole_traces_come_in_every_format(tasks: Running, form: str) -> None:
    bodies = [
        {"model": "small-forecaster", "sequence": {"values": VALUES.tolist(), "labels": LABELS}},
        {"model": "small-classifier", "sequence": {"text": "good, not bad"}},
        {"model": sandbox(input_size=2), "sequence": {"values": VALUES.tolist()}},
    ]
    for body in bodies:
        answer = httpx.post(f"{tasks.url}/api/traces?format={form}", json=body)
        assert answer.status_code == 200, answer.text
        assert len(answer.content) > 500


def test_a_trace_file_of_a_forecaster_holds_the_forecasts(tasks: Running) -> None:
    body = {"model": "small-forecaster", "sequence": {"values": VALUES.tolist()}}
    streamed = numbers(tasks, "small-forecaster", VALUES).joined()
    answer = httpx.post(f"{tasks.url}/api/traces?format=npz", json=body)
    arrays = np.load(io.BytesIO(answer.content))
    np.testing.assert_array_equal(arrays["values"], VALUES)
    assert_close(arrays["prediction.values"], streamed["prediction.values"])
    table = pl.read_csv(httpx.post(f"{tasks.url}/api/traces?format=csv", json=body).content)
    assert len(table) == 12 * 5


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_weights_of_a_sandboxs_units_can_be_asked_for(tasks: Running, cell: str) -> None:
    kinds: dict[str, Any] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
    gates = {"lstm": "input_gate", "gru": "update_gate", "rnn": "hidden_state"}
    row = {"lstm": 4, "gru": 6 + 4, "rnn": 4}[cell]
    with torch.random.fork_rng():
        torch.manual_seed(9)
        m = kinds[cell](5, 6, 2, bidirectional=True)
    body = {
        "model": sandbox(cell=cell, num_layers=2, bidirectional=True, seed=9),
        "signal": gates[cell],
        "unit": 4,
        "layer": 1,
        "direction": "backward",
    }
    answer = httpx.post(f"{tasks.url}/api/parameters", json=body).json()
    assert answer["model"] == "sandbox"
    assert (answer["part"], answer["layer"], answer["direction"]) == ("sequence", 1, "backward")
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        assert_close(answer[name], getattr(m, f"{name}_l1_reverse")[row].detach())


def test_parameters_of_a_model_are_the_same_by_get_and_post(tasks: Running) -> None:
    chosen: dict[str, Any] = {"signal": "forget_gate", "unit": 2, "layer": 1, "direction": "backward"}
    got = httpx.get(f"{tasks.url}/api/models/small-classifier/parameters", params=chosen).json()
    posted = httpx.post(f"{tasks.url}/api/parameters", json={"model": "small-classifier", **chosen})
    assert posted.json() == got
    assert len(got["weight_ih"]) == 10


@pytest.mark.parametrize(
    ("change", "status", "where"),
    [
        ({"unit": 6}, 422, "unit"),
        ({"unit": -1}, 422, "unit"),
        ({"signal": "cell_state"}, 422, "signal"),
        ({"part": "encoder"}, 422, "part"),
        ({"model": "unheard-of"}, 404, None),
        ({"model": {"sandbox": {"cell": "lstm"}}}, 422, "model.sandbox.input_size"),
        ({"more": 1}, 422, "more"),
    ],
)
def test_parameters_that_do_not_exist_are_a_problem(
    tasks: Running, change: dict[str, Any], status: int, where: str | None
) -> None:
    body = {"model": sandbox(), "signal": "input_gate", "unit": 0} | change
    answer = httpx.post(f"{tasks.url}/api/parameters", json=body)
    assert answer.status_code == status
    assert answer.json().get("where") == where


def test_units_of_a_sandbox_are_put_in_order(tasks: Running) -> None:
    body = {
        "model": sandbox(input_size=2),
        "sequence": {"values": VALUES.tolist()},
        "signal": "hidden_state",
    }
    answer = httpx.post(f"{tasks.url}/api/orders", json=body)
    assert sorted(answer.json()["order"]) == list(range(6))


def test_the_page_offers_forecasters_and_classifiers(tasks: Running) -> None:
    page = httpx.get(tasks.url)
    assert page.status_code == 200
    assert "small-forecaster" in page.text
    assert "small-classifier" in page.text
    assert httpx.get(f"{tasks.url}/readyz").status_code == 200


def test_the_pages_of_such_models_hold_their_opening(tasks: Running) -> None:
    for name, key in (("small-forecaster", "outputs"), ("small-classifier", "classes")):
        page = httpx.get(f"{tasks.url}/api/models/{name}").json()
        assert page["opening"]["header"][key]
    listed = httpx.get(f"{tasks.url}/api/models").json()["models"]
    assert [model["task"] for model in listed] == ["classifier", "forecaster"]
    assert json.dumps(listed)
