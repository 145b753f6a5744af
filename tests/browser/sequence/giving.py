"""The dialog for the user's own sequence, as a user sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import JSHandle, Locator, Page, expect

from tests.browser.problem import BANNER

KEEP = """() => {
  window.given = [];
  document.addEventListener("give", ({ detail }) => window.given.push(detail));
}"""
GIVEN = """() => window.given.map(({ model, sequence: { values, ...sequence } }) =>
  ({ model, ...sequence, ...(values && { shape: values.shape, values: [...values.data] }) }))"""
TRANSFER = """([name, content]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([content], name));
  return transfer;
}"""
PASTE = """([selector, text]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const options = { clipboardData, bubbles: true, cancelable: true };
  document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", options));
}"""


class Giving:
    """The dialog and its parts; everything that is given is kept."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialog = page.locator("dialog.giving")
        self.problem = self.dialog.locator(BANNER)
        self.state = self.dialog.locator("[role=status]")
        self.understood = self.dialog.locator("[data-give=understood]")
        self.columns = self.dialog.locator(".giving-columns li")
        self.rows = self.dialog.get_by_role("region", name="First rows")
        self.gaps = self.dialog.get_by_label("Where a number is missing")
        self.run = self.button("Start reading")
        page.evaluate(KEEP)

    def button(self, name: str) -> Locator:
        return self.dialog.get_by_role("button", name=name, exact=True)

    def open(self) -> None:
        self.page.get_by_role("button", name="Your own sequence…").click()
        expect(self.page.get_by_role("dialog", name="Your own sequence")).to_be_visible()

    def pick(self, file: Path | str | bytes, name: str = "file.csv") -> None:
        """Picks a file, or content as a file."""
        if not self.dialog.is_visible():
            self.open()
        data = file.encode() if isinstance(file, str) else file
        content: Any = data if isinstance(data, Path) else {"name": name, "mimeType": "", "buffer": data}
        self.page.locator("give-dialog input[type=file]").set_input_files(content)

    def drop(self, selector: str, content: str, name: str = "file.csv") -> None:
        self.page.dispatch_event(selector, "drop", {"dataTransfer": self.transfer(content, name)})

    def transfer(self, content: str, name: str = "file.csv") -> JSHandle:
        return self.page.evaluate_handle(TRANSFER, [name, content])

    def paste(self, text: str, selector: str = "body") -> None:
        self.page.evaluate(PASTE, [selector, text])

    def column(self, name: str) -> Locator:
        """The row of a column in the list of columns."""
        return self.columns.filter(has=self.page.get_by_text(name, exact=True))

    def network(self, name: str) -> Locator:
        return self.dialog.get_by_role("radio", name=name, exact=True)

    def expect_ready(self, summary: str) -> None:
        """The server has accepted the choices."""
        expect(self.state).to_have_text(summary)
        expect(self.run).to_be_enabled()

    def start(self) -> dict[str, Any]:
        """Lets the network read, and returns what was given to it, with the values one row after the other."""
        self.run.click()
        expect(self.dialog).to_be_hidden()
        given: dict[str, Any] = self.page.evaluate(GIVEN)[-1]
        return given
