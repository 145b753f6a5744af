"""The real server, a real Chromium, and pages that fail their test for anything the browser complains about."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.main import create_app
from app.serving import uvicorn_options
from app.settings import Settings
from tests.browser import chromium

HOST = "127.0.0.1"
PATIENCE = 20_000  # milliseconds: a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE)
# Chromium writes a violation to the console too, but not always before the test is over.
REPORT_VIOLATIONS = """
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP violation: ${event.violatedDirective} blocked ${event.blockedURI}`);
  });
"""


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of the server under test: those that a newcomer gets."""
    return Settings()


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of a running Gatescope, such as http://127.0.0.1:40123; it stops when the block ends."""
    listener = socket.create_server((HOST, 0))
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    options = uvicorn_options(settings) | {"log_level": "warning"}
    running = uvicorn.Server(uvicorn.Config(create_app(settings), **options))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, name="gatescope-under-test")
    thread.start()
    try:
        httpx.get(address, timeout=90).raise_for_status()  # computed once, when first asked for
        yield address
    finally:
        running.should_exit = True
        thread.join(timeout=15)
        listener.close()
    assert not thread.is_alive(), "the server did not stop within 15 seconds"


@pytest.fixture(scope="session")
def server(settings: Settings) -> Iterator[str]:
    """The server that every test of the session shares; a module may have its own, with other models."""
    with serving(settings) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium that was found, headless; without its sandbox where CHROMIUM_SANDBOX=off, as for root."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.launch_options())
        yield browser
        browser.close()


@dataclass
class Complaints:
    """What the browser complained about while a test ran; a test adds to `expected` what it provokes."""

    origin: str
    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", lambda message: self.add(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: self.add(f"uncaught: {error.error}"))
        context.on("request", lambda request: self.check(request.url))
        context.on("page", lambda page: page.on("websocket", lambda ws: self.check(ws.url)))

    def add(self, complaint: str) -> None:
        self.found.append(complaint)

    def check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != urlsplit(self.origin).netloc:
            self.add(f"request to another host: {url}")

    @property
    def unexpected(self) -> list[str]:
        return [text for text in self.found if not any(re.search(known, text) for known in self.expected)]


@pytest.fixture
def complaints(server: str) -> Complaints:
    """The record for this test: `complaints.expected.append(r"status of 422")` allows what a test provokes."""
    return Complaints(server)


@pytest.fixture
def open_page(browser: Browser, server: str, complaints: Complaints) -> Iterator[Callable[..., Page]]:
    """Opens a page in a window of its own: `open_page("/#t=3", viewport=…, color_scheme="dark")`.

    Takes what Playwright's `new_context` takes. The test fails if any of its pages logged an error, broke the
    Content-Security-Policy or asked another host for anything.
    """
    contexts: list[BrowserContext] = []

    def open_at(path: str = "/", **options: Any) -> Page:
        options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        context = browser.new_context(base_url=server, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(REPORT_VIOLATIONS)
        complaints.watch(context)
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert not complaints.unexpected, "the browser complained:\n" + "\n".join(complaints.unexpected)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """An empty page of 1280 × 900, watched like every other; `page.goto("/")` opens Gatescope."""
    return open_page(path="")
