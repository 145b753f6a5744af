import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from app.recurrent import capture, workspace
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
def test_reads_what_the_other_way_rebuilds(
    steps: int, batch: int, inputs: int, units: int, seed: int
) -> None:
    needs_workspace()
    torch.manual_seed(seed)
    module, x = nn.LSTM(inputs, units), torch.randn(steps, batch, inputs)
    h, c = torch.randn(batch, units), torch.randn(batch, units)
    run = workspace.read(x, h, c, read_weights(module)[0][0])
    assert run is not None
    rebuilt = capture(
        module, x, (h[None], c[None]), pre_activations=True
    )  # this way never reads the workspace
    names = ("input_gate", "forget_gate", "cell_candidate", "output_gate", "cell_state")
    for gate, name in zip((*run.gates, run.cell_state), names, strict=True):
        torch.testing.assert_close(gate, rebuilt[name], atol=1e-5, rtol=1e-5)


def test_on_the_pinned_build_for_x86_the_workspace_is_readable() -> None:
    """Speed rests on it: should a new PyTorch lay its workspace out anew, this says so."""
    if "mkldnn" not in torch.__config__.show().lower() or torch.backends.cpu.get_cpu_capability() not in {
        "AVX2",
        "AVX512",
    }:
        pytest.skip("no oneDNN on this processor")
    assert workspace.is_readable()


def test_another_layout_is_found_out_and_the_signals_are_rebuilt(monkeypatch: pytest.MonkeyPatch) -> None:
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
