from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from app.recurrent import capture, capture_stepwise, workspace
from app.recurrent.weights import read_weights


def needs_workspace() -> None:
    if not workspace.is_readable():
        pytest.skip("this build of PyTorch keeps no gates")


@given(
    steps=st.integers(1, 70),
    batch=st.sampled_from([1, 2, 3, 8, 17]),
    inputs=st.integers(1, 40),
    units=st.sampled_from([1, 3, 15, 16, 64, 100, 128, 192, 256, 320]),
    seed=st.integers(0, 1000),
)
def test_the_gates_read_equal_the_equations(
    steps: int, batch: int, inputs: int, units: int, seed: int
) -> None:
    needs_workspace()
    torch.manual_seed(seed)
    module, x = nn.LSTM(inputs, units), torch.randn(steps, batch, inputs)
    h, c = torch.randn(batch, units), torch.randn(batch, units)
    run = workspace.read(x, h, c, read_weights(module)[0][0])
    assert run is not None
    expected = capture_stepwise(module, x, (h[None], c[None]))
    names = ("input_gate", "forget_gate", "cell_candidate", "output_gate", "cell_state")
    for gate, name in zip((*run.gates, run.cell_state), names, strict=True):
        torch.testing.assert_close(gate, expected[name], atol=1e-5, rtol=1e-5)


def test_on_the_pinned_build_for_x86_the_workspace_is_readable() -> None:
    """Speed depends on it; this fails if a new PyTorch changes the layout of its workspace."""
    if "mkldnn" not in torch.__config__.show().lower() or torch.backends.cpu.get_cpu_capability() not in {
        "AVX2",
        "AVX512",
    }:
        pytest.skip("no oneDNN on this processor")
    assert workspace.is_readable()


def test_another_layout_is_detected_and_the_signals_are_rebuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_workspace()
    module, x = nn.LSTM(3, 16), torch.randn(9, 2, 3)
    expected = capture(module, x)
    monkeypatch.setattr(workspace, "_padded", lambda width: width + 16)
    weights = read_weights(module)[0][0]
    assert workspace.read(x, torch.zeros(2, 16), torch.zeros(2, 16), weights) is None
    trace = capture(module, x)
    assert trace.agrees
    torch.testing.assert_close(trace["forget_gate"], expected["forget_gate"])


def test_a_build_without_the_kernel_rebuilds_the_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    module, x = nn.LSTM(3, 16), torch.randn(9, 2, 3)
    expected = capture(module, x)

    monkeypatch.setattr(workspace, "_run", lambda *_: None)
    assert workspace.read(x, torch.zeros(2, 16), torch.zeros(2, 16), read_weights(module)[0][0]) is None
    trace = capture(module, x)
    assert trace.agrees
    torch.testing.assert_close(trace["cell_state"], expected["cell_state"], atol=1e-5, rtol=1e-5)


def swap_i_and_g(gates: Tensor) -> None:
    gates.copy_(gates[[2, 1, 0, 3]])


def spoil_f(gates: Tensor) -> None:
    gates[1].fill_(0.123)


def spoil_o(gates: Tensor) -> None:
    gates[3].mul_(0.9)


@pytest.mark.parametrize("change", [swap_i_and_g, spoil_f, spoil_o])
@pytest.mark.parametrize("steps", [1, 2, 9])
def test_wrong_gates_are_detected_and_rebuilt(
    change: Callable[[Tensor], None], steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another order of the gates, or other values in their place, even where c and h follow from them."""
    needs_workspace()
    module, x = nn.LSTM(3, 16), torch.randn(steps, 2, 3)
    own = workspace._run

    def changed(*args: Any) -> Any:
        ran = own(*args)
        assert ran is not None
        change(ran.workspace.as_strided((4, steps, 2, 16), (16, 2 * 64, 64, 1)))
        return ran

    monkeypatch.setattr(workspace, "_run", changed)
    weights = read_weights(module)[0][0]
    zeros = torch.zeros(2, 16)
    assert workspace.read(x, zeros, zeros, weights) is None
    trace = capture(module, x)
    assert trace.agrees
    expected = capture_stepwise(module, x)
    for name, array in expected.arrays.items():
        torch.testing.assert_close(trace[name], array, atol=1e-5, rtol=1e-5)


def test_a_wrong_hidden_state_is_detected_and_rebuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_workspace()
    module, x = nn.LSTM(3, 16), torch.randn(9, 2, 3)
    own = workspace._run

    def changed(*args: Any) -> Any:
        ran = own(*args)
        assert ran is not None
        ran.hidden[4] += 0.01
        return ran

    monkeypatch.setattr(workspace, "_run", changed)
    trace = capture(module, x)
    assert trace.agrees
    torch.testing.assert_close(trace.output, module(x)[0], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("value", ["off", "OFF", "0", "no", "false"])
def test_a_switch_turns_it_off(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_WORKSPACE", value)
    monkeypatch.setattr(workspace, "read", lambda *_: pytest.fail("the workspace was read"))
    assert not workspace.is_readable()
    assert capture(nn.LSTM(3, 16), torch.randn(9, 3)).agrees


def test_it_is_read_only_on_tested_versions_and_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_workspace()
    with monkeypatch.context() as patch:
        patch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "SVE256")
        assert not workspace.is_readable()
    with monkeypatch.context() as patch:
        patch.setattr(workspace, "_TESTED_VERSION", False)
        assert not workspace.is_readable()
    with monkeypatch.context() as patch:
        patch.setattr(torch.backends.mkldnn, "enabled", False)
        assert not workspace.is_readable()
    assert workspace.is_readable()


def test_readability_is_checked_again_each_time() -> None:
    """The settings at the first check have no influence on later reads."""
    needs_workspace()
    module, x = nn.LSTM(3, 16), torch.randn(9, 2, 3)
    expected = capture(module, x)
    with torch.inference_mode():
        assert torch.equal(capture(module, x)["forget_gate"], expected["forget_gate"])
    torch.set_default_dtype(torch.float64)
    try:
        assert torch.equal(capture(module, x)["forget_gate"], expected["forget_gate"])
    finally:
        torch.set_default_dtype(torch.float32)
    with torch.device("meta"):
        assert torch.equal(capture(module, x)["forget_gate"], expected["forget_gate"])
    assert torch.equal(capture(module, x)["forget_gate"], expected["forget_gate"])
