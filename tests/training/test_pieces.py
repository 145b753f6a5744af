import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.training.next_token import NOT_COUNTED
from app.training.pieces import Ids, PieceBatches

START, BREAK = 0, 1


def texts(*lengths: int) -> list[Ids]:
    """Texts in which every fourth token is a line break, and no other token occurs twice."""
    parts = [1000 * k + np.arange(10, 10 + length, dtype=np.int32) for k, length in enumerate(lengths)]
    return [np.where(part % 4 == 3, BREAK, part).astype(np.int32) for part in parts]


def batches(parts: list[Ids], seed: int = 0, piece: int = 20) -> PieceBatches:
    return PieceBatches(parts, start=START, line_break=BREAK, lanes=3, length=5, seed=seed, piece=piece)


def epoch(made: PieceBatches, number: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """All inputs and targets of an epoch, lane by lane, [lanes · steps]."""
    steps = range(number * made.per_epoch, (number + 1) * made.per_epoch)
    inputs, targets = ([getattr(made(step), name) for step in steps] for name in ("inputs", "targets"))
    return torch.cat(inputs).T.flatten(), torch.cat(targets).T.flatten()


@given(seed=st.integers(0, 5), lengths=st.lists(st.integers(5, 120), min_size=3, max_size=6))
def test_an_epoch_reads_every_text_once_and_cuts_only_at_line_starts(seed: int, lengths: list[int]) -> None:
    parts = texts(*lengths)
    read, _ = epoch(batches(parts, seed))
    pieces = np.split(read.numpy(), np.flatnonzero(read.numpy() == START))[1:]
    found = [np.zeros(length, bool) for length in lengths]
    for piece in (piece[1:] for piece in pieces if len(piece) > 1):
        number = int(piece[0]) // 1000
        text = parts[number]
        (begin,) = np.flatnonzero(text == piece[0])
        np.testing.assert_array_equal(piece, text[begin : begin + len(piece)])
        assert begin == 0 or text[begin - 1] == BREAK
        assert not found[number][begin : begin + len(piece)].any()
        found[number][begin : begin + len(piece)] = True
    missing = sum(int((~tokens).sum()) for tokens in found)
    assert missing <= 3 * 5  # what does not fill a batch is left out


def test_texts_that_do_not_fill_a_batch_are_refused() -> None:
    with pytest.raises(BadInput, match="16 or more"):
        batches(texts(6, 7))


@given(step=st.integers(0, 200), seed=st.integers(0, 3))
def test_a_batch_is_a_pure_function_of_seed_and_step(step: int, seed: int) -> None:
    parts = texts(80, 90, 60)
    jumped, walked = batches(parts, seed), batches(parts, seed)
    for before in range(max(0, step - 3), step):
        walked(before)
    a, b = jumped(step), walked(step)
    assert torch.equal(a.inputs, b.inputs)
    assert torch.equal(a.targets, b.targets)
    assert a.fresh is b.fresh is (step % jumped.per_epoch == 0)


def test_a_target_is_the_next_input_and_a_start_is_never_one() -> None:
    read, targets = epoch(batches(texts(100, 70, 50)))
    following = torch.where(read[1:] == START, NOT_COUNTED, read[1:])
    lane = len(read) // 3
    within = torch.arange(len(read) - 1) % lane != lane - 1
    assert torch.equal(targets[:-1][within], following[within])
    assert bool((targets == NOT_COUNTED).any())
    assert not bool((targets == START).any())


def test_a_lane_continues_from_the_previous_batch() -> None:
    made = batches(texts(100, 70, 50))
    first, second = made(0), made(1)
    last, following = first.targets[-1], second.inputs[0]
    assert torch.equal(torch.where(following == START, NOT_COUNTED, following), last)


def test_epochs_have_the_same_length_and_different_cuts() -> None:
    made = batches(texts(200, 150))
    (first, _), (second, _) = epoch(made, 0), epoch(made, 1)
    assert len(first) == len(second)
    assert not torch.equal(first, second)
