"""Translating: the whole trace against the same network run bare in torch, and the first decoder step on the page."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

import torch
from playwright.sync_api import Page

from app.main import create_app
from app.networks.run import Run
from app.networks.tasks.translator import Translator
from app.sequences import TextSequence
from app.settings import Settings
from app.zoo import Zoo
from benchmarks.serving import chromium, serving
from benchmarks.timing import in_turn, ratio

MODEL = "translate-en-fr"
SENTENCES = {
    "short": "She bought a red car.",
    "long": "I am tired. It is late. Let's go home. Where is the train station?",
}
PRESSES = 10

# Presses the key, and reports when the decoder's first step has arrived, in milliseconds.
PRESS = """(text) => new Promise((done) => {
  const field = document.querySelector("#sentence-text");
  field.value = text;
  const began = performance.now();
  field.form.requestSubmit();
  const look = () => {
    const written = document.querySelectorAll("unrolled-run .unrolled-word.target");
    const source = document.querySelectorAll("unrolled-run .unrolled-word.source");
    if (source[1]?.title === text.split(" ")[0] && written.length) done(performance.now() - began);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


def rows() -> Iterator[dict[str, Any]]:
    """Yield a row for each sentence: milliseconds bare and traced, and their ratio; then one for the page."""
    model = Zoo(Settings().models).get(MODEL)
    assert isinstance(model, Translator)
    for name, text in SENTENCES.items():
        taken = in_turn(
            {
                "bare": lambda text=text: translated(model, text),  # type: ignore[misc]
                "traced": lambda text=text: whole(model, text),  # type: ignore[misc]
            },
            budget=8.0,
            rounds=(10, 60),
        )
        yield {
            "what": f"a {name} sentence with its whole trace",
            "bare_ms": statistics.median(taken["bare"]) * 1e3,
            "ms": statistics.median(taken["traced"]) * 1e3,
            "times_bare": ratio(taken["traced"], taken["bare"]),
        }
    with serving(create_app(Settings())) as address, chromium() as browser:
        page = browser.new_page()
        page.goto(f"{address}translate")
        times = [pressed(page, number) for number in range(PRESSES)]
    yield {
        "what": "from the key to the first decoder step on the page",
        "bare_ms": None,
        "ms": statistics.median(times),
        "times_bare": None,
    }


def pressed(page: Page, number: int) -> float:
    """Translate one sentence of two in turn; return the milliseconds until the decoder's first step is there."""
    text = ("He reads an old book.", "We like cold water.")[number % 2]
    taken: float = page.evaluate(PRESS, text)
    page.wait_for_function("() => document.querySelector('parity-badge').dataset.complete === 'true'")
    return taken


def whole(model: Translator, text: str) -> None:
    """Translate greedily, with every array of the trace."""
    run = Run(model, TextSequence(text))
    for _ in run.chunks(iter(lambda: 64, None)):
        pass
    run.result()


@torch.no_grad()
def translated(model: Translator, text: str) -> list[int]:
    """Translate greedily with the network alone."""
    network, vocabulary = model.network, model.vocabulary
    _, ids = model.codec.source.encode(text)
    end = model.codec.source.special("<end>")
    assert end is not None
    given = torch.tensor([*ids.tolist(), end])[:, None]  # (S, 1)
    source = network.encode(network.encoder.embedding(given), torch.tensor([len(given)]))
    state, token, written = source.initial, vocabulary.start, list[int]()
    while token != vocabulary.end and len(written) < 2 * len(given) + 10:
        decoded = network.decode(network.decoder.embedding(torch.tensor([[token]])), source, state)
        state = decoded.state
        token = int(network.score(decoded.features[0])[0].argmax())
        written.append(token)
    return written
