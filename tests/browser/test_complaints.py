"""The watch on every page works: without it, all other screens could break unseen."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Complaints


def test_an_untouched_page_gives_no_cause(page: Page, complaints: Complaints) -> None:
    page.goto("/")
    assert complaints.found == []


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.error('the trace is lost')", "the trace is lost"),
        ("setTimeout(() => { throw new Error('no such unit') })", "uncaught: no such unit"),
        (
            "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))",
            "CSP violation: script",
        ),
        ("fetch('http://127.0.0.1:9/').catch(() => {})", "request to another host: http://127.0.0.1:9/"),
        ("new WebSocket('ws://127.0.0.1:9/')", "request to another host: ws://127.0.0.1:9/"),
    ],
)
def test_each_kind_of_trouble_is_noticed(
    page: Page, complaints: Complaints, script: str, complaint: str
) -> None:
    page.goto("/")
    page.evaluate(f"() => {{ {script}; }}")
    deadline = time.monotonic() + 10
    while not any(text.startswith(complaint) for text in complaints.found) and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    assert any(text.startswith(complaint) for text in complaints.found), complaints.found
    complaints.expected.append("")


def test_what_a_test_provokes_is_allowed(page: Page, complaints: Complaints) -> None:
    complaints.expected.append("of my own making")
    page.goto("/")
    page.evaluate("console.error('of my own making'); console.error('not of mine')")
    assert complaints.unexpected == ["not of mine"]
    complaints.expected.append("not of mine")


def test_a_window_can_be_a_telephone_in_the_dark(open_page: Callable[..., Page]) -> None:
    page = open_page("/", viewport={"width": 360, "height": 740}, color_scheme="dark")
    assert page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [360, True]
