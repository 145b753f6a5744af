"""The page's own modules, called with values from a test."""

from typing import Any

from playwright.sync_api import Page

CALL = """async ([path, name, values]) => {
  const entry = document.querySelector("script[type=module]").src;
  const module = await import(new URL(path, entry));
  return module[name](...values);
}"""


def call(page: Page, path: str, name: str, *values: Any) -> Any:
    """Calls a function of static/js on an open page: `call(page, "time/loop.js", "parseLoop", "3-7")`."""
    return page.evaluate(CALL, [path, name, values])


RUN = """async ([path, values]) => {
  const entry = document.querySelector("script[type=module]").src;
  const module = await import(new URL(path, entry));
  return await SCRIPT(module, ...values);
}"""


def run(page: Page, path: str, script: str, *values: Any) -> Any:
    """The result of a script with a module's exports: `run(page, "time/clock.js", "({ SPEEDS }) => SPEEDS")`."""
    function = RUN.replace("SCRIPT", f"({script})")
    return page.evaluate(function, [path, list(values)])
