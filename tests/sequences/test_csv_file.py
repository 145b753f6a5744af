import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.errors import BadInput, TooLarge
from app.sequences import TextSequence
from app.sequences.limits import Limits
from tests.sequences.files import numbers, read, refused


@pytest.mark.parametrize(
    ("text", "delimiter", "decimal", "header"),
    [
        ("a,b\n1.5,2\n-3,4\n", ",", ".", True),
        ("a;b\n1,5;2\n-3;4\n", ";", ",", True),
        ('a,b\n"1,5","2"\n"-3,0",4\n', ",", ",", True),
        ("a\tb\n1,5\t2,0\n-3,0\t4,0\n", "\t", ",", True),
        ("1.5|2\n-3|4\n", "|", ".", False),
        ("1.5   2\n -3 4  \n", " ", ".", False),
        ("a b\n1.5\t2\n-3 4\n", " ", ".", True),
        ("\n\na,b\r\n\r\n1.5,2\r\n-3,4\r\n\r\n", ",", ".", True),
    ],
)
def test_the_dialect_is_reported(text: str, delimiter: str, decimal: str, header: bool) -> None:
    file = read(text)
    assert file.understood == {
        "encoding": "UTF-8",
        "delimiter": delimiter,
        "decimal": decimal,
        "header": header,
    }
    sequence = numbers(text)
    assert sequence.values.tolist() == [[1.5, 2], [-3, 4]]
    assert sequence.names == (("a", "b") if header else ("feature 0", "feature 1"))


def test_columns_have_types() -> None:
    file = read(
        "day,at,v,w,on,empty\n2015-01-01,12:30,1,sun,true,\n2015-01-02,12:31,NA,rain,False,\n", gaps="drop"
    )
    assert file.table is not None
    kinds = [(column.name, column.kind, column.missing) for column in file.table.columns]
    assert kinds == [
        ("day", "date", 0),
        ("at", "date", 0),
        ("v", "number", 1),
        ("w", "text", 0),
        ("on", "boolean", 0),
        ("empty", "text", 2),
    ]


@pytest.mark.parametrize(
    "date",
    [
        "2015-01-31",
        "2015/1/31",
        "31.01.2015",
        "1/31/2015",
        "2015-01",
        "31-Jan-2015",
        "23:59",
        "11:59 PM",
        "2015-01-31T23:59:59Z",
        "2015-01-31 23:59:59.123456",
        "2015-01-31T23:59+01:00",
    ],
)
def test_dates_and_times_become_labels(date: str) -> None:
    assert numbers(f"when,v\n{date},1\n{date},2\n").labels == (date, date)


@pytest.mark.parametrize("gap", ["", "NA", "n/a", "NaN", "null", "None", "-", "?", "#N/A"])
def test_words_for_missing_values_are_gaps(gap: str) -> None:
    text = f"a,b\n1,2\n{gap},4\n5,6\n"
    assert refused(text).where == "line 3, column 1"
    assert numbers(text, gaps="interpolate").values.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_a_column_that_begins_with_gaps_is_still_of_numbers() -> None:
    rows = "".join(f"{k},NA\n" for k in range(100)) + "".join(f"{k},{k}.5\n" for k in range(100, 200))
    assert numbers("a,b\n" + rows, gaps="drop").values[0].tolist() == [100, 100.5]


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("a,b\n" + "1,2\n" * 100 + "3\n4,5\n", "line 102", "1 columns"),
        ("a,b\n" + "1,2\n" * 100 + "3,4,5\n6\n", "line 102", "3 columns"),
        ("a,b\n" + "1,2\n" * 100 + "3,four\n", "line 102, column 2", "'four'"),
        ("a,b\n1,2\n=1+1,3\n4,5\n", "line 3, column 1", "'=1+1'"),
        ('a,b\n1,2\n=HYPERLINK("http://x"),3\n4,5\n', "line 3, column 1", "=HYPERLINK"),
        ("a,b\n1,2\n0x1F,3\n4,5\n", "line 3, column 1", "'0x1F'"),
        ("a,b\n1,2\n1_000,3\n4,5\n", "line 3, column 1", "'1_000'"),
        ("a;b\n1,5;2,5\n1.234,5;3,5\n4,5;5,5\n", "line 3, column 1", "'1.234,5'"),
        ('note,b\n"two\nlines",1\nx,y\nz,3\n', "line 4, column 2", "'y'"),
        ("a,b\n\n1,2\n\n\nx,4\n5,6\n", "line 6, column 1", "'x'"),
        ("a,b\n1,2\n1e999,3\n", "line 3, column 1", "inf"),
        ("a,b\n1,2\n-inf,3\n", "line 3, column 1", "-inf"),
    ],
)
def test_a_problem_names_the_line_and_the_column(text: str, where: str, said: str) -> None:
    problem = refused(text)
    assert isinstance(problem, BadInput)
    assert problem.where == where
    assert said in problem.detail
    assert problem.expected


