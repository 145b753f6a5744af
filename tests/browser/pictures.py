"""Compares a part of the page with a stored picture that a person has checked; see pictures/README.md."""

import os
import time
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.windows import PATIENCE

STORED = Path(__file__).parent / "pictures"
RESULTS = Path("test-results") / "pictures"
SQUARE = 8  # pixels
LEVEL = 16  # of 255, in the mean of a square
SHARE = 1 / 200  # of all squares

# Fonts differ between machines. The page's policy does not forbid a style sheet made by a script.
HIDE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { color: transparent !important; transition: none !important; caret-color: transparent !important }
    svg text, .token, .strip-ring { visibility: hidden !important }
    transport-bar { opacity: 0 !important }
  `);
  document.adoptedStyleSheets.push(sheet);
}"""

COMPARE = """async ([pictures, square, level]) => {
  const decode = async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height);
  };
  const means = ({ data, width, height }) => {
    const columns = Math.floor(width / square);
    const rows = Math.floor(height / square);
    const sums = new Float64Array(columns * rows * 3);
    for (let y = 0; y < rows * square; y++)
      for (let x = 0; x < columns * square; x++)
        for (let colour = 0; colour < 3; colour++)
          sums[(Math.floor(y / square) * columns + Math.floor(x / square)) * 3 + colour] +=
            data[(y * width + x) * 4 + colour] / (square * square);
    return sums;
  };
  const [stored, taken] = await Promise.all(pictures.map(decode));
  const [one, other] = [means(stored), means(taken)];
  let differ = 0;
  for (let at = 0; at < one.length; at += 3)
    differ += [0, 1, 2].some((colour) => Math.abs(one[at + colour] - other[at + colour]) > level);
  return {
    stored: [stored.width, stored.height],
    taken: [taken.width, taken.height],
    share: one.length === other.length ? differ / (one.length / 3) : 1,
  };
}"""


@dataclass(frozen=True)
class Comparison:
    """Sizes in pixels, and the share of squares that differ by more than the limit."""

    stored: list[int]
    taken: list[int]
    share: float

    @property
    def agrees(self) -> bool:
        return self.stored == self.taken and self.share <= SHARE


def compare(page: Page, stored: bytes, taken: bytes) -> Comparison:
    """Compares two PNGs, decoded in the browser."""
    pictures = [b64encode(picture).decode() for picture in (stored, taken)]
    return Comparison(**page.evaluate(COMPARE, [pictures, SQUARE, LEVEL]))


def take(page: Page, selector: str, below: float = 0) -> bytes:
    """A PNG of the first matching element, without its lowest `below` pixels, without text, and without the playback
    that can stand over it.

    Text above it may leave it at a fraction of a pixel; it is moved to a whole pixel.
    """
    page.evaluate(HIDE)
    element = page.locator(selector).first
    page.mouse.move(0, 0)
    element.evaluate(
        """(element) => {
          element.scrollIntoView({ block: "start", behavior: "instant" });
          element.style.inset = "auto";
          const { x, y } = element.getBoundingClientRect();
          // All of them have a relative position. A translation by a part of a pixel is rounded a second time.
          Object.assign(element.style, { left: `${Math.round(x) - x}px`, top: `${Math.round(y) - y}px` });
          return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }"""
    )
    box = element.bounding_box()
    assert box
    return page.screenshot(clip={**box, "height": box["height"] - below}, animations="disabled")


def check(page: Page, name: str, selector: str, below: float = 0) -> None:
    """Fails if the picture never matches the stored picture of that name; stores it if UPDATE_PICTURES is set."""
    path = STORED / f"{name}.png"
    if os.environ.get("UPDATE_PICTURES"):
        path.write_bytes(take(page, selector, below))
        return
    stored = path.read_bytes()
    end = time.monotonic() + PATIENCE / 1000
    comparison = compare(page, stored, taken := take(page, selector, below))
    while not comparison.agrees and time.monotonic() < end:
        comparison = compare(page, stored, taken := take(page, selector, below))
    if not comparison.agrees:
        RESULTS.mkdir(parents=True, exist_ok=True)
        (RESULTS / f"{name}.png").write_bytes(taken)
    assert comparison.agrees, (
        f"{path} and {RESULTS / path.name} differ: {comparison}; tests/browser/pictures/README.md says what to do"
    )
