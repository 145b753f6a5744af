"""Loading the page: the first moving picture at once, the rest afterwards, and again after a lost connection."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route

from tests.browser.explore import Explore, address
from tests.browser.problem import expect_problem

Open = Callable[..., Page]

KILOBYTE = 1000


# Notes when time first moves, in milliseconds since the page was asked for, and then which heatmaps are painted.
MOVED = """
  const painted = (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.some((part, index) => index % 4 === 3 && part === 255);
  };
  const look = () => {
    if (Number(document.querySelector(".scrubber")?.value ?? 0) < 0.01) return requestAnimationFrame(look);
    globalThis.moved = performance.now();
    requestAnimationFrame(() => {
      globalThis.painted = [...document.querySelectorAll("gate-heatmaps canvas")].map(painted);
    });
  };
  requestAnimationFrame(look);
"""
# What had arrived when time first moved, in bytes, headers and compression counted.
ARRIVED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter((entry) => entry.responseEnd <= moved && !entry.name.includes("plotly"))
  .reduce((sum, entry) => sum + entry.transferSize, 0)"""

# The first connection is closed at its first chunk; what is sent is kept.
LOSE_THE_FIRST = """
  const Socket = WebSocket;
  window.started = [];
  window.WebSocket = class extends Socket {
    constructor(...all) {
      super(...all);
      const first = window.started.length === 0;
      this.onmessage = ({ data }) => {
        if (first && typeof data !== "string") this.close();
      };
    }
    send(message) {
      window.started.push(message);
      super.send(message);
    }
  };
"""


def test_the_first_moving_picture_needs_few_bytes(open_page: Open) -> None:
    page = open_page(path="")
    page.add_init_script(MOVED)
    page.goto("/")
    page.wait_for_function("() => globalThis.painted")
    assert page.evaluate("painted") == [True] * 6
    assert 50 * KILOBYTE < page.evaluate(ARRIVED) <= 300 * KILOBYTE


def test_the_picture_needs_no_plotly(open_page: Open, complaints: Any) -> None:
    complaints.expected.append("ERR_FAILED")
    page = open_page(path="")
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto(address(model="counter", t=3))
    explore = Explore(page)
    explore.expect_steps(25)
    explore.let_plotly_in()
    expect_problem(explore.problem, "their library did not load")
    plot = page.locator("gate-heatmaps [data-signal=cell_state] .heatmap-plot")
    box = plot.bounding_box()
    assert box
    plot.click(position={"x": box["width"] * 9.5 / 25, "y": 5})
    explore.expect_step(9)


def test_a_lost_connection_is_restored_and_continues_where_it_broke(open_page: Open) -> None:
    text = "value = other + 1\n" * 100
    page = open_page(address(model="python-char-lm", text=text, t=0), LOSE_THE_FIRST)
    Explore(page).expect_steps(len(text) + 1)
    starts = [json.loads(message) for message in page.evaluate("() => window.started")]
    begun = [start.get("from_step") for start in starts if start["type"] == "start"]
    assert begun[0] is None and len(begun) > 1
    assert all(16 <= step < len(text) for step in begun[1:])  # a busy machine may lose it again


def test_plotly_zooms_all_charts_together(open_page: Open) -> None:
    page = open_page(address(model="counter", t=3))
    explore = Explore(page)
    explore.expect_steps(25)
    explore.expect_plotly()
    plot = page.locator("gate-heatmaps [data-signal=input_gate] .heatmap-plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, y, steps=4)
    page.mouse.move(box["x"] + box["width"] * 0.6, y, steps=4)
    page.mouse.up()
    ranges = """() => [...document.querySelectorAll(".chart.js-plotly-plot")]
      .map((chart) => chart._fullLayout.xaxis.range.map((at) => Math.round(at)))"""
    page.wait_for_function(
        """() => [...document.querySelectorAll(".chart.js-plotly-plot")].every((chart) => {
          const [start, stop] = chart._fullLayout.xaxis.range;
          return Math.abs(start - 5) < 0.5 && Math.abs(stop - 15) < 0.5;
        })"""
    )
    assert len(page.evaluate(ranges)) == 7
    explore.button("All").click()
    page.wait_for_function(
        """() => [...document.querySelectorAll(".chart.js-plotly-plot")].every((chart) => {
          const [start, stop] = chart._fullLayout.xaxis.range;
          return start === 0 && stop === 25;
        })"""
    )


def test_a_late_response_breaks_nothing(open_page: Open) -> None:
    """A model that responds late does not replace what was requested after it."""
    page = open_page(address(model="python-char-lm", t=0))
    explore = Explore(page)
    explore.expect_step(0)
    held: list[Route] = []
    page.route("**/api/models/counter", lambda route: held.append(route))
    explore.models.select_option("counter")
    page.wait_for_function("() => true")
    explore.read("x = 1")
    explore.expect_steps(6)
    for route in held:
        with page.expect_response("**/api/models/counter"):
            route.continue_()
    page.evaluate(
        "() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"
    )
    explore.expect_steps(6)
