"""Accessibility: axe finds nothing, keys reach everything, and the page fits from phone to projector."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.explore import Explore, address, resize

Open = Callable[..., Page]

ALL = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OF_COLOURS = ("cat.color",)


def violations(page: Page, rules: tuple[str, ...] = ALL, within: str = "html") -> list[str]:
    """What axe finds in the elements of a selector: all of a page takes seconds."""
    options = {
        "resultTypes": ["violations"],
        "runOnly": {"type": "tag", "values": list(rules)},
        "rules": {"color-contrast-enhanced": {"enabled": False}},  # of level AAA
    }
    found = Axe().run(page, within, options).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found
        for node in rule["nodes"]
    ]


def violations_light_and_dark(
    page: Page, within: str = "html", in_dark: tuple[str, ...] = OF_COLOURS
) -> list[str]:
    """What axe finds in light colours, and then in dark ones, which the page keeps."""
    found = violations(page, within=within)
    page.emulate_media(color_scheme="dark")
    return found + violations(page, in_dark, within)


def test_axe_finds_nothing(open_page: Open) -> None:
    page = open_page(address(model="python-char-lm", t=12))
    explore = Explore(page)
    explore.expect_step(12)
    assert violations_light_and_dark(page) == []
    page.emulate_media(color_scheme="light")
    page.get_by_text("Read this as a table").click()
    page.get_by_text("Let it write").click()
    explore.button("Your own text").click()
    page.get_by_text("Equal to PyTorch").click()
    assert violations_light_and_dark(page, "trace-table, write-panel, sequence-editor, parity-badge") == []
    page.emulate_media(color_scheme="light")
    explore.press("Escape", "Escape")
    explore.button("Keys ?").click()
    assert violations_light_and_dark(page, "dialog[open]") == []
    explore.press("Escape")
    explore.models.select_option("counter")
    explore.expect_steps(25)
    assert violations(page, OF_COLOURS) == []


def test_axe_finds_nothing_while_a_problem_is_shown(open_page: Open) -> None:
    explore = Explore(open_page(address(model="counter", text="ab", t=0)))
    explore.expect_steps(3)
    explore.read("x")
    expect(explore.problem).to_be_visible()
    assert violations(explore.page, within="problem-banner, .sequence") == []


def test_the_theme_follows_the_system_until_the_user_chooses(open_page: Open) -> None:
    page = open_page(address(model="counter", t=0), color_scheme="dark")
    Explore(page).expect_steps(25)
    ground = "() => getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    theme = page.get_by_role("button", name="Dark theme")
    expect(theme).to_have_attribute("aria-pressed", "true")
    theme.click()
    expect(theme).to_have_attribute("aria-pressed", "false")
    light = page.evaluate(ground)
    assert light != dark
    page.reload()
    assert page.evaluate(ground) == light
    page.emulate_media(color_scheme="light")
    assert page.evaluate(ground) == light


def test_the_page_fits_without_sideways_scrolling(open_page: Open) -> None:
    page = open_page(address(model="python-char-lm", t=20))
    explore = Explore(page)
    explore.expect_step(20)
    widths = (360, 390, 768, 1440, 2560)
    for width in widths:
        resize(page, width, 800)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.get_by_text("Read this as a table").click()
    explore.button("Your own text").click()
    expect(explore.editor).to_be_visible()
    for width in widths:
        resize(page, width, 800)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, summary, select, input, textarea, a[href]")]
              .filter((element) => element.checkVisibility())
              .map((element) => [element.outerHTML.slice(0, 120), element.getBoundingClientRect()])
              .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 24) && box.height > 0)
              .map(([html, box]) => `${html} ${box.width} × ${box.height}`)"""
        )
        assert [html for html in small if "checkbox" not in html] == []


def test_nothing_shifts_while_playing(open_page: Open) -> None:
    page = open_page(address(model="python-char-lm", t=0, speed=16))
    explore = Explore(page)
    explore.expect_step(0)
    explore.expect_plotly()
    page.evaluate(
        """() => {
          window.shifts = [];
          new PerformanceObserver((list) => {
            for (const { value, sources } of list.getEntries()) {
              window.shifts.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? String(node))]);
            }
          }).observe({ type: "layout-shift" });
        }"""
    )
    explore.button("Play").click()
    explore.wait_for_moment(30)
    shifts = page.evaluate("() => window.shifts")
    assert sum(value for value, *_ in shifts) < 0.005, shifts


def test_everything_works_with_the_keyboard_only(open_page: Open) -> None:
    page = open_page(address(model="counter", text="aabb", t=0, unit=0))
    explore = Explore(page)
    explore.expect_steps(5)

    def tab_to(name: str) -> None:
        for _ in range(80):
            explore.press("Tab")
            focused = page.evaluate(
                """() => {
                  const { activeElement: element } = document;
                  const text = element.matches("select") ? "" : element.innerText;
                  return [element.getAttribute("aria-label") ?? "", text ?? ""];
                }"""
            )
            if any(name in text for text in focused):
                outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none", f"{name} shows that it has the focus"
                return
        raise AssertionError(f"{name} cannot be reached")

    tab_to("Skip to the sequence")
    tab_to("Your own text")
    explore.press("Enter")
    expect(explore.editor).to_be_focused()
    explore.press("Control+a")
    page.keyboard.type("aaabb")
    explore.press("Control+Enter")
    explore.expect_steps(6)
    expect(explore.button("Your own text")).to_be_focused()
    tab_to("Step of the sequence")
    if page.locator("transport-bar").get_attribute("data-state") != "paused":
        explore.press("Space")
    explore.expect_state("paused")
    explore.press("Home", "ArrowRight", "ArrowRight")
    explore.expect_step(2)
    tab_to("Input gate")
    explore.press("Enter")
    expect(page.locator("tint-key .title")).to_have_text("Input gate")
    tab_to("Read this as a table")
    explore.press("Enter")
    expect(page.locator("trace-table tr[aria-current]")).to_have_attribute("data-step", "2")


def test_screen_readers_hear_the_step_while_paused(open_page: Open) -> None:
    page = open_page(address(model="counter", text="aabb", t=0, unit=0))
    explore = Explore(page)
    explore.expect_steps(5)
    explore.press("ArrowRight")
    summary = page.locator("#summary")
    expect(summary).to_contain_text("Step 1 of 4, “a”. Unit 0:")
    expect(summary).to_contain_text(
        "Forget gate " + explore.readouts.locator("[data-signal=forget_gate] output").inner_text()
    )
