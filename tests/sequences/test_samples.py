from typing import get_args

import numpy as np
import pytest

from app.errors import NotFound
from app.sequences import NumericSequence, TextSequence
from app.sequences.read import Format, read_sequence
from app.sequences.samples import FEATURES, HOURS, SAMPLES, TEXT, sample, station


def test_every_format_has_one_sample() -> None:
    assert sorted(read_sequence(sample(name)[1]).format for name in SAMPLES) == sorted(get_args(Format))


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "program.txt"])
def test_all_samples_of_numbers_hold_the_same(name: str) -> None:
    sequence = read_sequence(sample(name)[1]).sequence
    assert isinstance(sequence, NumericSequence)
    np.testing.assert_array_equal(sequence.values, station().select(FEATURES).to_numpy())
    if not name.endswith(("npy", "npz")):
        assert sequence.features == FEATURES
        assert sequence.labels is not None
        assert (len(sequence.labels), sequence.labels[0][:16]) == (HOURS, "2024-05-01 00:00")


def test_the_sample_of_a_text_is_a_text() -> None:
    assert read_sequence(sample("program.txt")[1]).sequence == TextSequence(TEXT)


def test_an_unknown_name_gets_a_list_of_names() -> None:
    with pytest.raises(NotFound, match=r"station\.parquet"):
        sample("../x")
