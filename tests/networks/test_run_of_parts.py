"""The loop over chunks, on a model of two parts."""

from itertools import repeat

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.networks.run import Run, RunChunk
from app.sequences import NumericSequence
from tests.networks.runs import assert_close, joined
from tests.networks.two_parts import DecoderFeed, TwoParts

NUMBERS = NumericSequence(np.arange(8, dtype=np.float64).reshape(4, 2) / 8)


def test_parts_follow_one_another_and_each_counts_its_own_steps() -> None:
    chunks = list(Run(TwoParts(), NUMBERS).chunks(repeat(3)))
    assert [(chunk.part, chunk.start, chunk.stop) for chunk in chunks] == [
        ("encoder", 0, 3),
        ("encoder", 3, 4),
        ("decoder", 0, 3),
        ("decoder", 3, 5),
    ]
    assert [[token.text for token in chunk.tokens] for chunk in chunks] == [
        [],
        [],
        ["0!", "1!", "2!"],
        ["3!", "4!"],
    ]


def test_each_part_equals_pytorch_and_begins_from_its_own_states() -> None:
    model = TwoParts()
    chunks = list(Run(model, NUMBERS).chunks(repeat(3)))
    encoder, decoder = (joined([chunk for chunk in chunks if chunk.part == part]) for part in model.parts)
    x = torch.from_numpy(NUMBERS.values).float()
    with torch.no_grad():
        output, (h, c) = model.encoder(x)
        decoded, _ = model.decoder(torch.arange(5.0)[:, None], (h.reshape(1, -1), c.reshape(1, -1)))
    sides = [encoder[f"encoder.layers.0.{side}.hidden_state"] for side in ("forward", "backward")]
    assert_close(np.concatenate(sides, axis=1), output)
    assert_close(decoder["decoder.layers.0.forward.hidden_state"], decoded)
    assert_close(encoder["encoder.inputs"], x)
    assert decoder["attention"].shape == (5, 4)
    assert not [name for name in encoder | decoder if name.startswith("layers.")]


def test_the_header_of_two_parts_leads_with_the_first_and_describes_each() -> None:
    run = Run(TwoParts(), NUMBERS, signals=["hidden_state"], directions=["backward"], layers=[0])
    header = run.header()
    described = header.pop("parts")
    encoder = {
        "cell": "lstm",
        "layers": [0],
        "directions": ["backward"],
        "units": 3,
        "signals": ["hidden_state"],
        "steps": 4,
        "tokens": [{"text": str(step), "start": step, "end": step + 1} for step in range(4)],
    }
    assert described["encoder"] == encoder
    assert described["decoder"] == encoder | {
        "directions": ["forward"],
        "units": 6,
        "steps": None,
        "tokens": [],
    }
    features = {"features": ["x", "y"]}
    assert header == {"type": "header", "model": "two-parts", "from_step": 0} | encoder | features
    assert run.steps is None
    assert run.result() == {"text": "counted"}


@given(
    sizes=st.lists(st.integers(1, 6), min_size=9, max_size=9),
    bounds=st.tuples(st.integers(0, 13), st.integers(0, 13)).map(sorted),
)
def test_a_stretch_of_two_parts_is_cut_from_the_whole(sizes: list[int], bounds: list[int]) -> None:
    def rows(chunks: list[RunChunk]) -> list[tuple[str, int, str, list[float]]]:
        return [
            (chunk.part, step, name, np.atleast_1d(row).round(4).tolist())
            for chunk in chunks
            for name, array in chunk.arrays.items()
            for step, row in enumerate(array, chunk.start)
        ]

    start, stop = bounds
    whole = rows(list(Run(TwoParts(), NUMBERS).chunks(repeat(1000))))
    part = rows(list(Run(TwoParts(), NUMBERS, from_step=start, stop_step=stop).chunks(sizes)))
    expected = [row for row in whole if start <= row[1] + (4 if row[0] == "decoder" else 0) < stop]
    assert sorted(part) == sorted(expected)


def test_a_part_without_wanted_steps_is_not_run() -> None:
    run = Run(TwoParts(), NUMBERS, stop_step=4)
    assert run.steps == 4
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DecoderFeed, "initial", property(lambda feed: pytest.fail("nothing had to be decoded")))
        assert [chunk.part for chunk in run.chunks(repeat(3))] == ["encoder", "encoder"]
    assert Run(TwoParts(written=9), NUMBERS, stop_step=13).steps is None
    with pytest.raises(BadInput, match="there is no step 14"):
        Run(TwoParts(), NUMBERS, stop_step=14)


def test_a_parts_initial_states_come_with_its_first_chunk() -> None:
    model = TwoParts()
    chunks = list(Run(model, NUMBERS, signals=["forget_gate"]).chunks(repeat(3)))
    _, (h, c) = model.encoder(torch.from_numpy(NUMBERS.values).float())
    assert {name: state.tolist() for name, state in chunks[0].initial.items()} == {
        f"encoder.initial.0.{side}.{state}": [0.0] * 3
        for side in ("forward", "backward")
        for state in ("hidden_state", "cell_state")
    }
    assert chunks[2].initial.keys() == {
        "decoder.initial.0.forward.hidden_state",
        "decoder.initial.0.forward.cell_state",
    }
    assert_close(chunks[2].initial["decoder.initial.0.forward.hidden_state"], h.detach().flatten())
    assert_close(chunks[2].initial["decoder.initial.0.forward.cell_state"], c.detach().flatten())
    assert [bool(chunk.initial) for chunk in chunks] == [True, False, True, False]
    resumed = list(Run(model, NUMBERS, from_step=6).chunks(repeat(2)))
    assert resumed[0].start == 2
    assert_close(resumed[0].initial["decoder.initial.0.forward.cell_state"], c.detach().flatten())
    chosen = next(Run(model, NUMBERS, directions=["backward"]).chunks([1]))
    assert chosen.initial.keys() == {
        "encoder.initial.0.backward.hidden_state",
        "encoder.initial.0.backward.cell_state",
    }


def test_parts_do_not_begin_from_given_states() -> None:
    with pytest.raises(BadInput, match="two-parts has several parts"):
        Run(TwoParts(), NUMBERS, states={})
