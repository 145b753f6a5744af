"""The objective of a translator and its batches."""

import numpy as np
import pytest
import torch
from torch import nn

from app.networks.codecs.translation import TranslationConfig
from app.training.dates import characters
from app.training.translating import greedily_all
from app.training.translation import (
    Ends,
    TranslationBatch,
    TranslationBatches,
    TranslationExample,
    TranslationLoss,
    smoothed_loss,
    surprise,
)
from tests.networks.translators import small_network

ENDS = Ends(start=0, end=2, never=(1,))


def examples(count: int) -> list[TranslationExample]:
    """Sources of 3 to 7 tokens, each with its own number, and targets of 1 to 5 tokens."""
    random = np.random.default_rng(0)
    return [
        TranslationExample(
            random.integers(3, 9, random.integers(3, 8)).astype(np.int32),
            random.integers(3, 7, random.integers(1, 6)).astype(np.int32),
        )
        for _ in range(count)
    ]


def batches(joined: float = 0.0, count: int = 100) -> TranslationBatches:
    return TranslationBatches(examples(count), ENDS, seed=5, window=96, pieces=3, joined=joined)


def test_sources_and_targets_begin_and_end_and_padding_is_not_counted() -> None:
    first, second = (np.array(ids, np.int32) for ids in ([5, 6, 7], [4]))
    batch = ENDS.batch([TranslationExample(first, second), TranslationExample(second, first)])
    assert batch.source.T.tolist() == [[0, 5, 6, 7, 2], [0, 4, 2, 0, 0]]
    assert batch.lengths.tolist() == [5, 3]
    assert batch.read.T.tolist() == [[0, 4, 0, 0], [0, 5, 6, 7]]
    assert batch.wanted.T.tolist() == [[4, 2, -100, -100], [5, 6, 7, 2]]


def test_a_batch_depends_only_on_its_step() -> None:
    one, other = batches(0.3), batches(0.3)
    forward = [one(step) for step in range(12)]
    for step in reversed(range(12)):
        assert torch.equal(other(step).source, forward[step].source)
        assert torch.equal(other(step).wanted, forward[step].wanted)
    assert not torch.equal(forward[0].source, forward[3].source)


def test_every_example_is_read_once_per_epoch() -> None:
    made = batches(count=96)
    for time in range(3):
        read = [made(3 * time + piece) for piece in range(3)]
        seen = sorted(
            tuple(row[1 : int(length) - 1])
            for batch in read
            for row, length in zip(batch.source.T.tolist(), batch.lengths, strict=True)
        )
        assert seen == sorted(tuple(example.source.tolist()) for example in examples(96))


def test_joined_examples_are_longer_and_lose_nothing() -> None:
    alone = [batches(count=96)(step) for step in range(3)]
    joined = [batches(joined=0.5, count=96)(step) for step in range(3)]

    def tokens(read: list[TranslationBatch]) -> int:
        return sum(int((batch.wanted > 2).sum()) for batch in read)

    assert tokens(joined) == tokens(alone)
    assert max(int(batch.lengths.max()) for batch in joined) > max(
        int(batch.lengths.max()) for batch in alone
    )


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_smoothed_loss_is_pytorchs_own(smoothing: float) -> None:
    scores, wanted = torch.randn(7, 11, requires_grad=True), torch.randint(11, (7,))
    expected = nn.functional.cross_entropy(scores, wanted, label_smoothing=smoothing)
    actual = smoothed_loss(scores, wanted, smoothing)
    torch.testing.assert_close(actual, expected)
    torch.testing.assert_close(*(torch.autograd.grad(loss, scores)[0] for loss in (actual, expected)))


