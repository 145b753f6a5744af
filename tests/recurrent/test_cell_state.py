"""Where a forget gate is 1, an error never fades: both ways stay close to the c that nn.LSTM itself carries."""

import copy
from functools import cache
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from app.networks.codecs.characters import CharacterCodec
from app.networks.sequence_network import SequenceNetwork
from app.recurrent import capture, capture_stepwise, fast, workspace
from app.zoo import Zoo

MODELS = Path(__file__).parents[2] / "models"


@cache
def counter(n: int) -> tuple[nn.LSTM, Tensor]:
    """The shipped counter's LSTM and its inputs for n times a, then n times b."""
    model = Zoo(MODELS).get("counter")
    codec, network = model.codec, model.network
    assert isinstance(codec, CharacterCodec) and isinstance(network, SequenceNetwork)
    _, ids = codec.encode("a" * n + "b" * n)
    assert isinstance(network.recurrent, nn.LSTM)
    return network.recurrent, network.embedding(torch.from_numpy(ids)).detach()


@torch.no_grad()
def carried(module: nn.LSTM, x: Tensor) -> Tensor:
    """c of every step, from calling the module itself step by step."""
    states, rows = None, []
    for t in range(len(x)):
        _, states = module(x[t : t + 1], states)
        rows.append(states[1][0])
    return torch.stack(rows)


@pytest.mark.parametrize("n", [100, 1000])
@pytest.mark.parametrize("pre_activations", [False, True])
@pytest.mark.parametrize("switch", ["on", "off"])
@pytest.mark.parametrize("onednn", [True, False])
def test_the_counter_counts_as_pytorch_does(
    n: int, pre_activations: bool, switch: str, onednn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, x = counter(n)
    monkeypatch.setenv("GATESCOPE_WORKSPACE", switch)
    monkeypatch.setattr(torch.backends.mkldnn, "enabled", onednn)
    trace = capture(module, x, pre_activations=pre_activations)
    expected = carried(module, x)
    assert expected.max() > 0.99 * n
    assert trace.agrees
    torch.testing.assert_close(trace["cell_state"], expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("n", [100, 1000])
def test_in_double_precision_both_ways_equal_the_independent_reference(n: int) -> None:
    module, x = counter(n)
    double, x = copy.deepcopy(module).double(), x.double()
    expected = carried(double, x)
    for way in (capture, capture_stepwise):
        torch.testing.assert_close(way(double, x)["cell_state"], expected, atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("n", [100, 1000])
def test_asking_for_pre_activations_changes_no_signal(n: int) -> None:
    if not workspace.is_readable():
        pytest.skip("without the workspace all signals come from the pre-activations anyway")
    module, x = counter(n)
    plain, more = capture(module, x), capture(module, x, pre_activations=True)
    for name, array in plain.arrays.items():
        assert torch.equal(array, more[name])


def test_an_error_between_anchors_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_WORKSPACE", "off")
    monkeypatch.setattr(fast, "ANCHORS", (2000,))
    trace = capture(*counter(1000))
    assert not trace.agrees
    assert trace.parity is not None and trace.parity > 1e-3
