"""Refuses modules whose own call gives a different result than their weights.

The fast way runs PyTorch's kernels on a module's weights; it does not call the module. Both give the same result
unless something changes the call, such as a hook.
"""

from typing import Any

import torch
from torch import nn
from torch.nn.modules import module as torch_module

from .errors import CaptureError

# The methods that a call of nn.LSTM, nn.GRU or nn.RNN goes through.
_CALLED = (
    "__call__",
    "_wrapped_call_impl",
    "_call_impl",
    "forward",
    "check_forward_args",
    "check_input",
    "check_hidden_size",
    "get_expected_hidden_size",
    "get_expected_cell_size",
    "permute_hidden",
    "_update_flat_weights",
    "_weights_have_changed",
    "_init_flat_weights",
    "__getattr__",
    "__getattribute__",
)
_OWN = {cls: {name: getattr(cls, name, None) for name in _CALLED} for cls in (nn.LSTM, nn.GRU, nn.RNN)}
_HOOKS = {"_forward_pre_hooks": "forward pre-hook", "_forward_hooks": "forward hook"}


def refuse_altered(module: Any) -> None:
    """Refuse a module whose own call could differ from PyTorch's kernel on its weights.

    Raises:
        CaptureError: a method of the call is overridden; the module (or all modules) has a forward hook or pre-hook (as
            set by prune and the older weight_norm and spectral_norm); autocast is on; or a parametrization is in
            training mode, where reading a weight may change it.
    """
    name = type(module).__name__
    own = next(methods for cls, methods in _OWN.items() if isinstance(module, cls))
    for method, function in own.items():
        if getattr(type(module), method, None) is not function or method in module.__dict__:
            raise CaptureError(
                f"expected a module that is called as PyTorch's own, but got {name}, which overrides {method}"
            )
    for attribute, kind in _HOOKS.items():
        for hook in getattr(module, attribute).values():
            raise CaptureError(
                f"expected a module without hooks, but got {name} with the {kind} {_called(hook)}, which can change "
                "what it gives: remove it first (prune, weight_norm and spectral_norm have a remove function)"
            )
        for hook in getattr(torch_module, f"_global{attribute}").values():
            raise CaptureError(
                f"expected no hooks, but all modules have the {kind} {_called(hook)}, which can change what they give: "
                "remove it first"
            )
    parametrizations = getattr(module, "parametrizations", {})
    if any(parametrization.training for parametrization in parametrizations.values()):
        raise CaptureError(
            f"expected parametrized weights in evaluation mode, but got {name} in training mode, where a "
            "parametrization may change with every call: call module.eval() first"
        )
    if torch.is_autocast_enabled("cpu"):
        raise CaptureError(
            f"expected no autocast, but it is on, and the module computes in {torch.get_autocast_dtype('cpu')}: "
            "capture outside it"
        )


def _called(hook: Any) -> str:
    return str(getattr(hook, "__qualname__", type(hook).__name__))
