import math
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch

from app.errors import BadInput
from app.networks.sequence_network import SequenceNetwork, Sizes
from app.training.loop import Plan, Training
from app.training.next_token import NOT_COUNTED, Batch, Batches, NextToken

PLAN = Plan(steps=12, seed=0, learning_rate=0.01, warm_up=3)
SIZES = Sizes(tokens=6, embedding=3, units=4)


def batches(step: int) -> Batch:
    """Random walks through the tokens; the state is carried except at every fifth step."""
    generator = torch.Generator().manual_seed(step)
    ids = torch.randint(6, (8, 2), generator=generator)
    targets = ids[1:].clone()
    targets[0, 0] = NOT_COUNTED
    return Batch(ids[:-1], targets, fresh=step % 5 == 0)


def training(plan: Plan = PLAN, cell: str = "lstm", source: Batches = batches) -> Training[SequenceNetwork]:
    torch.manual_seed(1)
    network = SequenceNetwork(cell, SIZES)
    return Training(network, NextToken(network, source), plan)


def weights(trained: Training[SequenceNetwork]) -> list[torch.Tensor]:
    return list(trained.network.state_dict().values())


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("interrupted_at", [1, 5, 7])
def test_a_resumed_training_equals_an_uninterrupted_one_bit_for_bit(
    tmp_path: Path, cell: str, interrupted_at: int
) -> None:
    whole = training(cell=cell)
    steps = list(whole.run())
    first = training(cell=cell)
    before = list(islice(first.run(), interrupted_at))
    first.save(tmp_path / "checkpoint")
    second = training(cell=cell)
    second.load(tmp_path / "checkpoint")
    after = list(second.run())
    assert [*before, *after] == steps
    for resumed, expected in zip(weights(second), weights(whole), strict=True):
        assert torch.equal(resumed, expected)


def test_a_step_is_adamw_on_the_mean_surprise_of_the_counted_tokens() -> None:
    plan = replace(PLAN, clip=0.01, learning_rate=1.0, warm_up=1)
    trained, oracle = training(plan), training(plan)
    next(trained.run())
    network, batch = oracle.network, batches(0)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1.0, betas=(0.9, 0.99), weight_decay=0.01)
    scores, _ = network(batch.inputs)
    counted = batch.targets != NOT_COUNTED
    loss = -scores.log_softmax(-1)[counted].gather(1, batch.targets[counted][:, None]).mean()
    torch.autograd.backward(loss)
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    norm = torch.cat([gradient.flatten() for gradient in gradients]).norm()
    assert norm > 0.01
    for gradient in gradients:
        gradient *= 0.01 / norm
    optimizer.step()
    for actual, expected in zip(weights(trained), weights(oracle), strict=True):
        torch.testing.assert_close(actual, expected)
    assert trained.progress.bits == pytest.approx(loss.item() / math.log(2))


def test_the_state_is_carried_from_batch_to_batch_until_a_fresh_one() -> None:
    read: list[bool] = []
    trained = training()
    forward = trained.network.forward

    def watched(ids: torch.Tensor, state: object = None) -> object:
        read.append(state is not None)
        return forward(ids, state)  # type: ignore[arg-type]

    trained.network.forward = watched  # type: ignore[method-assign, assignment]
    list(islice(trained.run(), 7))
    assert read == [False, True, True, True, True, False, True]


def test_the_rate_rises_then_falls_to_zero() -> None:
    plan = Plan(steps=100, seed=0, learning_rate=1.0, warm_up=10)
    assert plan.rate(0) == pytest.approx(0.1)
    assert plan.rate(9) == pytest.approx(0.91)
    assert plan.rate(50) == pytest.approx(0.5)
    assert plan.rate(99) == pytest.approx(0.01)


def test_it_learns() -> None:
    plan = replace(PLAN, steps=150, learning_rate=0.03)
    ids = torch.arange(40)[:, None] % 6

    def counting(step: int) -> Batch:
        return Batch(ids[:-1], ids[1:], fresh=True)

    last = list(training(plan, source=counting).run())[-1]
    assert last.step == last.steps == 150
    assert last.bits < 0.6


def test_a_checkpoint_is_written_regularly_and_at_the_end(tmp_path: Path) -> None:
    trained = training()
    at = [p.step for p in trained.run(tmp_path / "a", every_seconds=0) if (tmp_path / "a").exists()]
    assert at == list(range(1, 13))
    trained = training()
    at = [p.step for p in trained.run(tmp_path / "b", every_seconds=1e9) if (tmp_path / "b").exists()]
    assert at == [12]


def test_a_checkpoint_of_another_training_is_refused_and_says_what_differs(tmp_path: Path) -> None:
    training().save(tmp_path / "checkpoint")
    with pytest.raises(BadInput, match=r"steps 12 instead of 13.*--restart"):
        training(replace(PLAN, steps=13)).load(tmp_path / "checkpoint")
    with pytest.raises(BadInput, match="cell lstm instead of gru"):
        training(cell="gru").load(tmp_path / "checkpoint")


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04"])
def test_a_broken_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "checkpoint").write_bytes(content)
    with pytest.raises(BadInput, match="cannot be read"):
        training().load(tmp_path / "checkpoint")


def test_a_parameter_with_a_share_of_the_learning_rate_moves_by_that_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = replace(PLAN, weight_decay=0.0)
    name = "head.bias"
    whole = training(plan)
    start = whole.network.get_parameter(name).detach().clone()
    next(whole.run())
    monkeypatch.setattr(SequenceNetwork, "rates", {name: 0.25})
    slow = training(plan)
    next(slow.run())
    moved = whole.network.get_parameter(name) - start
    assert moved.abs().min() > 0
    torch.testing.assert_close(slow.network.get_parameter(name) - start, moved / 4)
    for other, value in slow.network.named_parameters():
        if other != name:
            assert torch.equal(value, whole.network.get_parameter(other))
