import codecs
import contextlib
import gzip
import io
import json
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput, EmptySequence, GatescopeError, TooLarge, UnsupportedFormat
from app.sequences import TextSequence
from app.sequences.limits import Limits
from app.sequences.read import read_sequence
from tests.sequences.files import npy, npz, numbers, parquet, refused

MATRIX = np.array([[1.0, 2.5], [-3.0, 4.0], [0.0, 1e-3]])


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (npy(MATRIX), "npy"),
        (npy(np.asfortranarray(MATRIX)), "npy"),
        (npy(MATRIX.astype(">f8")), "npy"),
        (npz(anything=MATRIX), "npz"),
        (npz(other=np.zeros(3), values=MATRIX), "npz"),
        (parquet(a=[1.0, -3.0, 0.0], b=[2.5, 4.0, 1e-3]), "parquet"),
        (b"1,2.5\n-3,4\n0,1e-3\n", "csv"),
        (b"1;2.5\r\n-3;4\r\n0;0.001", "csv"),
        (b"open\tclose\n1\t2.5\n-3\t4\n\n0\t1e-3\n", "csv"),
        (codecs.BOM_UTF8 + b'"open, first","close"\n1, 2.5\n-3, 4\n0, 1e-3', "csv"),
        (json.dumps(MATRIX.tolist()).encode(), "json"),
        (json.dumps({"values": MATRIX.tolist()}, indent=1).encode("utf-16"), "json"),
    ],
)
def test_every_format_gives_the_same_numbers(data: bytes, kind: str) -> None:
    assert read_sequence(data).format == kind
    np.testing.assert_array_equal(numbers(data).values, MATRIX)


@pytest.mark.parametrize(
    ("data", "text", "kind"),
    [
        (b"def f(x):\n    return x\n", "def f(x):\n    return x\n", "text"),
        ("Grüße, 世界".encode(), "Grüße, 世界", "text"),
        ("Grüße".encode("utf-16"), "Grüße", "text"),
        ("Grüße".encode("utf-32"), "Grüße", "text"),
        (codecs.BOM_UTF8 + b"a\r\nb\rc", "a\nb\nc", "text"),
        (b"In 1990, 3 of 7\nwere there, 2 not", "In 1990, 3 of 7\nwere there, 2 not", "text"),
        (b"[x for x in y]", "[x for x in y]", "text"),
        (b'{print "a"}', '{print "a"}', "text"),
        (b'"""A docstring."""', '"""A docstring."""', "text"),
        (b'"a \\u00fc"', "a ü", "json"),
        (b'{"text": "aabb"}', "aabb", "json"),
    ],
)
def test_text_is_distinguished_from_tables_and_json(data: bytes, text: str, kind: str) -> None:
    read = read_sequence(data)
    assert (read.format, read.sequence) == (kind, TextSequence(text))


def test_one_column_is_one_feature() -> None:
    for data in (b"1\n2\n3", b"[1, 2, 3]", b"value\n1\n2\n3\n", npy(np.array([1, 2, 3]))):
        assert numbers(data).values.tolist() == [[1], [2], [3]]


def test_columns_keep_their_names() -> None:
    assert numbers(b"open,close\n1,2").features == ("open", "close")
    assert numbers(parquet(a=[1], b=[True])).features == ("a", "b")
    assert numbers(b"1,2\n3,4").features == ("feature 0", "feature 1")


@pytest.mark.parametrize(
    ("data", "where", "said"),
    [
        (b"1,2\n3,x\n5,6\n", "line 2, column 2", "'x'"),
        (b"a,b\n1,2\n3,\n5,6", "line 3, column 2", "gap"),
        (b"1,2\n3,4,5\n6,7", "line 2", "3 columns"),
        (b"a,b\n1,2\n3\n4,5", "line 3", "1 columns"),
        (b"1,2\nnan,3", "line 2, column 1", "NaN"),
        (b"1,2\n3,inf", "line 2, column 2", "inf"),
        (b"[[1,2],[3]]", "values[1]", "1 features"),
        (b"[1,[2]]", "values[1]", "a list"),
        (b"[[1,2],3]", "values[1]", "1 features"),
        (b"[1, NaN]", "values[1]", "NaN"),
        (b"[1, 1e999]", "values[1]", "inf"),
        (b"[1, 1e39]", "values[1]", "1e+39"),
        (b'[1, "a"]', "values[1]", 'the string "a"'),
        (b"[1, true]", "values[1]", "true"),
        (b"[1, null]", "values[1]", "gap"),
        (b"[[[1]], [[2]]]", "values[0][0]", "a list: 3 lists deep"),
        (b"[1, 2,", "line 1, column 7", "broken"),
        (b'{"text": 5}', "text", "the number 5"),
        (b'{"values": "a"}', "values", 'the string "a"'),
        (b"a\xff\xfe", "byte 1", "0xff"),
        ("мир".encode("cp1251"), "byte 0", "UTF-8"),
        (npy(np.array(["a"])), "dtype", "<U1"),
        (npy(np.array([1j])), "dtype", "complex"),
        (npy(np.zeros((2, 3, 4))), "shape", "(2, 3, 4)"),
        (npy(np.array(1.0)), "shape", "()"),
        (parquet(a=["x"]), "a", "text"),
        (parquet(a=[1, None]), "row 1, column 'a'", "gap"),
        (parquet(a=[1.0, float("nan")]), "row 1, column 'a'", "NaN"),
        (b'"\\ud800"', "character 0", "U+D800"),
    ],
)
def test_the_problem_says_where_and_what_is_wrong(data: bytes, where: str, said: str) -> None:
    problem = refused(data)
    assert isinstance(problem, BadInput)
    assert problem.where == where
    assert said in problem.detail


