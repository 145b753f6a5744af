"""The address holds the whole view: it can be sent, reloaded, and gone back to."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.explore import Explore, address

Open = Callable[..., Page]


def wait_for_fragment(page: Page, **wanted: str) -> dict[str, str]:
    """Waits until the address holds the given values, and returns all of its values."""
    page.wait_for_function(
        """(wanted) => {
          const said = new URLSearchParams(location.hash.slice(1));
          return Object.entries(wanted).every(([name, value]) => said.get(name) === value);
        }""",
        arg=wanted,
    )
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).fragment).items()}


def test_the_address_holds_the_view_while_paused_and_restores_it(open_page: Open) -> None:
    page = open_page(address(model="counter", text="aaabbb", t=0, unit=0))
    explore = Explore(page)
    explore.expect_steps(7)
    explore.press("ArrowRight", "ArrowRight", "Shift+ArrowRight", "ArrowDown", "ArrowDown")
    page.get_by_label("Speed").select_option("8")
    explore.readouts.get_by_role("button", name="Forget gate").click()
    said = wait_for_fragment(page, t="2.143", unit="2", signal="forget_gate", speed="8")
    assert said == {
        "model": "counter", "text": "aaabbb", "t": "2.143", "layer": "0", "direction": "forward",
        "unit": "2", "signal": "forget_gate", "speed": "8",
    }  # fmt: skip
    page.reload()
    explore.expect_step(2)
    explore.expect_moment(2.143)
    expect(explore.unit).to_have_value("2")
    expect(page.get_by_label("Speed")).to_have_value("8")
    expect(page.locator("tint-key .title")).to_have_text("Forget gate")


def test_back_and_forward_go_through_models_and_sequences(open_page: Open) -> None:
    page = open_page(address(model="counter", example="twelve", t=5))
    explore = Explore(page)
    explore.expect_steps(25)
    explore.examples.select_option("broken")
    explore.expect_steps(17)
    wait_for_fragment(page, example="broken")
    explore.read("abab")
    explore.expect_steps(5)
    wait_for_fragment(page, text="abab")
    page.go_back()
    explore.expect_steps(17)
    expect(explore.examples).to_have_value("broken")
    page.go_back()
    explore.expect_steps(25)
    explore.expect_step(5)
    page.go_forward()
    explore.expect_steps(17)
    page.go_forward()
    explore.expect_steps(5)
    expect(explore.examples).to_have_value("")


def test_back_leads_to_the_opening_example(open_page: Open) -> None:
    page = open_page()
    explore = Explore(page)
    expect(explore.token(0)).to_be_visible()
    first = explore.examples.input_value()
    explore.models.select_option("counter")
    explore.expect_steps(25)
    wait_for_fragment(page, model="counter")
    page.go_back()
    expect(explore.models).to_have_value("python-char-lm")
    expect(explore.examples).to_have_value(first)


def test_the_page_waits_for_a_step_that_has_not_arrived(open_page: Open) -> None:
    text = "abc = 1  # " + "x" * 1900
    page = open_page(address(model="python-char-lm", text=text, t=1800.5, unit=1))
    explore = Explore(page)
    explore.expect_steps(len(text) + 1)
    explore.expect_step(1800)
    expect(explore.token(1800)).to_be_in_viewport()


def test_an_invalid_address_does_no_harm(open_page: Open) -> None:
    page = open_page(
        "/#model=counter&text=aabb&t=-3&unit=99&layer=7&direction=up&signal=nothing&speed=3&loop=&hide=,"
    )
    explore = Explore(page)
    explore.expect_steps(5)
    expect(explore.unit).to_have_value("2")
    expect(page.locator("tint-key .title")).to_have_text("Cell state")
    expect(page.get_by_label("Speed")).to_have_value("1")


def test_a_teacher_can_hide_controls(open_page: Open) -> None:
    page = open_page(address(model="counter", t=0, hide="edit,write,speed,export"))
    explore = Explore(page)
    explore.expect_steps(25)
    for gone in ("edit", "write", "speed", "export"):
        expect(page.locator(f"[data-control={gone}]")).to_be_hidden()
    expect(explore.button("Play")).to_be_visible()
    explore.press("ArrowRight")
    assert wait_for_fragment(page, t="1")["hide"] == "edit,write,speed,export"
