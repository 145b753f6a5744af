import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from app.networks.sequence_network import SequenceNetwork, Sizes
from app.training.counting import (
    CODEC,
    END,
    START,
    A,
    B,
    CountingBatches,
    exact_up_to,
    ngram_exact_up_to,
)
from app.training.next_token import NOT_COUNTED


class Counter(SequenceNetwork):
    """Counts by design: the cell holds a's minus b's and the number of b's; from `fails` a's on it is wrong."""

    def __init__(self, fails: int, early_end: int | None = None) -> None:
        super().__init__("lstm", Sizes(tokens=4, embedding=1, units=2))
        self.fails = fails
        self.early_end = early_end

    def forward(self, ids: Tensor, state: object = None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        batched = ids if ids.dim() == 2 else ids[:, None]
        left = state[1][0] if isinstance(state, tuple) else torch.zeros(batched.shape[1], 2)
        if left.dim() == 1:
            left = left[None]
        scores = []
        for row in batched:
            step = torch.stack([(row == A).float() - (row == B).float(), (row == B).float()], -1)
            left = left + step
            total = left.sum(-1)  # all a's so far
            ends = (left[:, 0] == 0) & (total > 0) & (total < self.fails)
            if self.early_end is not None:
                ends |= (left[:, 0] == self.early_end) & (left[:, 1] == 0)
            scores.append(torch.nn.functional.one_hot(torch.where(ends, END, B), 4).float())
        output = torch.stack(scores)
        carried = left[None] if ids.dim() == 2 else left
        return (output if ids.dim() == 2 else output[:, 0]), (carried, carried)


def test_codec_ids_are_the_named_ones() -> None:
    codec = CODEC.build()
    assert [codec.decode(index) for index in (START, END, A, B)] == ["<start>", "<end>", "a", "b"]


def test_how_far_a_network_counts_is_measured() -> None:
    assert exact_up_to(Counter(fails=10**6), 600) == 600
    assert exact_up_to(Counter(fails=301), 600) == 300
    assert exact_up_to(Counter(fails=1), 600) == 0


def test_expecting_the_end_among_the_a_is_a_mistake() -> None:
    assert exact_up_to(Counter(fails=10**6, early_end=8), 20) == 7


@given(step=st.integers(0, 3000))
def test_a_batch_holds_whole_strings_and_ignores_their_padding(step: int) -> None:
    batch = CountingBatches(lanes=4, longest=50, growing=2000, seed=1)(step)
    assert batch.fresh
    for lane in range(4):
        targets = batch.targets[:, lane].tolist()
        length = targets.index(END)
        n = length // 2
        assert targets[: length + 1] == [A] * n + [B] * n + [END]
        assert batch.inputs[: length + 1, lane].tolist() == [START] + [A] * n + [B] * n
        assert set(targets[length + 1 :]) <= {NOT_COUNTED}
        assert 1 <= n <= min(50, 5 + 50 * step // 2000)


def test_an_ngram_fails_once_its_context_is_all_b() -> None:
    assert ngram_exact_up_to(order=3, longest=50, most=100) == 1
    assert ngram_exact_up_to(order=10, longest=50, most=100) == 4
    assert ngram_exact_up_to(order=200, longest=50, most=100) == 50
