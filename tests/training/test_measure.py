import lzma
import math
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.networks.codecs import CharacterCodec
from app.training.measure import CODE_POINT_BITS, network_bits, ngram_bits, unknown_bits, xz_bits
from tests.networks.models import small_model


def test_a_networks_bits_are_its_surprise_at_every_character() -> None:
    model = small_model()
    total = 0.0
    texts = ["abc abc\n" * 3, "j"]
    for text in texts:
        ids = model.codec.encode(text)[1].tolist()
        for position in range(1, len(ids)):
            scores, _ = model.network(torch.tensor(ids[:position]))
            total -= math.log2(float(scores[-1].softmax(-1)[ids[position]]))
    assert network_bits(model.network, model.codec, texts) == pytest.approx(total / 25, rel=1e-5)


def test_a_long_text_is_read_in_blocks_with_the_state_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_model()
    whole = network_bits(model.network, model.codec, ["abcde" * 10])
    monkeypatch.setattr("app.training.measure.BLOCK_STEPS", 7)
    assert network_bits(model.network, model.codec, ["abcde" * 10]) == pytest.approx(whole, rel=1e-6)


def test_unknown_characters_are_not_free() -> None:
    codec = CharacterCodec("ab", start_token=True, unknown="replace")
    assert unknown_bits(codec, ["aé", "bb"]) == pytest.approx(CODE_POINT_BITS / 4)
    model = small_model()
    plain = network_bits(model.network, model.codec, ["ab"])
    assert network_bits(model.network, model.codec, ["aé"]) > plain / 2 + CODE_POINT_BITS / 2 - 1
    assert ngram_bits(codec, ["ab" * 9], ["aé"], 1) > CODE_POINT_BITS / 2


def test_xz_compresses_each_text_separately() -> None:
    texts = ["spam " * 50, "naïve"]
    size = sum(len(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)) for text in texts)
    assert xz_bits(texts) == pytest.approx(8 * size / 255)


def plain_witten_bell(training: list[str], texts: list[str], order: int, kinds: int) -> float:
    """The textbook's recursion, context by context, with ^ before every text."""
    counts: dict[str, Counter[str]] = {}
    for text in training:
        padded = "^" * order + text
        for index in range(order, len(padded)):
            for length in range(order + 1):
                counts.setdefault(padded[index - length : index], Counter())[padded[index]] += 1

    def probability(context: str, character: str) -> float:
        lower = probability(context[1:], character) if context else 1 / kinds
        seen = counts.get(context, Counter())
        if not seen:
            return lower
        return (seen[character] + len(seen) * lower) / (seen.total() + len(seen))

    total = 0.0
    for text in texts:
        padded = "^" * order + text
        total -= sum(
            math.log2(probability(padded[k - order : k], padded[k])) for k in range(order, len(padded))
        )
    return total / sum(map(len, texts))


@given(
    training=st.lists(st.text("abc", min_size=1, max_size=30), min_size=1, max_size=4),
    texts=st.lists(st.text("abcd", min_size=1, max_size=20), min_size=1, max_size=3),
    order=st.integers(1, 4),
)
def test_the_ngram_follows_witten_and_bell(training: list[str], texts: list[str], order: int) -> None:
    codec = CharacterCodec("abcd", start_token=True, unknown="replace")
    expected = plain_witten_bell(training, texts, order, kinds=5)
    assert ngram_bits(codec, training, texts, order) == pytest.approx(expected)
