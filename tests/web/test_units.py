"""Units that track concepts, and units ranked for marked steps, over a real socket."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from app import zoo
from app.networks.run import Run
from app.networks.tracked import Tracked
from app.sequences import TextSequence
from app.settings import Settings
from tests.networks.models import small_forecaster
from tests.web.models import make_model
from tests.web.running import Running, problem, running

TEXT = "the quick brown fox " * 3
BODY = {"model": "small", "sequence": {"text": TEXT}, "marked": [[3, 9], [20, 31]]}
OVERFLOWING: dict[str, Any] = {
    "sandbox": {"cell": "rnn", "nonlinearity": "relu", "input_size": 2, "hidden_size": 5, "seed": 9}
}
CONCEPT: dict[str, Any] = {
    "id": "string",
    "title": "inside a string",
    "decided": "by hand",
    "on": "one text",
    "steps": 61,
    "share": 0.5,
    "chance": 0.6,
    "units": [
        {"layer": 0, "direction": "forward", "signal": "hidden_state", "unit": 5, "auc": 0.9, "sign": -1}
    ],
}


def areas(server: Running, body: dict[str, Any], first: int = 0) -> dict[tuple[int, str, str, int], float]:
    """The area of each unit, by its definition: the share of pairs in which the marked step is higher."""
    run = Run(server.services.zoo.get(body["model"]), TextSequence(TEXT), from_step=first)
    (chunk,) = run.chunks([10_000])
    marked = np.zeros(chunk.stop, bool)
    for start, stop in body["marked"]:
        marked[start:stop] = True
    marked = marked[first:]
    found = {}
    for name, values in chunk.arrays.items():
        if name.startswith("layers.") and name.endswith("_state"):
            _, layer, direction, signal = name.split(".")
            inside, outside = values[marked][:, None], values[~marked][None]
            pairs = (inside > outside) + (inside == outside) / 2
            for unit, area in enumerate(pairs.mean((0, 1)).tolist()):
                found[int(layer), direction, signal, unit] = area
    return found


@pytest.mark.parametrize("model", ["small", "gated", "both"])
def test_units_are_ranked_by_how_well_they_tell_the_marked_steps(server: Running, model: str) -> None:
    body = BODY | {"model": model}
    answer = server.post("/api/units", json=body)
    assert answer.status_code == 200, answer.text
    ranked, wanted = answer.json(), areas(server, body)
    assert (ranked["steps"], ranked["marked"]) == (61, 17)
    assert len(ranked["units"]) == len(wanted)
    for unit in ranked["units"]:
        area = wanted[unit["layer"], unit["direction"], unit["signal"], unit["unit"]]
        assert unit["auc"] == pytest.approx(max(area, 1 - area), abs=1e-6)
        assert unit["sign"] == (1 if area >= 0.5 else -1)
    scores = [unit["auc"] for unit in ranked["units"]]
    assert scores == sorted(scores, reverse=True)
    assert 0.5 < ranked["chance"] <= 1


def test_a_place_and_signals_can_be_chosen(server: Running) -> None:
    body = BODY | {"model": "both", "layer": 1, "direction": "backward", "signals": ["forget_gate"]}
    units = server.post("/api/units", json=body).json()["units"]
    assert {(unit["layer"], unit["direction"], unit["signal"]) for unit in units} == {
        (1, "backward", "forget_gate")
    }
    assert sorted(unit["unit"] for unit in units) == [0, 1, 2]


def test_steps_keep_their_numbers_after_the_first(server: Running) -> None:
    answer = server.post("/api/units", json=BODY | {"from_step": 20, "marked": [[20, 31]]}).json()
    wanted = areas(server, BODY | {"marked": [[20, 31]]}, first=20)
    assert answer["steps"] == 41
    best = answer["units"][0]
    area = wanted[0, "forward", best["signal"], best["unit"]]
    assert best["auc"] == pytest.approx(max(area, 1 - area), abs=1e-6)


def test_a_start_message_can_be_sent_as_it_is(server: Running) -> None:
    assert server.post("/api/units", json={"type": "start", "credit": 4, **BODY}).status_code == 200


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"marked": []}, "marked"),
        ({"marked": [[3, 62]]}, "marked[0]"),
        ({"marked": [[3, 4], [5, 5]]}, "marked[1]"),
        ({"marked": [[0, 61]]}, "marked"),
        ({"marked": [[1]]}, "marked[0]"),
        ({"layer": 1}, "layers"),
        ({"signals": ["fame"]}, "signals"),
        ({"unit": 3}, "unit"),
    ],
    ids=str,
)
def test_impossible_marks_are_a_problem(server: Running, change: dict[str, Any], where: str) -> None:
    assert problem(server.post("/api/units", json=BODY | change), 422, "bad-input")["where"] == where


def test_rankings_count_as_runs(models: Path) -> None:
    with running(Settings(models=models, max_runs=1)) as server, server.services.admission.admitted():
        problem(server.post("/api/units", json=BODY), 503, "overloaded")


def test_numbers_may_be_attached(tmp_path: Path) -> None:
    model = small_forecaster()
    zoo.save(model, tmp_path)
    values = np.random.default_rng(0).normal(5.0, 2.0, (40, 2))
    start = {"model": model.id, "sequence": {"attached": True}, "marked": [[3, 9]]}
    with running(Settings(models=tmp_path)) as server:
        files: dict[str, Any] = {
            "start": (None, json.dumps(start)),
            "values": ("values", save({"values": values})),
        }
        attached = server.post("/api/units", files=files)
        within = server.post("/api/units", json=start | {"sequence": {"values": values.tolist()}})
        assert attached.status_code == 200, attached.text
        assert attached.json() == within.json()


def test_a_column_that_is_not_finite_is_refused_by_step_and_feature(server: Running) -> None:
    for wrong, shown in [(np.nan, "NaN"), (-np.inf, "-Infinity")]:
        values = np.ones((40, 2))
        values[:, 1] = wrong
        start = {"model": OVERFLOWING, "sequence": {"attached": True}, "marked": [[3, 9]]}
        files: dict[str, Any] = {
            "start": (None, json.dumps(start)),
            "values": ("v", save({"values": values})),
        }
        refused = problem(server.post("/api/units", files=files), 422, "bad-input")
        assert refused["where"] == "sequence.values[0][1]"
        assert refused["detail"] == f"the number at step 0, feature 1 is {shown}"
        assert refused["expected"].startswith("finite numbers")


@pytest.mark.parametrize(("huge", "left"), [(4, {3, 4}), (10, set())], ids=["some", "all"])
def test_units_with_a_value_that_is_nan_are_left_out_and_counted(
    server: Running, huge: int, left: set[int]
) -> None:
    values = np.ones((30, 2))
    values[-huge:] = 3e38
    body = {"model": OVERFLOWING, "sequence": {"values": values.tolist()}}
    trace = load(server.post("/api/traces", json=body).content)["layers.0.forward.hidden_state"]
    assert set(np.flatnonzero(~np.isnan(trace).any(0)).tolist()) == left
    answer = server.post("/api/units", json=body | {"marked": [[3, 9], [28, 30]]}).json()
    assert {unit["unit"] for unit in answer["units"]} == left
    assert answer["unranked"] == 5 - len(left)
    scores = [unit["auc"] for unit in answer["units"]]
    assert scores == sorted(scores, reverse=True)
    assert answer["chance"] >= 0.5


def test_a_model_tells_what_its_units_track(tmp_path: Path) -> None:
    make_model(tmp_path, "small", cell="lstm", units=6)
    make_model(tmp_path, "plain", cell="lstm", units=6)
    zoo.save_units(Tracked.model_validate({"concepts": [CONCEPT]}), tmp_path / "small")
    (tmp_path / "plain" / "units.json").unlink()
    with running(Settings(models=tmp_path)) as server:
        assert server.get("/api/models/small/units").json() == {"concepts": [CONCEPT]}
        assert server.get("/api/models/plain/units").json() == {"concepts": []}
        problem(server.get("/api/models/none/units"), 404, "unknown-model")