def test_a_column_that_is_not_chosen_may_hold_anything() -> None:
    text = "a,b\n1,2\n3,x\n4,5\n6,7\n"
    assert numbers(text, columns=["a"]).values.tolist() == [[1], [3], [4], [6]]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (",".join(map(str, range(3_000))) + "\n", "at most 1,024 features"),
        ("1\n" * 200_001, "at most 200,000 steps"),
        ('1,"2"\n' * 200_001, "at most 200,000 steps"),
        (("1," * 999 + "1\n") * 4_001, "at most 4,000,000 cells"),
    ],
    ids=["columns", "rows", "quoted rows", "cells"],
)
def test_too_large_a_table_is_refused_before_it_is_parsed(
    text: str, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("polars.read_csv")
    problem = refused(text)
    assert isinstance(problem, TooLarge)
    assert problem.expected == limit


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_few_rows_of_a_long_table_can_be_chosen(quote: str) -> None:
    text = "a,b\n" + "".join(f"{k},{quote}{2 * k}{quote}\n" for k in range(1_000))
    limits = Limits(steps=10)
    assert isinstance(refused(text, limits), TooLarge)
    assert numbers(text, limits, rows="500:502").values.tolist() == [[500, 1000], [501, 1002]]
    assert numbers(text, limits, rows="998:").values.tolist() == [[998, 1996], [999, 1998]]


@pytest.mark.parametrize(
    "text",
    [
        "Dear all, 2 things.\nFirst, 3 more, then none.\n",
        "a,b\n",
        "x = 1; y = 2\nz = 3;\n",
        "Go.\tVa !\nRun!\tCours !\n",
        "14 July 1789\n",
    ],
)
def test_prose_and_programs_are_not_tables(text: str) -> None:
    assert read(text).sequence == TextSequence(text)


@pytest.mark.parametrize("above", ["sep=;", "# made by a logger", "#", "# one\n# two; three"])
def test_lines_above_a_table_are_skipped_and_counted(above: str) -> None:
    table = f"{above}\na;b\n1;2\n3;\n"
    sequence = numbers(table, gaps="hold")
    assert (sequence.names, sequence.values.tolist()) == (("a", "b"), [[1, 2], [3, 2]])
    assert refused(table).where == f"line {table.count(chr(10))}, column 2"


CELLS = st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)
    ),
    st.sampled_from([(",", "."), (";", ","), ("\t", "."), ("|", ","), (" ", ".")]),
    st.booleans(),
)
def test_a_table_that_is_written_can_be_read(
    rows: list[list[float]], marks: tuple[str, str], header: bool
) -> None:
    separator, decimal = marks
    assume(header or len(rows[0]) > 1 or decimal == ".")  # "1,5" alone could also be two numbers
    lines = [separator.join(repr(cell).replace(".", decimal) for cell in row) for row in rows]
    if header:
        lines.insert(0, separator.join(f"c{index}" for index in range(len(rows[0]))))
    np.testing.assert_array_equal(numbers("\n".join(lines)).values, np.array(rows))
