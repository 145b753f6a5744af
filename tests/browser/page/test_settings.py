"""A user's choices are stored; with storage blocked, the page still works."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.explore import Explore, address

Open = Callable[..., Page]

# As in a browser that blocks storage: even reading the property throws.
BLOCK = """() => {
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, {
      get() { throw new DOMException("The operation is insecure.", "SecurityError"); },
    });
  }
}"""


def test_a_theme_is_kept(open_page: Open) -> None:
    page = open_page(color_scheme="light")
    page.get_by_role("button", name="Dark theme").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_blocked_storage_breaks_nothing(open_page: Open) -> None:
    page = open_page(address(model="counter", text="aabb", t=1, unit=0), f"({BLOCK})()")
    explore = Explore(page)
    explore.expect_steps(5)
    explore.press("ArrowRight")
    explore.expect_step(2)
    page.get_by_role("button", name="Dark theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Tour", exact=True).click()
    expect(page.locator(".tour-card")).to_be_visible()
    explore.expect_step(2)
