from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from app.errors import BadInput, TooLarge
from app.sequences.limits import Limits
from tests.sequences.files import numbers, parquet, read, refused


def test_columns_have_types_and_dates_are_labels() -> None:
    data = parquet(
        day=[date(2015, 1, 1), date(2015, 1, 2)],
        a=[1, None],
        b=[True, False],
        c=["x", None],
        d=pl.Series(["u", "v"], dtype=pl.Categorical),
        e=[[1], [2]],
    )
    file = read(data, gaps="drop")
    assert file.table is not None
    assert [(column.name, column.kind, column.missing) for column in file.table.columns] == [
        ("day", "date", 0),
        ("a", "number", 1),
        ("b", "boolean", 0),
        ("c", "text", 1),
        ("d", "text", 0),
        ("e", "other", 2),
    ]
    sequence = numbers(data, gaps="hold")
    assert (sequence.features, sequence.values.tolist()) == (("a", "b"), [[1, 1], [1, 0]])
    assert sequence.labels == ("2015-01-01", "2015-01-02")


def test_a_time_of_day_is_written_as_short_as_possible() -> None:
    data = parquet(at=[datetime(2015, 1, 1, 2, 3), datetime(2015, 1, 1, 2, 3, 4, 500_000)], a=[1, 2])
    assert numbers(data).labels == ("2015-01-01 02:03:00", "2015-01-01 02:03:04.500")


def test_a_small_file_of_many_zeros_is_refused_by_its_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = pl.Series(np.zeros(200_000, np.int8))
    data = parquet(**{f"c{k}": zeros for k in range(30)})
    assert len(data) < 50_000
    monkeypatch.setattr("app.sequences.parquet_file._column", None)
    problem = refused(data)
    assert isinstance(problem, TooLarge)
    assert problem.expected == "at most 4,000,000 cells"


def test_long_labels_that_are_stored_once_are_refused() -> None:
    data = parquet(a=range(1_000), text=["x" * 100_000] * 1_000)
    assert len(data) < 200_000
    assert isinstance(refused(data, labels="text"), TooLarge)
    assert numbers(data).labels is None


def test_rows_are_chosen_as_they_are_read() -> None:
    data = parquet(a=range(100))
    assert numbers(data, Limits(steps=2), rows="50:52").values.tolist() == [[50], [51]]


@pytest.mark.parametrize("cut", [5, 50, -1])
def test_a_cut_file_is_a_problem(cut: int) -> None:
    problem = refused(parquet(a=[1, 2, 3])[:cut])
    assert isinstance(problem, BadInput)
    assert "broken" in problem.detail
    assert problem.expected
