"""Browser windows. A test reuses the window of the previous test, in which a page loads twice as fast."""

import os
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page

from tests.browser.complaints import Complaints

PATIENCE = 60_000  # milliseconds: a busy machine is slow, not wrong
EMPTY = "/empty"
"""The path of an empty page, which the server under test has."""

LOOK: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 900},
    "color_scheme": "light",
    "reduced_motion": "no-preference",
    "forced_colors": "none",
}
"""What can be changed in an open window, and how it is unless a test says otherwise."""

# Chromium writes a violation to the console too, but not always before the test is over.
REPORT_VIOLATIONS = """
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP violation: ${event.violatedDirective} blocked ${event.blockedURI}`);
  });
"""

# Playwright can report every request, but that made these tests a tenth slower. So the page reports requests to others.
REPORT_STRANGERS = """
  new PerformanceObserver((list) => {
    for (const { name } of list.getEntries())
      if (!/^(data|blob|about):/.test(name) && new URL(name).origin !== "SERVER")
        console.error(`request to another host: ${name}`);
  }).observe({ type: "resource", buffered: true });
"""

# Explore loads Plotly when it has been at rest for some seconds, which is in the middle of a test, in more tests the
# slower the machine is. There it waits until `let_plotly_in` is called.
HOLD_PLOTLY = """
  const { append } = Element.prototype;
  const held = [];
  Element.prototype.append = function (...nodes) {
    const late = document.querySelector(".bench") && nodes[0]?.src?.includes("/plotly");
    if (late) held.push(nodes[0]);
    else append.apply(this, nodes);
  };
  window.letPlotlyIn = () => {
    Element.prototype.append = append;
    document.head.append(...held.splice(0));
    document.querySelector(".bench").dispatchEvent(new Event("pointerenter"));  // not seconds later
  };
"""

LATE = int(os.environ.get("TESTS_LATE") or 0)
"""Milliseconds by which everything that the page waits for comes late. `TESTS_LATE=250 make test` finds the tests that
read a value before the page could have changed it, which otherwise fail only now and then."""

COME_LATE = f"""
  const {{ setTimeout: wait, requestAnimationFrame: frame, fetch: ask }} = window;
  window.setTimeout = (callback, pause = 0, ...rest) => wait(callback, pause + {LATE}, ...rest);
  window.requestAnimationFrame = (callback) => wait(() => frame(callback), {LATE});
  window.cancelAnimationFrame = clearTimeout;
  WebSocket.prototype.addEventListener = function (kind, listener) {{
    EventTarget.prototype.addEventListener.call(this, kind, (event) => wait(listener, {LATE}, event));
  }};
  window.fetch = (...request) => ask(...request).then((answer) => new Promise((go) => wait(go, {LATE}, answer)));
"""


# What the page itself does when the user goes back in the history.
RETURN = """(hash) => {
  for (const element of document.querySelectorAll("details[open]")) element.open = false;
  document.activeElement.blur();
  scrollTo(0, 0);
  history.replaceState(null, "", hash);
  dispatchEvent(new PopStateEvent("popstate"));
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""

OPENED = "() => document.querySelectorAll('dialog[open], [aria-expanded=true]').length"


def run_of(address: str) -> tuple[object, ...]:
    """The page of an address, and which model reads which sequence there."""
    parts = urlsplit(address)
    view = parse_qs(parts.fragment)
    return parts.path, *(view.get(name) for name in ("model", "example", "text"))


class Window:
    """A page in its own context, whose complaints go to the test that uses it."""

    def __init__(self, browser: Browser, server: str, complaints: Complaints, **options: Any) -> None:
        self.server = server
        self.complaints = complaints
        self.context = browser.new_context(base_url=server, **{"locale": "en-GB", **LOOK, **options})
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.context.add_init_script(REPORT_STRANGERS.replace("SERVER", server))
        self.context.add_init_script(HOLD_PLOTLY)
        if LATE:
            self.context.add_init_script(COME_LATE)
        on = self.context.on
        on("console", lambda said: self.complaints.add(said.text) if said.type == "error" else None)
        on("weberror", lambda error: self.complaints.add(f"uncaught: {error.error}"))
        on("page", lambda page: page.on("websocket", lambda socket: self.complaints.check(socket.url)))
        self.page: Page = self.context.new_page()
        self._browser = self.context.new_cdp_session(self.page)
        self._scripts = ExitStack()

    def prepare(self, script: str) -> None:
        """Run a script before those of each page, until the window is emptied."""
        self._scripts.enter_context(self.page.add_init_script(script))

    def empty(self) -> None:
        """Leave the page, and clear its storage and the pointer's position."""
        self.page.unroute_all()
        self._scripts.close()
        self.page.goto(EMPTY)  # of the same site, so that Chromium continues in the same process
        self.page.mouse.move(-1, -1)
        self._browser.send(
            "Storage.clearDataForOrigin", {"origin": self.server, "storageTypes": "local_storage"}
        )
        self._browser.send("Page.resetNavigationHistory")

    def shows(self, address: str) -> bool:
        """Whether the page shows what an address names, perhaps at another moment, with no panel that stays open.

        Escape is pressed first, which closes what it can.
        """
        self.page.mouse.move(-1, -1)
        for _ in range(2):
            self.page.keyboard.press("Escape")
        return run_of(self.page.url) == run_of(address) and not self.page.evaluate(OPENED)

    def go_to(self, address: str) -> None:
        """Go to another view of what the page shows."""
        self.page.evaluate(RETURN, f"#{urlsplit(address).fragment}")

    def look(self, viewport: Any, **media: Any) -> None:
        """Change the window's size and the emulated media."""
        self.page.set_viewport_size(viewport)
        self.page.emulate_media(**media)

    def close(self) -> None:
        self.context.close()


class Windows:
    """Lends windows; those that come back intact are reused for the same server."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[Window]] = {}
        self._left: tuple[object, Window] | None = None

    def new(self, server: str, complaints: Complaints, **options: Any) -> Window:
        """Open a new window, with the arguments of Playwright's `new_context`."""
        return Window(self._browser, server, complaints, **options)

    def lend(self, server: str, complaints: Complaints, **look: Any) -> Window:
        """Return a window that is as good as new, with the requested look."""
        free = self._free.get(server)
        window = free.pop() if free else self.new(server, complaints)
        window.complaints = complaints
        window.look(**{**LOOK, **look})
        return window

    def leave(self, window: Window, key: object) -> None:
        """Leave a window as it is, for a test that asks with the same key."""
        self.left(window.server, window.complaints, None)
        self._left = key, window

    def left(self, server: str, complaints: Complaints, key: object) -> Window | None:
        """Return the window that was left with this key, if any; one that was left with another key is emptied."""
        if self._left is None:
            return None
        its_key, window = self._left
        self._left = None
        if window.server != server:
            window.close()  # its server may have ended
            return None
        if its_key != key:
            self.take_back(window)
            return None
        window.complaints = complaints
        return window

    def take_back(self, window: Window) -> None:
        """Empty a window for the next test; one with further pages, or without its own page, is closed."""
        if window.context.pages != [window.page]:
            window.close()
            return
        window.empty()
        self._free.setdefault(window.server, []).append(window)
