from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput, EmptySequence, TooLarge
from app.sequences.gaps import without_gaps
from app.sequences.limits import Limits
from tests.sequences.files import npy, numbers, refused

TABLE = "day,a,b,1,sky\n2015-01-01,1,10,100,sun\n2015-01-02,2,20,200,rain\n2015-01-03,3,30,300,fog\n"


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (None, ("a", "b", "1")),
        (["b", "a"], ("b", "a")),
        (["b,a"], ("b", "a")),
        (["b, 3", "a"], ("b", "1", "a")),
        (["1"], ("1",)),
        (["2"], ("b",)),
    ],
)
def test_columns_are_chosen_by_name_before_number(columns: list[str] | None, names: tuple[str, ...]) -> None:
    text = TABLE.replace("day,a", '"day","a"')
    sequence = numbers(text, columns=columns, rows="1:2")
    assert sequence.features == names
    assert sequence.values.tolist() == [[{"a": 2, "b": 20, "1": 200}[name] for name in names]]
    assert sequence.labels == ("2015-01-02",)


def test_a_name_with_a_comma_is_one_name() -> None:
    assert numbers('"a,b",c\n1,2\n3,4\n', columns=["a,b"]).features == ("a,b",)


@pytest.mark.parametrize(
    ("labels", "first"), [("sky", "sun"), ("4", "sun"), ("b", "10"), ("day", "2015-01-01")]
)
def test_labels_are_a_column(labels: str, first: str) -> None:
    sequence = numbers(TABLE, labels=labels)
    assert sequence.labels is not None
    assert (len(sequence.labels), sequence.labels[0]) == (3, first)


def test_labels_can_be_left_out() -> None:
    assert numbers(TABLE, labels="").labels is None


@pytest.mark.parametrize(
    ("choices", "where", "said"),
    [
        ({"columns": ["z"]}, "columns", "'z'"),
        ({"columns": ["9"]}, "columns", "'9'"),
        ({"columns": [""]}, "columns", "''"),
        ({"columns": ["a,,b"]}, "columns", "''"),
        ({"columns": ["a", "a"]}, "columns", "twice"),
        ({"columns": ["sky"]}, "columns", "text"),
        ({"columns": ["day"]}, "columns", "date"),
        ({"labels": "z"}, "labels", "'z'"),
        ({"rows": "3:"}, "rows", "the file has 3"),
        ({"rows": "2:2"}, "rows", "empty"),
        ({"rows": "2:1"}, "rows", "empty"),
        ({"rows": "-1:"}, "rows", "'-1:'"),
        ({"rows": "1"}, "rows", "'1'"),
        ({"rows": "1:2:3"}, "rows", "'1:2:3'"),
        ({"rows": "9" * 99 + ":"}, "rows", "'999"),
        ({"gaps": "fill"}, "gaps", "'fill'"),
    ],
)
def test_an_impossible_choice_is_a_problem(choices: dict[str, Any], where: str, said: str) -> None:
    problem = refused(TABLE, **choices)
    assert isinstance(problem, BadInput)
    assert problem.where == where
    assert said in problem.detail
    assert problem.expected


def test_columns_of_the_same_name_are_chosen_by_number() -> None:
    assert refused("a,a\n1,2\n3,4\n", columns=["a"]).expected == "their numbers: 0, 1"
    assert numbers("a,a\n1,2\n3,4\n", columns=["1"]).values.tolist() == [[2], [4]]


@pytest.mark.parametrize("choice", [{"columns": ["a"]}, {"rows": "0:1"}, {"labels": "a"}])
def test_a_text_has_nothing_to_choose(choice: dict[str, Any]) -> None:
    assert "a text" in refused("Just words.", **choice).detail


def test_names_and_labels_have_a_length() -> None:
    assert isinstance(refused("a" * 1_001 + "\n1\n2\n"), TooLarge)
    assert isinstance(refused(f"t,a\n{'x' * 1_001},1\nb,2\nc,3\n", labels="t"), TooLarge)


def test_a_table_without_complete_rows_is_an_empty_sequence() -> None:
    assert isinstance(refused("a,b\n1,\n,2\n", gaps="drop"), EmptySequence)


def test_dropped_rows_take_their_labels_along() -> None:
    sequence = numbers("day,a\n2015-01-01,1\n2015-01-02,\n2015-01-03,3\n", gaps="drop")
    assert (sequence.labels, sequence.values.tolist()) == (("2015-01-01", "2015-01-03"), [[1], [3]])


@pytest.mark.parametrize(
    ("gaps", "column", "where"),
    [
        ("hold", ["", "1", "2"], "line 2"),
        ("interpolate", ["", "1", "2"], "line 2"),
        ("interpolate", ["1", "2", ""], "line 4"),
    ],
)
def test_a_gap_at_the_edge_that_cannot_be_filled_is_refused(gaps: str, column: list[str], where: str) -> None:
    rows = "".join(f"{cell},5\n" for cell in column)
    problem = refused("a,b\n" + rows, gaps=gaps)
    assert problem.where == f"{where}, column 1"
    assert "drop" in str(problem.expected)
    assert numbers("a,b\n" + rows, gaps="drop").values.tolist() == [[1, 5], [2, 5]]


@pytest.mark.parametrize(
    ("rows", "told"), [("1,5\n,6\n", "NaN"), ("1,5\n,6\n2,\n,\n", "NaN, the first of 4")]
)
def test_a_refusal_says_how_many_gaps_there_are(rows: str, told: str) -> None:
    assert refused("a,b\n" + rows).detail.endswith(told)


def test_a_gap_at_the_end_can_be_held() -> None:
    assert numbers("a,b\n1,5\n,5\n,5\n", gaps="hold").values[:, 0].tolist() == [1, 1, 1]


@given(
    st.lists(st.lists(st.none() | st.floats(-1e6, 1e6), min_size=2, max_size=2), min_size=1, max_size=12),
    st.sampled_from(["hold", "interpolate"]),
)
def test_gaps_are_filled_as_pandas_would(rows: list[list[float | None]], gaps: Any) -> None:
    values = np.array([[np.nan if cell is None else cell for cell in row] for row in rows])
    try:
        filled, kept = without_gaps(values, gaps, lambda row, column: f"{row},{column}")
    except BadInput as problem:
        row, column = map(int, str(problem.where).split(","))
        assert np.isnan(values[row, column])
        assert np.isnan(values[: row + 1, column]).all() or np.isnan(values[row:, column]).all()
        return
    assert kept.tolist() == list(range(len(rows)))
    known = ~np.isnan(values)
    np.testing.assert_array_equal(filled[known], values[known])
    for column in range(2):
        for row in map(int, np.flatnonzero(~known[:, column])):
            before = max(np.flatnonzero(known[:row, column]))
            after = [index for index in np.flatnonzero(known[:, column]) if index > row]
            share = 0.0 if gaps == "hold" else (row - before) / (after[0] - before)
            step = values[after[0], column] - values[before, column] if share else 0.0
            assert filled[row, column] == pytest.approx(values[before, column] + share * step)


def test_the_chosen_part_is_limited_too() -> None:
    data = npy(np.ones((10, 3)))
    assert isinstance(refused(data, Limits(features=2)), TooLarge)
