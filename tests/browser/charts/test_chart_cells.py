"""What is drawn of values that have not arrived, and of values that are not finite."""

import pytest
from playwright.sync_api import Page

from tests.browser.modules import run

VALUES = "Float32Array.of(0, 1,  NaN, 0.5,  Infinity, -Infinity,  0, 0)"
"""Four steps of two units; three of them have arrived."""


@pytest.mark.parametrize(
    ("columns", "pixels"),
    [
        ({"first": 0, "size": 1, "count": 4}, [[1, 999, 256, 0], [256, 129, 1, 0]]),
        ({"first": 1, "size": 1, "count": 2}, [[999, 256], [129, 1]]),
        ({"first": 0, "size": 2, "count": 2}, [[999, 256], [192, 1]]),
        ({"first": 3, "size": 1, "count": 1}, [[0], [0]]),
    ],
)
def test_a_heatmap_shows_nan_in_a_colour_of_its_own_and_nothing_where_nothing_has_arrived(
    still: Page, columns: dict[str, int], pixels: list[list[int]]
) -> None:
    drawn = run(
        still,
        "charts/heatmap-cells.js",
        f"""({{ gather, paint }}, columns) => {{
          const cells = gather({{ values: {VALUES}, width: 2 }}, 3, columns);
          const pixels = new Uint32Array(2 * columns.count);
          const colours = Uint32Array.from({{ length: 256 }}, (_, level) => level + 1);
          paint(cells, {{ low: 0, high: 1, pixels: colours, nan: 999 }}, pixels);
          return [0, 1].map((unit) => [...pixels.subarray(unit * columns.count, (unit + 1) * columns.count)]);
        }}""",
        columns,
    )
    assert drawn == pixels


def test_units_on_their_own_scales_fill_the_scale_and_keep_zero_and_sign(still: Page) -> None:
    script = """({ onOwnScales }, scale) => onOwnScales(
      [Float32Array.of(-1, 0, 0.5), Float32Array.of(3, 4, 4), Float32Array.of(7, 7, 7)],
      [[-1, 0.5], [3, 4], [7, 7]],
      scale,
    ).map((row) => [...row])"""
    path = "charts/heatmap-cells.js"
    signed = [[-10, 0, 5], [7.5, 10, 10], [10, 10, 10]]
    assert run(still, path, script, {"low": -10, "high": 10}) == signed
    assert run(still, path, script, {"low": 0, "high": 1})[1:] == [[0, 1, 1], [0, 0, 0]]


def test_the_range_of_a_line_and_the_largest_value_are_finite(still: Page) -> None:
    spans = run(
        still,
        "charts/line-points.js",
        f"({{ spanOf }}) => [0, 1].map((unit) => spanOf({{ values: {VALUES}, width: 2 }}, unit, 3))",
    )
    assert spans == [[0, 0], [0.5, 1]]
    largest = run(
        still,
        "trace/trace.js",
        f"""({{ Trace }}) => {{
          const trace = new Trace({{ tokens: [], steps: 4 }});
          trace.append({{
            metadata: {{ start: 0, stop: 4, parity: 0, agrees: true }},
            tensors: new Map([["layers.0.forward.c", {{ shape: [4, 2], values: {VALUES} }}]]),
          }});
          return trace.largest("layers.0.forward.c");
        }}""",
    )
    assert largest == 1
