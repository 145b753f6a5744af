import pytest
import torch

from app.networks.sequence_network import SequenceNetwork, Sizes


def test_the_parameters_are_named_as_in_a_model_folder() -> None:
    network = SequenceNetwork("gru", Sizes(tokens=7, embedding=3, units=4, layers=2, bidirectional=True))
    shapes = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    assert shapes["embedding.weight"] == (7, 3)
    assert shapes["recurrent.weight_ih_l0"] == (12, 3)
    assert shapes["recurrent.weight_hh_l1_reverse"] == (12, 4)
    assert shapes["head.weight"] == (7, 8)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_reading_in_two_parts_with_the_state_carried_equals_reading_at_once(cell: str) -> None:
    torch.manual_seed(0)
    network = SequenceNetwork(cell, Sizes(tokens=7, embedding=3, units=4))
    ids = torch.randint(7, (9, 2))
    whole, _ = network(ids)
    first, state = network(ids[:4])
    second, _ = network(ids[4:], state)
    assert whole.shape == (9, 2, 7)
    torch.testing.assert_close(torch.cat([first, second]), whole)


def test_remembering_at_first_sets_only_the_forget_gates_bias() -> None:
    torch.manual_seed(0)
    network = SequenceNetwork("lstm", Sizes(tokens=7, embedding=3, units=4, layers=2))
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    network.remember_at_first()
    for name, tensor in network.state_dict().items():
        expected = before[name]
        if "bias_ih" in name:
            expected[4:8] = 1
        torch.testing.assert_close(tensor, expected)
