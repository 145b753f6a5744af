"""The banner in which a page says what went wrong."""

from playwright.sync_api import Locator, expect

# Not found by role: while a role is not there yet, Playwright describes the whole page each time that it looks for it.
BANNER = "problem-banner[role=alert]"
PAGES = f"{BANNER}:not(dialog *)"
"""The page's own banner, not that of a dialog."""


def expect_problem(banner: Locator, said: str, of: str = "") -> None:
    """The banner is shown and says this; `of` names the case if it does not."""
    expect(banner, of).to_be_visible()
    expect(banner, of).to_contain_text(said)
