"""The banner in which a page says what went wrong."""

from playwright.sync_api import Locator, expect

# By its attributes: where a role is not found yet, Playwright describes the whole page each time that it looks.
BANNER = "problem-banner[role=alert]"
PAGES = f"{BANNER}:not(dialog *)"


def expect_problem(banner: Locator, said: str, of: str = "") -> None:
    """The banner is shown, and says this, after what `of` names."""
    expect(banner, of).to_be_visible()
    expect(banner, of).to_contain_text(said)
