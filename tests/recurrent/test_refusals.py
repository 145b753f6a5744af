"""A module whose own call differs from its weights is refused by name; all other modules agree with their call."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.nn.utils import parametrizations, prune, spectral_norm, weight_norm

from app.recurrent import CaptureError, RecurrentModule, Tracer, capture, capture_chunks, capture_stepwise

X = torch.randn(9, 2, 3, generator=torch.Generator().manual_seed(0))


class Doubled(nn.LSTM):
    def forward(self, *args: Any) -> Any:
        output, final = super().forward(*args)
        return output * 2, final


class Permuted(nn.LSTM):
    def permute_hidden(self, hx: Any, permutation: Any) -> Any:
        return tuple(state + 1 for state in hx)


class Named(nn.LSTM):
    """A subclass that does not change the call."""

    def __init__(self) -> None:
        super().__init__(3, 4)
        self.name = "mine"

    def describe(self) -> str:
        return self.name


def altered(make: Callable[[nn.LSTM], Any]) -> nn.LSTM:
    module = nn.LSTM(3, 4)
    make(module)
    return module


def replaced_forward(module: nn.LSTM) -> None:
    own = module.forward
    module.forward = lambda *args: tuple(own(*args)[::-1])  # type: ignore[method-assign, assignment]


def pre_hook(module: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return (given[0] + 1, *given[1:])


def hook(module: nn.Module, given: Any, result: Any) -> Any:
    return (result[0] + 1, result[1])


def half_pruned(module: nn.Module) -> None:
    prune.l1_unstructured(module, "weight_hh_l0", 0.5)  # type: ignore[no-untyped-call]


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "forward overridden": (lambda: Doubled(3, 4), "Doubled, which overrides forward"),
    "part of the call overridden": (lambda: Permuted(3, 4), "Permuted, which overrides permute_hidden"),
    "forward replaced": (partial(altered, replaced_forward), "LSTM, which overrides forward"),
    "hook": (partial(altered, lambda m: m.register_forward_hook(hook)), "LSTM with the forward hook hook"),
    "pre-hook": (
        partial(altered, lambda m: m.register_forward_pre_hook(pre_hook)),
        "LSTM with the forward pre-hook pre_hook",
    ),
    "prune": (partial(altered, half_pruned), "LSTM with the forward pre-hook L1Unstructured"),
    "spectral_norm": (partial(altered, lambda m: spectral_norm(m, "weight_hh_l0")), "SpectralNorm"),
    "parametrization in training": (
        partial(altered, lambda m: parametrizations.spectral_norm(m, "weight_hh_l0")),
        "evaluation mode, but got ParametrizedLSTM in training mode",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_anything_that_changes_the_call_is_refused_by_name(what: str) -> None:
    make, words = REFUSED[what]
    module: RecurrentModule = make()
    for way in (capture, capture_stepwise, lambda m, x: next(capture_chunks(m, x, [4]))):
        with pytest.raises(CaptureError, match=words):
            way(module, X)
    with pytest.raises(CaptureError, match=words):
        Tracer(module).advance(X)


@pytest.mark.filterwarnings("ignore:.*weight_norm.*deprecated:FutureWarning")
def test_the_older_weight_norm_is_refused_until_it_is_removed() -> None:
    module = weight_norm(nn.GRU(3, 4), "weight_hh_l0")
    with torch.no_grad():
        module.weight_hh_l0_g.mul_(3)  # type: ignore[operator]
    with pytest.raises(CaptureError, match="forward pre-hook WeightNorm"):
        capture(module, X)
    assert_agrees(nn.utils.remove_weight_norm(module, "weight_hh_l0"))


@pytest.mark.parametrize(
    ("register", "given"),
    [(register_module_forward_hook, hook), (register_module_forward_pre_hook, pre_hook)],
)
def test_hooks_of_all_modules_are_refused(register: Any, given: Any) -> None:
    handle = register(given)
    try:
        with pytest.raises(CaptureError, match=f"all modules have the forward .*{given.__name__}"):
            capture(nn.LSTM(3, 4), X)
    finally:
        handle.remove()
    assert_agrees(nn.LSTM(3, 4))


def test_autocast_is_refused() -> None:
    with torch.autocast("cpu"), pytest.raises(CaptureError, match=r"no autocast.*torch\.bfloat16"):
        capture(nn.LSTM(3, 4), X)


def assert_agrees(module: Any) -> None:
    trace = capture(module, X)
    with torch.no_grad():
        output, final = module(X)
    assert trace.agrees and trace.final is not None
    torch.testing.assert_close(trace.output, output, atol=1e-5, rtol=1e-5)
    final = final if isinstance(final, tuple) else (final,)
    for own, expected in zip(trace.final.values(), final, strict=True):
        torch.testing.assert_close(own, expected, atol=1e-5, rtol=1e-5)


def parametrized() -> nn.LSTM:
    module = nn.LSTM(3, 4)
    parametrizations.weight_norm(module, "weight_hh_l0")
    parametrizations.spectral_norm(module, "weight_ih_l0")
    with torch.no_grad():
        module.parametrizations.weight_hh_l0.original0.mul_(3)  # type: ignore[operator, union-attr]
    return module.eval()


def pruned() -> nn.LSTM:
    module = nn.LSTM(3, 4)
    prune.l1_unstructured(module, "weight_hh_l0", 0.5)  # type: ignore[no-untyped-call]
    prune.remove(module, "weight_hh_l0")  # type: ignore[no-untyped-call]
    return module


def exchanged() -> nn.LSTM:
    module = nn.LSTM(3, 4)
    module.weight_hh_l0 = nn.Parameter(torch.randn(16, 4))
    return module


def watched() -> nn.LSTM:
    module = nn.LSTM(3, 4)
    module.register_full_backward_hook(lambda *_: None)
    return module


@pytest.mark.parametrize(
    "make", [Named, parametrized, pruned, exchanged, watched, lambda: copy.copy(Named())]
)
def test_a_module_whose_call_follows_its_weights_is_captured(make: Callable[[], Any]) -> None:
    assert_agrees(make())


def test_a_replaced_call_of_all_lstms_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nn.LSTM, "forward", Doubled.forward)
    with pytest.raises(CaptureError, match="overrides forward"):
        capture(nn.LSTM(3, 4), X)


def test_a_trace_shows_the_network_in_evaluation_mode() -> None:
    module = nn.LSTM(3, 4, num_layers=2, dropout=0.5).train()
    traces = [capture(module, X), capture_stepwise(module, X)]
    assert module.training
    output, _ = module.eval()(X)
    for trace in traces:
        assert trace.agrees
        torch.testing.assert_close(trace.output, output, atol=1e-5, rtol=1e-5)
