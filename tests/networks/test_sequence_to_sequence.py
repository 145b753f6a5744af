"""Encoder, attention and decoder against their formulas, written again in plain NumPy loops."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from app.networks.attention import masked
from app.networks.sequence_network import State
from app.networks.sequence_to_sequence import Decoded, SequenceToSequence
from tests.networks.translators import KINDS, small_network

Vector = NDArray[np.float64]
Cell = tuple[Vector, ...]
"""(h,) or (h, c)."""

SOURCE = [0, 4, 8, 3, 2]
READ = [0, 5, 1, 6]


def sigmoid(x: Vector) -> Vector:
    return 1 / (1 + np.exp(-x))


class Formulas:
    """A translator's numbers by hand, one vector at a time."""

    def __init__(self, network: SequenceToSequence) -> None:
        self.sizes = network.sizes
        self.cell = network.cell
        self.w = {name: tensor.double().numpy() for name, tensor in network.state_dict().items()}

    def step(self, part: str, suffix: str, x: Vector, state: Cell) -> Cell:
        """Take one step of an LSTM (Hochreiter and Schmidhuber, 1997) or a GRU (Cho et al., 2014)."""
        w = {
            name: self.w[f"{part}.recurrent.{name}_{suffix}"]
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        h = state[0]
        a, b = w["weight_ih"] @ x + w["bias_ih"], w["weight_hh"] @ h + w["bias_hh"]
        if self.cell == "lstm":
            i, f, g, o = np.split(a + b, 4)
            c = sigmoid(f) * state[1] + sigmoid(i) * np.tanh(g)
            return sigmoid(o) * np.tanh(c), c
        (ar, az, an), (br, bz, bn) = np.split(a, 3), np.split(b, 3)
        r, z = sigmoid(ar + br), sigmoid(az + bz)
        return ((1 - z) * np.tanh(an + r * bn) + z * h,)

    def encode(self, ids: list[int]) -> tuple[list[Vector], list[Cell]]:
        """Return the last layer's hidden states, and each layer's final states side by side."""
        sequence = [self.w["encoder.embedding.weight"][index] for index in ids]
        zeros = tuple(np.zeros(self.sizes.units) for _ in range(2 if self.cell == "lstm" else 1))
        finals: list[Cell] = []
        for layer in range(self.sizes.layers):
            outputs: list[list[Vector]] = []
            ends: list[Cell] = []
            for suffix in [f"l{layer}", f"l{layer}_reverse"][: self.sizes.directions]:
                backward = suffix.endswith("reverse")
                state, outs = zeros, []
                for x in reversed(sequence) if backward else sequence:
                    state = self.step("encoder", suffix, x, state)
                    outs.append(state[0])
                outputs.append(outs[::-1] if backward else outs)
                ends.append(state)
            sequence = [np.concatenate(parts) for parts in zip(*outputs, strict=True)]
            finals.append(tuple(np.concatenate(parts) for parts in zip(*ends, strict=True)))
        return sequence, finals

    def energy(self, query: Vector, state: Vector) -> float:
        kind = self.sizes.attention
        if kind == "dot":
            return float(query @ state)
        W = self.w["attention.query.weight"]
        if kind == "general":
            return float((W @ query) @ state)
        hidden = np.tanh(W @ query + self.w["attention.key.weight"] @ state)
        return float(self.w["attention.score.weight"][0] @ hidden)

    def run(
        self, ids: list[int], read: list[int], forced: dict[int, Vector] | None = None
    ) -> dict[str, Vector]:
        states, layers = self.encode(ids)
        rows: dict[str, list[Any]] = {
            "inputs": [],
            "scores": [],
            "energies": [],
            "weights": [],
            "context": [],
        }
        for step, index in enumerate(read):
            embedded = self.w["decoder.embedding.weight"][index]
            if self.sizes.attention == "additive":
                query, x = layers[-1][0], None
            else:
                x = embedded
                layers = self.advance(x, layers)
                query = layers[-1][0]
            context = np.zeros(0)
            if self.sizes.attention:
                energies = np.array([self.energy(query, state) for state in states])
                weights = np.exp(energies) / np.exp(energies).sum()
                weights = (forced or {}).get(step, weights)
                context = sum((a * h for a, h in zip(weights, states, strict=True)), np.zeros(len(states[0])))
                rows["energies"].append(energies)
                rows["weights"].append(weights)
                rows["context"].append(context)
            if x is None:
                x = np.concatenate([embedded, context])
                layers = self.advance(x, layers)
            features = np.concatenate([layers[-1][0], context])
            hidden = np.tanh(
                self.w["decoder.head.hidden.weight"] @ features + self.w["decoder.head.hidden.bias"]
            )
            rows["inputs"].append(x)
            rows["scores"].append(self.w["decoder.embedding.weight"] @ hidden + self.w["decoder.head.bias"])
        return {name: np.array(values) for name, values in rows.items()}

    def advance(self, x: Vector, layers: list[Cell]) -> list[Cell]:
        advanced = []
        for layer, state in enumerate(layers):
            advanced.append(self.step("decoder", f"l{layer}", x, state))
            x = advanced[-1][0]
        return advanced


def run(
    network: SequenceToSequence,
    sources: list[list[int]],
    read: list[list[int]],
    forced: dict[int, torch.Tensor] | None = None,
) -> tuple[Decoded, State]:
    """Run a batch of sources, padded with token 1, and targets of one length."""
    longest = max(len(source) for source in sources)
    ids = torch.tensor([source + [1] * (longest - len(source)) for source in sources]).T
    lengths = torch.tensor([len(source) for source in sources])
    source = network.encode(network.encoder.embedding(ids), lengths)
    embedded = network.decoder.embedding(torch.tensor(read).T)
    return network.decode(embedded, source, source.initial, forced), source.initial


def compare(actual: Decoded, network: SequenceToSequence, expected: dict[str, Vector], lane: int = 0) -> None:
    scores = network.score(actual.features)
    found = {"inputs": actual.inputs, "scores": scores}
    if network.attention:
        assert actual.energies is not None and actual.weights is not None and actual.context is not None
        found |= {"energies": actual.energies, "weights": actual.weights, "context": actual.context}
    for name, tensor in found.items():
        wanted = expected[name]
        values = tensor[:, lane].numpy()
        if name in ("energies", "weights"):
            values = values[:, : wanted.shape[1]]
        np.testing.assert_allclose(values, wanted, rtol=2e-5, atol=2e-5, err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_every_number_equals_the_formulas(
    kind: str | None, cell: str, layers: int, bidirectional: bool
) -> None:
    network = small_network(kind, cell, layers=layers, bidirectional=bidirectional)
    decoded, _ = run(network, [SOURCE], [READ])
    compare(decoded, network, Formulas(network).run(SOURCE, READ))


@pytest.mark.parametrize("kind", ["additive", "general", "dot"])
def test_a_forced_row_replaces_the_weights_but_not_the_scores(kind: str) -> None:
    network = small_network(kind)
    row = np.array([0, 0.25, 0, 0.75, 0])
    decoded, _ = run(network, [SOURCE], [READ], {1: torch.tensor(row, dtype=torch.float32)[None]})
    expected = Formulas(network).run(SOURCE, READ, {1: row})
    compare(decoded, network, expected)
    assert not np.allclose(expected["scores"][1], Formulas(network).run(SOURCE, READ)["scores"][1])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_padded_batch_equals_single_sequences(kind: str | None, cell: str) -> None:
    network = small_network(kind, cell, layers=2)
    sources = [[0, 4, 2], SOURCE, [0, 2], [0, 8, 7, 2]]
    reads = [READ, [0, 2, 3, 4], [0, 1, 1, 1], [0, 6, 6, 2]]
    together, _ = run(network, sources, reads)
    for lane, (source, read) in enumerate(zip(sources, reads, strict=True)):
        compare(together, network, Formulas(network).run(source, read), lane)
        if together.weights is not None:
            assert (together.weights[:, lane, len(source) :] == 0).all()


def test_only_padding_is_masked() -> None:
    scores = torch.arange(12.0).reshape(2, 2, 3)
    result = masked(scores, torch.tensor([3, 2]))
    assert torch.equal(result[0], scores[0])
    assert torch.equal(result[1, :, :2], scores[1, :, :2])
    assert (result[1, :, 2] == -torch.inf).all()


@pytest.mark.parametrize("kind", KINDS)
def test_single_steps_equal_all_steps_at_once(kind: str | None) -> None:
    network = small_network(kind, layers=2)
    together, state = run(network, [SOURCE], [READ])
    ids = torch.tensor([SOURCE]).T
    source = network.encode(network.encoder.embedding(ids), torch.tensor([len(SOURCE)]))
    for step, index in enumerate(READ):
        one = network.decode(network.decoder.embedding(torch.tensor([[index]])), source, state)
        state = one.state
        torch.testing.assert_close(one.features[0], together.features[step])


def test_a_row_of_a_source_can_be_repeated() -> None:
    network = small_network("additive")
    ids = torch.tensor([SOURCE, SOURCE[::-1]]).T
    source = network.encode(network.encoder.embedding(ids), torch.tensor([5, 5]))
    rows = source.of(torch.tensor([1, 1, 0]))
    assert isinstance(rows.initial, tuple) and isinstance(source.initial, tuple)
    assert rows.keys is not None and source.keys is not None
    assert torch.equal(rows.initial[1][:, 1], source.initial[1][:, 1])
    assert torch.equal(rows.keys[2], source.keys[0])


@pytest.mark.parametrize(
    ("kind", "attention"),
    [("additive", {"query", "key", "score"}), ("general", {"query"}), ("dot", set()), (None, set())],
)
def test_the_weights_have_the_names_of_a_model_folder(kind: str | None, attention: set[str]) -> None:
    names = set(small_network(kind).state_dict())
    assert {name.split(".")[1] for name in names if name.startswith("attention.")} == attention
    assert {".".join(name.split(".")[:2]) for name in names if not name.startswith("attention.")} == {
        "encoder.embedding",
        "encoder.recurrent",
        "decoder.embedding",
        "decoder.recurrent",
        "decoder.head",
    }
