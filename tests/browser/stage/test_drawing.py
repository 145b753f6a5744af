"""The diagram of the cell as pure functions: its structure, its layout, and the picture of a moment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from app.recurrent import CELLS

SIZES = [(970, 472), (1490, 640), (740, 472), (316, 704), (690, 760)]

# `stage` gives the modules of the diagram, and their results for a cell at a size.
LOAD = """async () => {
  const base = document.querySelector('script[src$="explore.js"]').src.replace("explore.js", "stage/");
  const names = ["structure", "schedule", "layout", "picture", "curve", "strip"];
  const modules = Object.assign({}, ...(await Promise.all(names.map((name) => import(`${base}${name}.js`)))));
  const { cells } = await (await fetch("/api/cells")).json();
  window.stage = (kind, width = 970, height = 472, features = 4) => {
    const cell = cells.find((candidate) => candidate.kind === kind);
    const structure = modules.structureOf(cell);
    const schedule = modules.scheduleOf(cell);
    const layout = modules.layoutOf(structure, { width, height, features });
    return { ...modules, cell, structure, schedule, calm: false, layout };
  };
}"""


@pytest.fixture(scope="module")
def stage(still: Page) -> Page:
    still.evaluate(LOAD)
    return still


def test_an_lstm_is_read_as_a_line_with_what_is_kept_and_written(stage: Page) -> None:
    structure = stage.evaluate("stage('lstm').structure")
    assert [gate["signal"] for gate in structure["gates"]] == [
        "forget_gate", "input_gate", "cell_candidate", "output_gate",
    ]  # fmt: skip
    assert [gate["function"] for gate in structure["gates"]] == ["σ", "σ", "tanh", "σ"]
    line, exposed = structure["line"], structure["exposed"]
    assert (line["kept"]["gate"], line["kept"]["of"], line["kept"]["back"]) == (
        "forget_gate",
        "cell_state",
        1,
    )
    assert (line["written"]["gate"], line["written"]["of"]) == ("input_gate", "cell_candidate")
    assert (exposed["gate"], exposed["function"], exposed["of"]) == ("output_gate", "tanh", "cell_state")


def test_a_gru_mixes_with_one_gate_and_scales_what_the_candidate_sees(stage: Page) -> None:
    structure = stage.evaluate("stage('gru').structure")
    assert [(gate["signal"], gate["scaledBy"]) for gate in structure["gates"]] == [
        ("update_gate", None), ("reset_gate", None), ("candidate", "reset_gate"),
    ]  # fmt: skip
    kept, written = structure["line"]["kept"], structure["line"]["written"]
    assert (kept["name"], kept["gate"], kept["complement"]) == ("hidden_state.1", "update_gate", False)
    assert (written["name"], written["gate"], written["complement"]) == (
        "hidden_state.0",
        "update_gate",
        True,
    )
    assert structure["exposed"] is None


def test_a_plain_network_has_no_line(stage: Page) -> None:
    structure = stage.evaluate("stage('rnn').structure")
    assert (structure["line"], structure["exposed"]) == (None, None)
    assert structure["gates"] == [{"signal": "hidden_state", "function": "tanh", "scaledBy": None}]


def test_every_vector_has_its_own_place(stage: Page) -> None:
    for kind in CELLS:
        for width, height in SIZES:
            check_places(stage, kind, width, height)


def check_places(stage: Page, kind: str, width: int, height: int) -> None:
    layout = stage.evaluate("([kind, w, h]) => stage(kind, w, h).layout", [kind, width, height])
    cell = CELLS[kind]
    parts = [card["part"] for card in layout["cards"]]
    assert len(set(parts)) == len(parts)
    states = [f"{state}.before" for state in cell.states]
    assert {"input", *cell.signal_names, *states} <= set(parts)
    boxes = [card["box"] for card in layout["cards"]]
    for index, one in enumerate(boxes):
        assert one["x"] >= 0 and one["y"] >= 0, parts[index]
        assert one["x"] + one["width"] <= width + 0.5, parts[index]
        assert one["y"] + one["height"] <= height + 0.5, parts[index]
        for other, part in zip(boxes[index + 1 :], parts[index + 1 :], strict=True):
            assert not overlap(one, other), (parts[index], part)
    for valve in layout["valves"]:
        assert valve["gate"] in cell.gates
    for wire in layout["wires"]:
        assert all(0 <= x <= width and 0 <= y <= height for x, y in wire["points"]), wire


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    return all(
        one[place] < other[place] + other[size] and other[place] < one[place] + one[size]
        for place, size in (("x", "width"), ("y", "height"))
    )


def test_nothing_is_known_before_its_phase_and_all_is_at_the_end(stage: Page) -> None:
    found = stage.evaluate(
        """() => {
          const { cell, schedule, progress } = stage("lstm");
          const starts = [...schedule.values()].map((span) => progress(span, span.start));
          const ends = [...schedule.values()].map((span) => progress(span, 1));
          return { starts, ends, forget: schedule.get("cell_state.0"), phase: cell.phases[3] };
        }"""
    )
    assert set(found["starts"]) == {0}
    assert set(found["ends"]) == {1}
    assert found["phase"]["name"] == "forget"
    assert found["forget"] == {k: found["phase"][k] for k in ("start", "stop")}


# A picture of values that are easy to follow: the unit keeps a quarter, and a half of 0.8 is written.
PICTURE = """(fraction) => {
  const { layout, structure, schedule, calm, pictureOf } = stage("lstm");
  const vectors = new Map(Object.entries({
    "cell_state.before": [2, 4], "hidden_state.before": [0, 0], input: [1, 0, 0, 0],
    forget_gate: [0.25, 1], input_gate: [0.5, 0], cell_candidate: [0.8, 1], output_gate: [0.1, 0.9],
    "cell_state.0": [0.5, 4], "cell_state.1": [0.4, 0], cell_state: [0.9, 4], lost: [1.5, 0],
    "hidden_state.inside": [0.716, 0.999], hidden_state: [0.0716, 0.899],
  }).map(([name, values]) => [name, Float32Array.from(values)]));
  const pre = new Map([["forget_gate", { sum: -1.0986, input: 0.5, hidden: -1.5986 }]]);
  const handing = { comes: "back", goes: true };
  const values = { vectors, pre, unit: 0, largest: () => 4, handing };
  return JSON.parse(JSON.stringify(pictureOf({ layout, structure, schedule, calm }, values, fraction)));
}"""


def picture(stage: Page, fraction: float) -> Any:
    return stage.evaluate(PICTURE, fraction)


def card(shown: Any, part: str) -> Any:
    return next(card for card in shown["cards"] if card["part"] == part)


def test_a_moment_has_one_picture(stage: Page) -> None:
    assert picture(stage, 0.47) == picture(stage, 0.47)
    assert picture(stage, 0.47) != picture(stage, 0.48)


def test_past_values_are_solid_and_future_places_are_empty(stage: Page) -> None:
    shown = picture(stage, 0.44)  # in the phase forget
    assert card(shown, "forget_gate")["opacity"] == 1
    assert card(shown, "cell_state.before")["opacity"] == 1
    assert 0 < card(shown, "cell_state")["opacity"] < 0.5
    assert card(shown, "cell_state.0")["focus"] == 1
    assert card(shown, "forget_gate")["focus"] == 1  # its valve is at work
    assert card(shown, "hidden_state")["focus"] == 0
    assert card(shown, "forget_gate")["there"] == 1
    assert card(shown, "cell_state")["there"] == 0
    resting = {sprite["part"] for sprite in shown["sprites"] if not sprite["travels"]}
    gates = {"forget_gate", "input_gate", "cell_candidate", "output_gate"}
    assert resting == {"cell_state.before", "hidden_state.before", "input", *gates}
    whole = picture(stage, 0.96)
    assert {card["opacity"] for card in whole["cards"]} == {1}
    assert {card["there"] for card in whole["cards"]} == {1}
    assert whole["prediction"]["grow"] == 1


def test_weighing_shows_what_is_summed_and_predicting_lights_the_prediction(stage: Page) -> None:
    read, weigh = picture(stage, 0.13), picture(stage, 0.27)
    assert read["sums"][0]["parts"] == read["sums"][0]["there"] == 0
    assert (weigh["sums"][0]["input"], weigh["sums"][0]["hidden"]) == (0.5, -1.5986)
    assert weigh["sums"][0]["parts"] == weigh["sums"][0]["there"] == 1
    assert read["prediction"]["focus"] == 0
    assert picture(stage, 0.88)["prediction"]["focus"] == 1


# The visible part of a picture: the values at their places, and everything with an opacity, without the shapes of
# invisible elements.
ONE_STEP_TO_THE_NEXT = """([kind, width, height, pace]) => {
  const { cell, layout, structure, pictureOf, scheduleOf, pulseOf } = stage(kind, width, height);
  const stages = {
    phases: { layout, structure, schedule: scheduleOf(cell), calm: false },
    pulse: { layout, structure, schedule: pulseOf(cell), calm: true },
  };
  let seed = 1;
  const some = () => Float32Array.from({ length: 2 }, () => Math.sin((seed += 1)));
  const parts = [...layout.cards.map(({ part }) => part.replace(/[.]function$/, "")), "lost"];
  const step = (earlier) => new Map(parts.map((part) => {
    const state = part.replace(/[.]before$/, "");
    return [part, state === part || !earlier ? some() : earlier.get(state)];
  }));
  const first = step(null);
  const seen = (vectors, fraction) => {
    const pre = new Map(structure.gates.map(({ signal }) => [signal, { sum: 0.5, input: seed, hidden: 0.5 - seed }]));
    const handing = { comes: "back", goes: true };
    const drawn = pictureOf(stages[pace], { vectors, pre, unit: 0, largest: () => 4, handing }, fraction);
    const shown = ({ there, value, ...rest }) => ({ ...rest, there, value: there > 0 ? value : null });
    return JSON.parse(JSON.stringify({
      ...drawn,
      sprites: drawn.sprites
        .map(({ part, at, opacity, travels }) => [[...vectors.get(part)], at, opacity, travels])
        .sort((one, other) => one[1][1] - other[1][1]),
      cards: drawn.cards.map(shown),
      wires: drawn.wires.map(({ opacity, focus, strength }) => ({ opacity, focus, strength })),
      valves: drawn.valves,
      curves: drawn.curves.map(({ opacity, there, ahead }) => ({ opacity, there, ahead })),
      sums: drawn.sums.map(({ opacity, parts, there }) => ({ opacity, parts, there })),
    }));
  };
  return { end: seen(first, 1), start: seen(step(first), 0), middle: seen(first, 0.5), rest: seen(first, 0.96) };
}"""


@pytest.mark.parametrize("pace", ["phases", "pulse"])
@pytest.mark.parametrize("kind", sorted(CELLS))
def test_a_step_ends_with_the_picture_that_the_next_one_begins_with(
    stage: Page, kind: str, pace: str
) -> None:
    for width, height in SIZES:
        seen = stage.evaluate(ONE_STEP_TO_THE_NEXT, [kind, width, height, pace])
        assert seen["end"] == seen["start"]
        assert len(seen["start"]["sprites"]) == len(CELLS[kind].states)
        assert seen["middle"] != seen["start"]


def test_a_step_at_rest_is_one_picture_at_every_pace(stage: Page) -> None:
    for kind in CELLS:
        phases, pulse = (
            stage.evaluate(ONE_STEP_TO_THE_NEXT, [kind, 970, 472, pace])["rest"]
            for pace in ("phases", "pulse")
        )
        for drawn in (phases, pulse):  # the two numbers that were summed belong to the phase
            for entry in drawn["sums"]:
                del entry["parts"]
        assert phases == pulse


def test_the_states_travel_back_while_the_step_begins(stage: Page) -> None:
    moving = [sprite for sprite in picture(stage, 0.04)["sprites"] if sprite["travels"]]
    assert [sprite["part"] for sprite in moving] == ["hidden_state.before", "cell_state.before"]
    x = [
        next(s["at"][0] for s in picture(stage, fraction)["sprites"] if s["part"] == "cell_state.before")
        for fraction in (0, 0.02, 0.04, 0.06, 0.1)
    ]
    assert x == sorted(x, reverse=True) and x[0] > x[-1]
    assert card(picture(stage, 0.04), "cell_state.before")["there"] == 0
    assert card(picture(stage, 0.1), "cell_state.before")["there"] == 1


def test_the_valve_is_as_open_as_the_gate(stage: Page) -> None:
    assert picture(stage, 0)["valves"][0]["open"] == 1
    valve = picture(stage, 0.95)["valves"][0]
    assert valve["open"] == pytest.approx(0.25)
    assert valve["mean"] == pytest.approx(0.625)


def test_a_moving_vector_changes_at_the_valve(stage: Page) -> None:
    shown = picture(stage, 0.49)
    moving = [sprite for sprite in shown["sprites"] if sprite["travels"]]
    assert [sprite["part"] for sprite in moving] == ["cell_state.before", "cell_state.0"]
    valve = stage.evaluate("stage('lstm').layout.valves.find(({ when }) => when === 'cell_state.0').at[0]")
    assert moving[0]["until"] == moving[1]["after"] == valve
    assert shown["lost"]["opacity"] > 0
    assert picture(stage, 0.43)["lost"] is None


@pytest.mark.parametrize(("name", "values"), [("σ", [-4.0, 0.0, 2.5]), ("tanh", [-1.5, 0.0, 0.75])])
def test_the_curves_are_accurate(stage: Page, name: str, values: list[float]) -> None:
    box = {"x": 10, "y": 20, "width": 120, "height": 60}
    points = np.array(
        stage.evaluate(
            """([box, name, values]) => {
              const { frameOf, pointOf, squashed } = stage("lstm");
              return values.map((value) => pointOf(box, frameOf(name), value, squashed(name, value)));
            }""",
            [box, name, values],
        )
    )
    x = np.array(values)
    share = 1 / (1 + np.exp(-x)) if name == "σ" else (np.tanh(x) + 1) / 2
    np.testing.assert_allclose(points[:, 0], 10 + 120 * (x + 6) / 12)
    np.testing.assert_allclose(points[:, 1], 20 + 60 * (1 - share))


@pytest.mark.parametrize("units", [1, 2, 3, 4, 16, 32, 64, 128, 300, 1024])
def test_every_unit_has_a_cell_to_point_at(stage: Page, units: int) -> None:
    found = stage.evaluate(
        """(units) => {
          const { foldOf, viewOf, cellBox, cellAt } = stage("lstm");
          const view = viewOf(units);
          const fold = foldOf(view.count, { x: 0, y: 0, width: 112, height: 48 });
          const cells = Array.from({ length: view.count }, (_, cell) => {
            const { x, y, width, height } = cellBox(fold, cell);
            return cellAt(fold, view.count, x + width / 2, y + height / 2);
          });
          return { view, fold, cells };
        }""",
        units,
    )
    view, fold = found["view"], found["fold"]
    assert view["count"] <= 128
    assert view["group"] * view["count"] >= units > view["group"] * (view["count"] - 1)
    assert (view["group"] == 1) == (units <= 128)
    assert found["cells"] == list(range(view["count"]))
    assert fold["columns"] * fold["width"] <= 112
    assert fold["rows"] * fold["height"] <= 48
    assert fold["height"] >= 5 and fold["width"] >= 5
