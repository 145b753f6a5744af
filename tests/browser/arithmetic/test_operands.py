"""The operands of an equation: before the first step, they are the trace's initial states."""

import pytest
from playwright.sync_api import Page

from app.recurrent import CELLS
from tests.browser.modules import run

# A trace of two steps of two units, with or without initial states, and the leaves of an equation at a step.
VALUES = """async ({ valuesOf }, cell, initial, direction, step) => {
  const { Trace } = await import(document.querySelector("script[type=module]").src
    .replace("explore.js", "trace/trace.js"));
  const token = (text) => ({ text, start: null, end: null });
  const trace = new Trace({ layers: [0], directions: [direction], units: 2, signals: [], steps: 2,
                            tokens: [..."ab"].map(token) });
  const tensors = new Map(Object.entries(initial).map(([state, values]) =>
    [`initial.0.${direction}.${state}`, { shape: [2], values: Float32Array.from(values) }]));
  for (const { name } of cell.signals)
    tensors.set(`layers.0.${direction}.${name}`, { shape: [2, 2], values: Float32Array.of(0.1, 0.2, 0.3, 0.4) });
  tensors.set("inputs", { shape: [2, 1], values: Float32Array.of(1, 2) });
  trace.append({ metadata: { start: 0, stop: 2, parity: 0, agrees: true }, tensors });
  const spot = { place: { part: "sequence", layer: 0, direction }, unit: 1, signal: "" };
  const row = { weight_ih: [10], weight_hh: [100, 1000], bias_ih: 1, bias_hh: 2 };
  const state = cell.equations.find(({ signal }) => signal === cell.states.at(-1)).expression;
  const gate = cell.equations.find(({ signal }) => signal === cell.gates[0]).expression;
  return { ...valuesOf(state, { trace, cell, spot, step, row }), ...valuesOf(gate, { trace, cell, spot, step, row }) };
}"""


@pytest.mark.parametrize(("direction", "first"), [("forward", 0), ("backward", 1)])
def test_the_first_step_starts_from_the_initial_states(still: Page, direction: str, first: int) -> None:
    cell = CELLS["lstm"].as_dict()

    def values(initial: dict[str, list[float]], step: int) -> dict[str, float]:
        found: dict[str, float] = run(still, "arithmetic/operands.js", VALUES, cell, initial, direction, step)
        return found

    zeros = values({}, first)
    assert zeros["cell_state.before"] == 0
    assert zeros["input_gate.hidden"] == 2
    given = values({"hidden_state": [0.5, 0.25], "cell_state": [3, -4]}, first)
    assert given["cell_state.before"] == -4
    assert given["input_gate.hidden"] == 100 * 0.5 + 1000 * 0.25 + 2
    assert given["input_gate.input"] == zeros["input_gate.input"] == 10 * (first + 1) + 1
    later = values({"hidden_state": [0.5, 0.25], "cell_state": [3, -4]}, 1 - first)
    assert later["cell_state.before"] == pytest.approx([0.2, 0.4][first])
