"""The lines of PyTorch that make a sandbox and run it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tasks.sandbox import SandboxConfig

CLASSES = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}

WRITTEN = 60
"""Up to this many numbers are written into the code; for more, the code uses a variable `values`."""

WIDTH = 80
INDENT = "    "


def code(config: SandboxConfig, values: NDArray[np.float64]) -> str:
    """Return the lines that give the same module, states and output, for [steps, (sequences,) features]."""
    name = config.cell
    shape = "(" + ", ".join(map(str, values.shape)) + ")"
    lines = ["import torch", "from torch import nn", ""]
    lines += [f"torch.manual_seed({config.seed})", f"{name} = nn.{CLASSES[name]}({arguments(config)})"]
    states = ["h0", "c0"] if name == "lstm" else ["h0"]
    given = ""
    if config.initial == "random":
        rows = [config.num_layers * config.directions, *values.shape[1:-1], config.hidden_size]
        size = ", ".join(map(str, rows))
        lines += [f"{state} = torch.randn({size})" for state in states]
        given = ", (h0, c0)" if len(states) > 1 else ", h0"
    lines.append("")
    if values.size <= WRITTEN:
        lines += [f"x = torch.tensor({_literal(values)})  # {shape}"]
    else:
        lines += [f"x = torch.tensor(values)  # your numbers, {shape}"]
    lines += ["with torch.no_grad():", f"    output, {_final(name)} = {name}(x{given})"]
    return "\n".join(lines) + "\n"


def arguments(config: SandboxConfig) -> str:
    """Return a module's arguments, without those that are PyTorch's defaults: `5, 6, 2, bidirectional=True`."""
    sizes = [str(config.input_size), str(config.hidden_size)]
    if config.num_layers > 1:
        sizes.append(str(config.num_layers))
    if config.nonlinearity != "tanh":
        sizes.append(f'nonlinearity="{config.nonlinearity}"')
    if not config.bias:
        sizes.append("bias=False")
    if config.bidirectional:
        sizes.append("bidirectional=True")
    return ", ".join(sizes)


def _final(cell: str) -> str:
    return "(h_n, c_n)" if cell == "lstm" else "h_n"


def _literal(values: NDArray[np.float64]) -> str:
    """Return the numbers as nested lists, with one step per line if they do not fit on one line."""
    line = str(values.tolist())
    if len(line) <= WIDTH - len("x = torch.tensor()  # (1, 3, 5)"):
        return line
    return f"[\n{_lines(values.tolist(), 1)}]"


def _lines(rows: list[Any], depth: int) -> str:
    """Return one row per line; a row that is too long for a line is split, too."""
    lines = ""
    for row in rows:
        line = f"{INDENT * depth}{row},\n"
        if len(line) > WIDTH and isinstance(row[0], list):
            line = f"{INDENT * depth}[\n{_lines(row, depth + 1)}{INDENT * depth}],\n"
        lines += line
    return lines