@pytest.mark.parametrize(
    "data", [b"", b" \n\t", b"[]", b"[[]]", b'""', b'{"text": ""}', npy(np.zeros((0, 3)))]
)
def test_nothing_to_read_is_a_problem(data: bytes) -> None:
    assert isinstance(refused(data), EmptySequence)


@pytest.mark.parametrize(
    ("data", "limits", "limit"),
    [
        (b"abcdef", Limits(characters=5), "5 characters"),
        (b"1\n2\n3", Limits(steps=2), "2 steps"),
        (b"1,2,3", Limits(features=2), "2 features"),
        (b"[[1,2,3]]", Limits(features=2), "2 features"),
        (b"[" * 9 + b"]" * 9, Limits(nesting=8), "8 lists"),
        (npy(np.zeros(3)), Limits(steps=2), "2 steps"),
        (npy(np.zeros((3, 2))), Limits(cells=5), "5 cells"),
        (b"1,2\n3,4\n5,6", Limits(cells=5), "5 cells"),
        (npz(a=np.zeros((1, 3))), Limits(features=2), "2 features"),
        (parquet(a=[1, 2, 3]), Limits(steps=2), "2 steps"),
        (b"abc", Limits(bytes=2), "2 bytes"),
    ],
)
def test_every_refusal_names_its_limit(data: bytes, limits: Limits, limit: str) -> None:
    problem = refused(data, limits)
    assert isinstance(problem, TooLarge)
    assert limit in str(problem.expected)


def test_deep_nesting_is_refused_not_crashed() -> None:
    assert isinstance(refused(b"[" * 100_000 + b"]" * 100_000), TooLarge)


def test_a_pickle_is_never_opened() -> None:
    assert "pickle" in refused(pickle.dumps([1, 2])).detail
    assert "object" in refused(npy(np.array([{}]), allow_pickle=True)).detail
    assert "object" in refused(npz(values=np.array([{}]))).detail


def test_a_header_that_promises_too_much_allocates_nothing() -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 1)}"
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    assert isinstance(refused(data), TooLarge)
    assert "ends after 800 bytes" in refused(npy(np.zeros(200))[:-800]).detail
    assert refused(data.replace(b"(1000000000000, 1)", b"(-1, 5)".ljust(18))).where == "shape"


def test_an_archive_bomb_is_read_only_up_to_the_size_in_its_header() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", npy(np.ones(2)) + bytes(50_000_000))
    assert numbers(file.getvalue()).values.tolist() == [[1], [1]]


@pytest.mark.parametrize(
    "data",
    [gzip.compress(b"1,2", mtime=0), b"%PDF-1.7", b"\x89HDF\r\n", b"ab\0cd", b"PK\x05\x06" + bytes(18)],
)
def test_other_formats_are_named(data: bytes) -> None:
    problem = refused(data)
    assert isinstance(problem, UnsupportedFormat)
    assert "Parquet" in str(problem.expected) or ".npz" in str(problem.expected)


def test_several_arrays_need_a_name() -> None:
    assert "'a', 'b'" in refused(npz(a=np.zeros(2), b=np.zeros(2))).detail


VALID = [
    npy(MATRIX),
    npz(values=MATRIX),
    parquet(a=[1.0, 2.0]),
    b"a,b\n1,2\n3,4",
    b'{"values": [[1, 2], [3, 4]]}',
]


@given(st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(GatescopeError):
        read_sequence(data)


@given(st.sampled_from(VALID), st.data())
def test_a_damaged_file_is_read_or_refused(data: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 4))):
        damaged[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    with contextlib.suppress(GatescopeError):
        read_sequence(bytes(damaged[: draw.draw(st.integers(1, len(data)))]))
