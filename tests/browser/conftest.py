"""The real server, a real Chromium, and pages that fail their test for anything the browser complains about."""

import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright
from starlette.responses import HTMLResponse

from app.main import create_app
from app.serving import uvicorn_options
from app.settings import Settings
from tests.browser import chromium
from tests.browser.complaints import Complaints
from tests.browser.windows import EMPTY, LOOK, PATIENCE, Window, Windows

HOST = "127.0.0.1"
expect.set_options(timeout=PATIENCE)
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of the server under test: the defaults."""
    return Settings()


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of a running Gatescope, such as http://127.0.0.1:40123; it stops when the block ends."""
    listener = socket.create_server((HOST, 0))
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    options = uvicorn_options(settings) | {"log_level": "warning"}
    app = create_app(settings)
    app.add_route(EMPTY, lambda _: HTMLResponse('<!doctype html><link rel="icon" href="data:,">'))
    running = uvicorn.Server(uvicorn.Config(app, **options))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, name="gatescope-under-test")
    thread.start()
    try:
        httpx.get(address, timeout=300).raise_for_status()  # computed once, on first request
        yield address
    finally:
        running.should_exit = True
        thread.join(timeout=PATIENCE / 1000)
        listener.close()
    assert not thread.is_alive(), "the server did not stop"


@pytest.fixture(scope="session")
def server(settings: Settings) -> Iterator[str]:
    """The server shared by all tests of the session; a module may have its own, with other models."""
    with serving(settings) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium that was found, headless; without its sandbox if CHROMIUM_SANDBOX=off, the default for root."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.launch_options())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def still(browser: Browser, server: str) -> Iterator[Page]:
    """The document of the Explore page, in which no script runs: for tests that only call its modules."""
    page = browser.new_page(base_url=server)
    page.route("**/js/explore.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto("/")
    yield page
    page.close()


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    """The windows that tests pass on to each other."""
    return Windows(browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def complaints(server: str) -> Complaints:
    """The record for this test: `complaints.expected.append(r"status of 422")` allows what a test provokes."""
    return Complaints(server)


@pytest.fixture
def open_page(
    windows: Windows, server: str, complaints: Complaints, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Opens a page as if for the first time: `open_page("/#t=3", viewport=…, color_scheme="dark")`.

    Takes the arguments of Playwright's `new_context`, and a script that runs before those of the page. With an empty
    path, the page is not opened yet and the window is new, so a test can prepare it. The test fails if any of its pages
    logged an error, violated the Content-Security-Policy or sent a request to another host.
    """
    lent: list[Window] = []
    own: list[Window] = []

    def open_at(path: str = "/", script: str = "", **options: Any) -> Page:
        if path and options.keys() <= LOOK.keys():
            window = windows.lend(server, complaints, **options)
            lent.append(window)
        else:
            window = windows.new(server, complaints, **options)
            own.append(window)
        if script:
            window.prepare(script)
        if path:
            window.page.goto(path)
        return window.page

    yield open_at
    if request.node.stash.get(FAILED, False):
        own += lent
        lent.clear()
    for window in own:
        window.close()
    for window in lent:
        windows.take_back(window)
    check(complaints)


@pytest.fixture
def return_to(
    windows: Windows, server: str, complaints: Complaints, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Opens a page like `open_page`, or goes on in the page of the previous test of the file, which is much faster.

    It goes on if that page shows the same model with the same sequence. So this is for tests that leave nothing behind
    that an address does not set, and their addresses name everything that they expect, the unit and signal too. It is
    not for Translate, which translates again when an address is followed.
    """
    used: list[tuple[Window, object]] = []

    def go_to(path: str, **look: Any) -> Page:
        if used:
            windows.leave(*used.pop())
        key = request.path, repr(look)
        window = windows.left(server, complaints, key)
        if window and window.shows(path):
            window.go_to(path)
        else:
            if window:
                windows.take_back(window)
            window = windows.lend(server, complaints, **look)
            window.page.goto(path)
        used.append((window, key))
        return window.page

    yield go_to
    for window, key in used:
        if request.node.stash.get(FAILED, False):
            window.close()
        else:
            windows.leave(window, key)
    check(complaints)


def check(complaints: Complaints) -> None:
    assert not complaints.unexpected, "the browser complained:\n" + "\n".join(complaints.unexpected)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """An empty page of 1280 × 900, watched like all others; `page.goto("/")` opens Gatescope."""
    return open_page(path="")
