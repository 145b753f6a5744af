"""Weights and orders of units in a model of two parts."""

import numpy as np
import pytest

from app.errors import BadInput
from app.networks.place import Place
from app.networks.run import Run
from app.sequences import NumericSequence
from app.web.orders import unit_order
from app.web.parameters import unit_parameters
from tests.networks.two_parts import TwoParts

NUMBERS = NumericSequence(np.arange(8, dtype=np.float64).reshape(4, 2) / 8)


def test_the_weights_are_those_of_the_part() -> None:
    model = TwoParts()
    decoder = unit_parameters(model, Place("decoder"), "forget_gate", 5)
    assert (decoder.part, decoder.layer, decoder.direction) == ("decoder", 0, "forward")
    assert decoder.weight_hh == model.decoder.state_dict()["weight_hh_l0"][6 + 5].tolist()
    encoder = unit_parameters(model, Place("encoder", 0, "backward"), "forget_gate", 2)
    assert encoder.weight_ih == model.encoder.state_dict()["weight_ih_l0_reverse"][3 + 2].tolist()
    with pytest.raises(BadInput, match=r"no part 'sequence'.*one of: encoder, decoder"):
        unit_parameters(model, Place(), "forget_gate", 0)


def test_units_are_ordered_in_each_part() -> None:
    def order(part: str, layer: int = 0) -> list[int]:
        place = Place(part, layer)
        return unit_order(Run(TwoParts(), NUMBERS), place, "hidden_state", lambda: None).order

    assert sorted(order("encoder")) == [0, 1, 2]
    assert sorted(order("decoder")) == [0, 1, 2, 3, 4, 5]
    with pytest.raises(BadInput, match=r"no layer 1"):
        order("decoder", 1)
