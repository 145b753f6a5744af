"""What single units track: the unit whose memory correlates best with a property of Python source.

After Karpathy, Johnson and Fei-Fei (2015), "Visualizing and Understanding Recurrent Networks".
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ..networks.codecs import CharacterCodec
from ..networks.sequence_network import SequenceNetwork
from ..recurrent import Tracer, describe

Property = NDArray[np.float64]
BLOCK_STEPS = 4096


@dataclass(frozen=True)
class Finding:
    """The unit that tracks a property best, and its correlation over all characters."""

    unit: int
    correlation: float


def properties(source: str) -> dict[str, Property]:
    """Return properties of Python source after each character, each [characters].

    `string` and `comment` are 1 inside and 0 outside; `brackets` and `indentation` count open brackets and the
    current line's leading spaces. Raises `SyntaxError` or `tokenize.TokenError` if the source is not Python.
    """
    lines = list(io.StringIO(source))
    starts = np.cumsum([0, *(len(line) for line in lines)])
    found = {name: np.zeros(len(source)) for name in ("string", "comment", "brackets", "indentation")}
    begun: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        (row, column), (end_row, end_column) = token.start, token.end
        begin, end = int(starts[row - 1]) + column, int(starts[min(end_row, len(starts)) - 1]) + end_column
        name = tokenize.tok_name[token.type]
        if name == "STRING":
            found["string"][begin : end - 1] = 1  # the closing quote is no longer inside
        elif name.endswith("STRING_START"):
            begun.append(begin)
        elif name.endswith("STRING_END"):
            found["string"][begun.pop() : end - 1] = 1
        elif name == "COMMENT":
            found["comment"][begin:end] = 1
        elif name == "OP" and token.string in "([{":
            found["brackets"][begin:] += 1
        elif name == "OP" and token.string in ")]}":
            found["brackets"][begin:] -= 1
    for start, line in zip(starts, lines, strict=False):
        found["indentation"][start : start + len(line)] = len(line) - len(line.lstrip(" "))
    return found


def find_units(network: SequenceNetwork, codec: CharacterCodec, texts: Sequence[str]) -> dict[str, Finding]:
    """Find, for each property, the unit of the first layer whose memory correlates with it most strongly.

    Texts that are not Python are skipped.
    """
    read: list[tuple[NDArray[np.float32], dict[str, Property]]] = []
    for text in texts:
        try:
            wanted = properties(text)
        except (SyntaxError, tokenize.TokenError):
            continue
        read.append((memory_of(network, codec, text), wanted))
    memories = np.concatenate([memory for memory, _ in read])
    return {
        name: most_correlated(memories, np.concatenate([wanted[name] for _, wanted in read]))
        for name in read[0][1]
    }


def memory_of(network: SequenceNetwork, codec: CharacterCodec, text: str) -> NDArray[np.float32]:
    """Return the first layer's memory after each character, [characters, units].

    The memory is the state that is not the output (an LSTM's cell state), or the output if there is no other state.
    """
    cell = describe(network.recurrent)
    memory = next((state for state in cell.states if state != cell.output), cell.output)
    ids = torch.from_numpy(codec.encode(text)[1])
    tracer = Tracer(network.recurrent)
    blocks = []
    for start in range(0, len(ids), BLOCK_STEPS):
        with torch.no_grad():
            embedded = network.embedding(ids[start : start + BLOCK_STEPS])
        blocks.append(tracer.advance(embedded)[memory].numpy())
    return np.concatenate(blocks)[len(ids) - len(text) :]


def most_correlated(memories: NDArray[np.float32], wanted: Property) -> Finding:
    """Find the unit (column) of `memories` [steps, units] that correlates with `wanted` [steps] most strongly."""
    centred = memories - memories.mean(0)
    target = wanted - wanted.mean()
    spread = np.sqrt((centred**2).sum(0) * (target**2).sum())
    correlations = np.divide(target @ centred, spread, out=np.zeros_like(spread), where=spread > 0)
    unit = int(np.abs(correlations).argmax())
    return Finding(unit, float(correlations[unit]))
