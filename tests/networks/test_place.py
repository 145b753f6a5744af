import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from app.errors import BadInput
from app.networks.place import Place

places = st.builds(
    Place,
    st.sampled_from(["sequence", "encoder", "decoder"]),
    st.integers(0, 99),
    st.sampled_from(["forward", "backward"]),
)


@given(place=places, signal=st.sampled_from(["hidden_state", "forget_gate.pre", "candidate.recurrent"]))
def test_an_arrays_name_gives_its_place_and_signal(place: Place, signal: str) -> None:
    assert Place.of_signal(place.signal(signal)) == (place, signal)
    assert Place.of_signal(place.initial(signal)) is None


def test_the_arrays_of_the_only_part_have_no_prefix() -> None:
    assert Place().signal("forget_gate") == "layers.0.forward.forget_gate"
    assert Place("decoder", 1).signal("forget_gate") == "decoder.layers.1.forward.forget_gate"
    assert Place("decoder", 1).initial("cell_state") == "decoder.initial.1.forward.cell_state"


@pytest.mark.parametrize("name", ["inputs", "encoder.inputs", "attention", "prediction.actual", "layers.0"])
def test_other_arrays_hold_no_signal(name: str) -> None:
    assert Place.of_signal(name) is None


def test_an_unknown_place_is_refused_with_the_known_ones() -> None:
    encoder, decoder = nn.LSTM(2, 3, num_layers=2, bidirectional=True), nn.LSTM(2, 6)
    parts = {"encoder": encoder, "decoder": decoder}
    assert Place("encoder", 1, "backward").module(parts) is encoder
    assert Place("encoder", 1, "backward").row(encoder) == 3
    with pytest.raises(BadInput, match=r"no part 'sequence'.*one of: encoder, decoder"):
        Place().module(parts)
    with pytest.raises(BadInput, match=r"no layer 1.*0 to 0"):
        Place("decoder", 1).module(parts)
    with pytest.raises(BadInput, match=r"no direction 'backward'.*one of: forward"):
        Place("decoder", 0, "backward").module(parts)
