import json

import pytest

from app.errors import BadInput, TooLarge
from app.sequences.limits import Limits
from tests.sequences.files import numbers, read, refused

RECORDS = [{"day": "2015-01-01", "a": 1, "b": 2.5}, {"day": "2015-01-02", "a": -3, "b": 4, "new": True}]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (json.dumps(RECORDS), "json"),
        (json.dumps(RECORDS, indent=2), "json"),
        ("\n".join(map(json.dumps, RECORDS)), "jsonl"),
        ("\n\n".join(map(json.dumps, RECORDS)) + "\n\n", "jsonl"),
    ],
)
def test_records_are_a_table(text: str, kind: str) -> None:
    file = read(text, columns=["a", "b"])
    assert file.format == kind
    sequence = numbers(text, columns=["a", "b"])
    assert sequence.values.tolist() == [[1, 2.5], [-3, 4]]
    assert sequence.labels == ("2015-01-01", "2015-01-02")
    assert file.table is not None
    kinds = [(column.name, column.kind, column.missing) for column in file.table.columns]
    assert kinds == [("day", "date", 0), ("a", "number", 0), ("b", "number", 0), ("new", "boolean", 1)]


def test_rows_may_be_one_per_line() -> None:
    file = read("[1, 2]\n[3, 4]\n")
    assert file.format == "jsonl"
    assert numbers("[1, 2]\n[3, 4]\n").values.tolist() == [[1, 2], [3, 4]]


def test_a_sequence_is_read_in_the_form_of_a_message() -> None:
    document = {"values": [[1, 2], [3, 4]], "features": ["x", "y"], "labels": ["one", "two"]}
    sequence = numbers(json.dumps(document))
    assert (sequence.features, sequence.labels) == (("x", "y"), ("one", "two"))
    assert numbers(json.dumps(document), rows="1:").labels == ("two",)


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ('[{"a": 1}, {"a": "x"}, {"a": 3}]', "record 1, 'a'", 'the string "x"'),
        ('[{"a": 1}, {"a": null}]', "record 1, 'a'", "gap"),
        ('[{"a": 1}, {}]', "record 1, 'a'", "gap"),
        ('[{"a": 1}, 5]', "record 1", "the number 5"),
        ('[{"a": 1}, {"a": {"b": 2}}]', "record 1, 'a'", "an object"),
        ('{"a": 1}\n{"a": true}\n{"a": 2}\n', "line 2, 'a'", "true"),
        ('{"a": 1}\n{"a": \n{"a": 2}\n', "line 2, column 7", "broken"),
        ('{"a": 1}\n\n[2]\n', "line 3", "a list"),
        ("[1, 2]\n[3]\n", "line 2", "1 features"),
        ('[1, 2]\n[3, "x"]\n[5, 6]\n', "line 2, column 2", 'the string "x"'),
        ('[[1, 2], {"a": 1}]', "values[1]", "an object"),
        ("[[1, 2], [3, " + "9" * 400 + "]]", "values[1][1]", "inf"),
        ('{"values": [[1]], "labels": ["a", "b"]}', "labels", "2 labels"),
        ('{"values": [[1]], "features": "a"}', "features", 'the string "a"'),
        ('{"values": [[1]], "features": [1]}', "features[0]", "the number 1"),
        ('{"values": [[1]], "labels": ["\\ud800"]}', "labels[0]", "surrogate"),
        ('[{"\\ud800": 1}, {}]', "the name of column 0", "surrogate"),
    ],
)
def test_a_problem_names_the_record(text: str, where: str, said: str) -> None:
    problem = refused(text)
    assert isinstance(problem, BadInput)
    assert problem.where == where
    assert said in problem.detail
    assert problem.expected


@pytest.mark.parametrize(
    ("text", "limits", "limit"),
    [
        ("[" * 100_000, Limits(), "8 lists"),
        ('{"a":' * 100_000, Limits(), "8 lists"),
        ('[{"a":' * 9 + "1" + "}]" * 9, Limits(), "8 lists"),
        ("[" + "[]," * 300_000 + "[]]", Limits(), "200,000 steps"),
        ("[" + "{}," * 300_000 + "{}]", Limits(), "200,000 steps"),
        ("[[" + "0," * 8_000_000 + "0]]", Limits(), "4,000,000 cells"),
        ("{}\n" * 300_000, Limits(), "200,000 steps"),
        ('[{"a": "[,{"}]', Limits(steps=1, cells=1, features=1, nesting=2), ""),
    ],
    ids=["deep", "deep objects", "mixed", "lists", "objects", "values", "lines", "strings do not count"],
)
def test_a_document_is_refused_before_it_is_parsed(
    text: str, limits: Limits, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if limit:
        monkeypatch.setattr("app.sequences.json_file._parsed", None)
        assert isinstance(refused(text, limits), TooLarge)
    assert limit in str(refused(text, limits).expected)