@pytest.mark.parametrize("kind", ["additive", "general", None])
def test_without_dropout_the_objective_is_the_mean_surprise(kind: str | None) -> None:
    network = small_network(kind)
    given = examples(40)
    loss, carried = TranslationLoss(network, lambda step: ENDS.batch(given), seed=1)(0, None)
    assert carried is None
    assert float(loss) == pytest.approx(surprise(network, given, ENDS), rel=1e-5)
    one_by_one = [surprise(network, [example], ENDS) * (len(example.target) + 1) for example in given]
    counted = sum(len(example.target) + 1 for example in given)
    assert float(loss) == pytest.approx(sum(one_by_one) / counted, rel=1e-5)


def test_dropout_depends_on_the_step_and_does_not_change_the_global_generator() -> None:
    network, given = small_network(), examples(10)
    objective = TranslationLoss(
        network, lambda step: ENDS.batch(given), seed=1, dropout=0.5, token_dropout=0.2
    )
    torch.manual_seed(9)
    expected = torch.rand(1)
    torch.manual_seed(9)
    first, again, other = (float(objective(step, None)[0]) for step in (4, 4, 5))
    assert torch.equal(torch.rand(1), expected)
    assert first == again != other


def test_a_hidden_source_leaves_the_decoder_with_nothing_but_attention() -> None:
    network = small_network(None)
    everything = TranslationLoss(network, batches(), seed=0, hidden=1.0)(0, None)[0]
    batch = batches()(0)
    with torch.no_grad():
        source = network.encode(network.encoder.embedding(batch.source), batch.lengths)
        hidden, cell = source.initial
        state = torch.zeros_like(hidden), torch.zeros_like(cell)
        features = network.decode(network.decoder.embedding(batch.read), source, state).features
        counted = batch.wanted != -100
        expected = nn.functional.cross_entropy(network.score(features[counted]), batch.wanted[counted])
    torch.testing.assert_close(everything, expected)
    half = TranslationLoss(network, batches(), seed=0, hidden=0.5)(0, None)[0]
    none = TranslationLoss(network, batches(), seed=0)(0, None)[0]
    assert len({float(loss) for loss in (everything, half, none)}) == 3


def test_general_attention_starts_out_looking_at_all_source_steps_equally() -> None:
    network = small_network("general").requires_grad_(True)
    network.begin_small()
    batch = batches()(0)
    source = network.encode(network.encoder.embedding(batch.source), batch.lengths)
    weights = network.decode(network.decoder.embedding(batch.read), source, source.initial).weights
    assert weights is not None
    for row, length in zip(weights.unbind(1), batch.lengths.tolist(), strict=True):
        torch.testing.assert_close(row[:, :length], torch.full_like(row[:, :length], 1 / length))


def test_a_decoder_that_is_fed_its_own_choices_is_judged_by_the_true_ones() -> None:
    network, given = small_network("additive"), examples(6)
    batch = ENDS.batch(given)
    free, _ = TranslationLoss(network, lambda step: batch, seed=1, teacher=0.0)(0, None)
    source = network.encode(network.encoder.embedding(batch.source), batch.lengths)
    read, state, losses = batch.read[0], source.initial, []
    for wanted in batch.wanted:
        decoded = network.decode(network.decoder.embedding(read)[None], source, state)
        scores, state = network.score(decoded.features[0]), decoded.state
        losses.append(nn.functional.cross_entropy(scores, wanted, reduction="none"))
        read = scores.argmax(-1)
    counted = batch.wanted >= 0
    assert float(free) == pytest.approx(float(torch.stack(losses)[counted].mean()), rel=1e-5)


def test_many_sources_are_translated_like_single_ones() -> None:
    network = small_network("additive", units=16, embedding=16)
    given = [example.source for example in examples(30)]
    together = greedily_all(network, given, ENDS, most_steps=6)
    assert together == [greedily_all(network, [source], ENDS, most_steps=6)[0] for source in given]
    assert {0, 3, 6} <= {len(ids) for ids in together}
    assert not {0, 1, 2} & {token for ids in together for token in ids}


def test_the_ends_are_those_of_the_codec() -> None:
    config = characters()
    assert isinstance(config, TranslationConfig)
    assert Ends.of(config.build()) == Ends(start=0, end=2, never=(1,))
