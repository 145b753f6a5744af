"""A failure while a sequence is read ends only that reading, and is reported."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.complaints import Complaints
from tests.browser.explore import Explore, address
from tests.browser.problem import expect_problem

Open = Callable[..., Page]

# Messages of the stream wait for `gate`, and pass through `change`.
BETWEEN = """
  const Socket = WebSocket;
  window.gate = Promise.resolve();
  window.change = (data) => data;
  window.WebSocket = class extends Socket {
    addEventListener(type, listener) {
      super.addEventListener(type, type !== "message" ? listener : async ({ data }) => {
        await window.gate;
        listener(new MessageEvent("message", { data: window.change(data) }));
      });
    }
  };
"""


@pytest.fixture
def page(open_page: Open) -> Page:
    page = open_page(address(model="python-char-lm", text="abc", t=0), BETWEEN)
    Explore(page).expect_steps(4)
    return page


def test_a_late_failure_does_not_end_the_next_request(page: Page, complaints: Complaints) -> None:
    complaints.expected.append("Failed to load resource")
    explore = Explore(page)
    held: list[Route] = []
    page.route("**/api/models/counter", lambda route: held.append(route))
    explore.models.select_option("counter")
    page.wait_for_function("() => performance.now() > 0")
    page.evaluate("() => { window.gate = new Promise((open) => (window.open = open)); }")
    explore.read("x = 1")
    assert held
    with page.expect_event("requestfailed"):
        held[0].abort()
    page.evaluate("() => new Promise((done) => setTimeout(done))")
    page.evaluate("() => window.open()")
    explore.expect_steps(6)
    expect(explore.problem).to_be_hidden()


@pytest.mark.parametrize(
    "change",
    [
        "(data) => typeof data === 'string' ? data : data.slice(0, 20)",
        "(data) => typeof data === 'string' ? '{' : data",
    ],
    ids=["chunk", "message"],
)
def test_a_malformed_message_is_reported(page: Page, change: str) -> None:
    explore = Explore(page)
    page.evaluate(f"() => {{ window.change = {change}; }}")
    explore.read("x = 1")
    expect_problem(explore.problem, "The server sent a message that cannot be understood.")
    explore.expect_steps(4)  # the current picture stays
