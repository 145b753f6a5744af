"""Ways of decoding, against an exhaustive search on a tiny translator."""

from itertools import product

import numpy as np
import pytest
import torch

from app.errors import BadInput
from app.networks.decoding import (
    Beam,
    Decoding,
    Sample,
    Vocabulary,
    beginning_with,
    by_chance,
    found_by,
    greedily,
    search,
)
from app.networks.sequence_to_sequence import SequenceToSequence, Source
from tests.networks.translators import KINDS, small_network

VOCABULARY = Vocabulary(start=0, end=2, never=(0, 1))
MOST = 4
WIDEST = 8


def tiny(kind: str | None = "additive", tokens: int = 5) -> tuple[SequenceToSequence, Source]:
    """A translator that can write two or more tokens besides the end token."""
    network = small_network(kind, target_tokens=tokens)
    ids = torch.tensor([[0, 4, 8, 2]]).T
    return network, network.encode(network.encoder.embedding(ids), torch.tensor([4]))


def score(
    network: SequenceToSequence, source: Source, ids: tuple[int, ...], forced: dict[int, torch.Tensor]
) -> float:
    """The sum of the log-probabilities of tokens, with teacher forcing."""
    read = torch.tensor([[VOCABULARY.start, *ids[:-1]]]).T
    rows = {step: row[None] for step, row in forced.items()}
    decoded = network.decode(network.decoder.embedding(read), source, source.initial, rows)
    log_probabilities = network.score(decoded.features[:, 0]).double().log_softmax(-1)
    return float(log_probabilities.gather(1, torch.tensor([ids]).T).sum())


def brute_force(
    network: SequenceToSequence,
    source: Source,
    given: tuple[int, ...] = (),
    forced: dict[int, torch.Tensor] | None = None,
) -> list[tuple[float, tuple[int, ...]]]:
    """Every complete sequence, or sequence cut at the step limit, the best first."""
    words = [token for token in range(network.sizes.target_tokens) if token not in (0, 1, 2)]
    found = [(*body, 2) for length in range(MOST) for body in product(words, repeat=length)] + list(
        product(words, repeat=MOST)
    )
    fitting = [ids for ids in found if ids[: len(given)] == given]
    return sorted(((score(network, source, ids, forced or {}), ids) for ids in fitting), reverse=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_beam_wide_enough_finds_the_best_of_all_sequences(kind: str | None) -> None:
    network, source = tiny(kind)
    expected = brute_force(network, source)
    found = found_by(search(network, source, VOCABULARY, WIDEST, most_steps=MOST)).hypotheses
    assert len(found) == WIDEST
    for hypothesis, (best, ids) in zip(found, expected, strict=False):
        assert hypothesis.ids == ids
        assert hypothesis.score == pytest.approx(best, abs=1e-5)


@pytest.mark.parametrize("given", [(3,), (4, 3)])
def test_a_beam_continues_the_given_tokens(given: tuple[int, ...]) -> None:
    network, source = tiny()
    best, ids = brute_force(network, source, given)[0]
    found = found_by(search(network, source, VOCABULARY, WIDEST, most_steps=MOST, given=given)).hypotheses[0]
    assert found.ids == ids
    assert found.score == pytest.approx(best, abs=1e-5)


def test_forced_attention_counts_in_every_hypothesis() -> None:
    network, source = tiny()
    forced = {0: torch.tensor([0.0, 0, 1, 0]), 2: torch.tensor([0.5, 0, 0, 0.5])}
    expected = brute_force(network, source, forced=forced)
    found = found_by(search(network, source, VOCABULARY, WIDEST, most_steps=MOST, forced=forced)).hypotheses
    assert [hypothesis.ids for hypothesis in found] == [ids for _, ids in expected[:WIDEST]]
    assert expected != brute_force(network, source)


@pytest.mark.parametrize("width", [1, 2, 5])
def test_the_greedy_translation_is_always_a_candidate(width: int) -> None:
    network, source = tiny(tokens=12)
    greedy = Decoding(network, source, VOCABULARY, greedily(VOCABULARY), most_steps=9)
    greedy.reach(9)
    found = found_by(search(network, source, VOCABULARY, width, most_steps=9))
    assert found.hypotheses[0].score >= greedy.score - 1e-6
    assert tuple(greedy.chosen) in {hypothesis.ids for hypothesis in found.tree}
    assert [h.score for h in found.hypotheses] == sorted((h.score for h in found.hypotheses), reverse=True)


def test_every_branch_of_the_tree_has_its_parent_and_its_score() -> None:
    network, source = tiny(tokens=9)
    tree = {
        hypothesis.ids: hypothesis.score
        for hypothesis in found_by(search(network, source, VOCABULARY, 3, most_steps=MOST)).tree
    }
    for ids, found in tree.items():
        assert len(ids) == 1 or ids[:-1] in tree
        assert found == pytest.approx(score(network, source, ids, {}), abs=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_greedy_takes_the_most_probable_token_at_every_step(kind: str | None) -> None:
    network, source = tiny(kind, tokens=12)
    decoding = Decoding(network, source, VOCABULARY, greedily(VOCABULARY), most_steps=6)
    assert decoding.reach(2) == min(2, len(decoding.steps))
    steps = decoding.reach(99)
    assert steps == len(decoding.steps) <= 6
    for step in decoding.steps:
        allowed = step.scores.clone()
        allowed[[0, 1]] = -torch.inf
        assert step.chosen == int(allowed.argmax())
    assert decoding.score == pytest.approx(score(network, source, tuple(decoding.chosen), {}), abs=1e-5)
    assert [step.read for step in decoding.steps] == [0, *decoding.chosen[:-1]]


def test_given_tokens_come_first_and_count() -> None:
    network, source = tiny(tokens=12)
    choose = beginning_with([5, 1, 7], greedily(VOCABULARY))
    decoding = Decoding(network, source, VOCABULARY, choose, most_steps=6)
    decoding.reach(6)
    assert decoding.chosen[:3] == [5, 1, 7]
    assert decoding.score == pytest.approx(score(network, source, tuple(decoding.chosen), {}), abs=1e-5)


def test_a_sample_repeats_with_its_seed_and_follows_the_probabilities() -> None:
    network, source = tiny()

    def first(seed: int, temperature: float) -> int:
        choose = by_chance(VOCABULARY, Sample(temperature, seed))
        decoding = Decoding(network, source, VOCABULARY, choose, most_steps=1)
        decoding.reach(1)
        return decoding.chosen[0]

    drawn = [first(seed, 1.0) for seed in range(400)]
    assert drawn == [first(seed, 1.0) for seed in range(400)]
    scores = np.array([score(network, source, (token,), {}) for token in (2, 3, 4)])
    expected = np.exp(scores) / np.exp(scores).sum()
    counts = np.bincount(drawn, minlength=5)[2:] / 400
    np.testing.assert_allclose(counts, expected, atol=0.08)
    assert {first(seed, 0.0) for seed in range(5)} == {2 + int(expected.argmax())}


def test_wrong_ways_of_decoding_are_refused() -> None:
    for width in (0, 9):
        with pytest.raises(BadInput, match=f"{width} wide"):
            Beam(width)
    with pytest.raises(BadInput, match="temperature"):
        Sample(float("nan"))
    with pytest.raises(BadInput, match="seed"):
        Sample(1.0, -1)


def test_a_search_yields_after_every_step() -> None:
    """So that a long search can be cancelled, and other runs get their turn."""
    network, source = tiny()
    pieces = search(network, source, VOCABULARY, 3, most_steps=MOST)
    assert len(list(pieces)) > MOST
