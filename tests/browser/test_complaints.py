"""Every page's complaints are noticed: otherwise, other browser tests could miss broken pages."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.complaints import Complaints
from tests.browser.windows import EMPTY, PATIENCE


def test_an_untouched_page_has_no_complaints(page: Page, complaints: Complaints) -> None:
    page.goto("/")
    assert complaints.found == []


def wait_for(complaint: str, page: Page, complaints: Complaints) -> None:
    """Wait until the browser has complained in these words, and allow whatever it complained about."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not any(text.startswith(complaint) for text in complaints.found) and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    assert any(text.startswith(complaint) for text in complaints.found), complaints.found
    complaints.expected.append("")


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.error('the trace is lost')", "the trace is lost"),
        ("setTimeout(() => { throw new Error('no such unit') })", "uncaught: no such unit"),
        (
            "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))",
            "CSP violation: script",
        ),
        (
            "fetch('http://127.0.0.1:9/').catch(() => {})",
            "CSP violation: connect-src blocked http://127.0.0.1:9",
        ),
        ("new WebSocket('ws://127.0.0.1:9/')", "CSP violation: connect-src blocked ws://127.0.0.1:9"),
    ],
)
def test_an_error_on_the_page_is_noticed(
    page: Page, complaints: Complaints, script: str, complaint: str
) -> None:
    page.goto(EMPTY)
    page.evaluate(f"() => {{ {script}; }}")
    wait_for(complaint, page, complaints)


@pytest.mark.parametrize(
    ("script", "url"),
    [
        ("fetch('http://127.0.0.1:9/').catch(() => {})", "http://127.0.0.1:9/"),
        (
            "document.body.append(Object.assign(new Image(), {src: 'http://example.org/a.png'}))",
            "http://example.org/a.png",
        ),
        ("new WebSocket('ws://127.0.0.1:9/')", "ws://127.0.0.1:9/"),
    ],
)
def test_a_request_to_another_host_is_noticed(
    page: Page, complaints: Complaints, script: str, url: str
) -> None:
    page.evaluate(f"() => {{ {script}; }}")  # about:blank has no policy that could forbid it first
    wait_for(f"request to another host: {url}", page, complaints)


def test_expected_complaints_are_allowed(page: Page, complaints: Complaints) -> None:
    complaints.expected.append("of my own making")
    page.goto(EMPTY)
    page.evaluate("console.error('of my own making'); console.error('not of mine')")
    assert complaints.unexpected == ["not of mine"]
    complaints.expected.append("not of mine")


def test_a_window_can_be_a_phone_in_the_dark(open_page: Callable[..., Page]) -> None:
    page = open_page("/", viewport={"width": 360, "height": 740}, color_scheme="dark")
    assert page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [360, True]
