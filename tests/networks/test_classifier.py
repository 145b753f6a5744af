"""The classifier's prefixes, read in batches, against each prefix read by itself."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from app.networks import classifier
from app.networks.classifier import Classifier, ClassifierSizes, prefix_scores


def small_classifier(cell: str = "lstm", **sizes: int | bool) -> Classifier:
    torch.manual_seed(0)
    given = {
        "tokens": 9,
        "embedding": 4,
        "units": 5,
        "layers": 2,
        "bidirectional": True,
        "classes": 3,
    } | sizes
    network = Classifier(cell, ClassifierSizes.model_validate(given), dropout=0.5)
    return network.eval().requires_grad_(False)


def test_the_parameters_are_named_as_in_a_model_folder() -> None:
    shapes = {name: tuple(tensor.shape) for name, tensor in small_classifier().state_dict().items()}
    assert shapes["embedding.weight"] == (9, 4)
    assert shapes["recurrent.weight_ih_l0"] == (20, 4)
    assert shapes["recurrent.weight_hh_l1_reverse"] == (20, 5)
    assert shapes["head.weight"] == (3, 10)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_padded_sequences_score_as_without_padding(cell: str, bidirectional: bool) -> None:
    network = small_classifier(cell, bidirectional=bidirectional)
    lengths = torch.tensor([7, 4, 4, 1])
    ids = torch.randint(9, (7, 4))
    alone = torch.cat([network(ids[:length, lane, None]) for lane, length in enumerate(lengths.tolist())])
    torch.testing.assert_close(network(ids, lengths), alone)


@settings(deadline=None, max_examples=30)
@given(steps=st.integers(1, 40), cut=st.integers(0, 40), cells=st.integers(1, 300))
def test_every_prefix_is_scored_as_if_the_sequence_ended_there(steps: int, cut: int, cells: int) -> None:
    network = small_classifier()
    ids = torch.randint(9, (steps,), generator=torch.Generator().manual_seed(steps))
    alone = torch.cat([network(ids[:length, None]) for length in range(1, steps + 1)])
    cut = min(cut, steps)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classifier, "CELLS_AT_A_TIME", cells)
        parts = [
            prefix_scores(network, ids, *place) for place in ((0, cut), (cut, steps)) if place[0] < place[1]
        ]
    torch.testing.assert_close(torch.cat(parts), alone)


def test_batches_of_prefixes_keep_to_the_limit_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "CELLS_AT_A_TIME", 100)
    sizes = []
    network = small_classifier()
    network.register_forward_pre_hook(lambda module, given: sizes.append(given[0].numel()))
    prefix_scores(network, torch.zeros(120, dtype=torch.int64), 0, 120)
    assert max(size for size in sizes) <= 120  # one prefix of 120 tokens is read alone
    assert sum(size > 100 for size in sizes) == 20
    assert len(sizes) < 120


def test_dropout_applies_in_training_only() -> None:
    network = small_classifier()
    ids = torch.randint(9, (6, 1))
    torch.testing.assert_close(network(ids), network(ids))
    network.train()
    assert not torch.equal(network(ids), network(ids))
