"""How good the model is: its figures on held-out data, with their baselines, beside the choice of the model."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from app.settings import Settings
from app.zoo import Zoo
from tests.browser.explore import address

Open = Callable[..., Page]


def panel(page: Page) -> Locator:
    page.get_by_label("How good is it?").click()
    shown = page.locator("[data-readout=quality]")
    expect(shown).to_be_visible()
    return shown


def test_the_model_says_how_good_it_is_and_what_simpler_methods_reach(
    open_page: Open, settings: Settings
) -> None:
    (metric,) = Zoo(settings.models).get("python-char-lm").config.metrics
    page = open_page(address(t=0))
    shown = panel(page)
    expect(shown).to_contain_text(metric.name)
    expect(shown).to_contain_text(f"{metric.value:.4g} {metric.unit} on {metric.on}")
    for baseline in metric.baselines:
        expect(shown).to_contain_text(f"{baseline.value:.4g}")
    words = page.locator("model-picker .words")
    expect(words.locator("dt").filter(visible=True)).to_have_text(["bits per character", "n-gram", "xz"])
    expect(words).to_contain_text("How surprised a model is by the next character")


def test_the_figures_are_those_of_the_model_that_is_shown(open_page: Open) -> None:
    page = open_page(address(model="counter", t=0))
    shown = panel(page)
    for model, figure, better in (
        ("counter", "1,618 n", "Higher"),
        ("sentiment-bilstm", "77.1 % on 951", "Higher"),
        ("weather-forecaster", "°C", "Lower"),
    ):
        page.locator("model-picker select[name=model]").select_option(model)
        expect(shown).to_contain_text(figure)
        expect(shown).to_contain_text(f"{better} is better.")


def test_a_random_network_has_learned_nothing(open_page: Open) -> None:
    page = open_page(address(model="sandbox", t=0))
    expect(page.locator("model-picker select[name=model]")).to_have_value("sandbox")
    expect(panel(page)).to_contain_text("learned nothing")


def test_a_translator_says_so_too(open_page: Open) -> None:
    page = open_page("/translate#t=0")
    expect(page.locator("model-picker select[name=model]")).to_have_value("translate-en-fr")
    shown = panel(page)
    expect(shown).to_contain_text("BLEU on 2,398 held-out sentences")
    expect(shown).to_contain_text("expect mistakes")
