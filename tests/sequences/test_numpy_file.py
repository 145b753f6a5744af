import io
import zipfile

import numpy as np
import pytest

from app.errors import BadInput, GatescopeError, TooLarge, UnsupportedFormat
from app.sequences.limits import Limits
from tests.sequences.files import npy, npz, numbers, refused


def with_shape(shape: str, descr: str = "<f8", body: bytes = bytes(48)) -> bytes:
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}}}".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + body


def archive(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (with_shape("(True, 3)"), "shape"),
        (with_shape("(2, True)"), "shape"),
        (with_shape("(-1, 5)"), "shape"),
        (with_shape("(2.0, 3)"), "header"),
        (with_shape("()"), "shape"),
        (with_shape("(2, 3)", "|O"), "dtype"),
        (with_shape("(2, 3)", "<M8[D]"), "dtype"),
        (with_shape("(20, 30)"), "shape"),
        (b"\x93NUMPY", "header"),
        (b"\x93NUMPY\x09\x00" + bytes(50), "header"),
        (npy(np.zeros((2, 3)))[:-1], "shape"),
    ],
)
def test_a_wrong_header_is_a_problem(data: bytes, where: str) -> None:
    problem = refused(data)
    assert isinstance(problem, BadInput)
    assert problem.where == where
    assert not problem.detail.endswith(": ")
    assert where != "header" or "(" not in problem.detail  # what Python says of it is not repeated
    assert problem.expected


def test_the_version_of_a_header_is_named() -> None:
    problem = refused(b"\x93NUMPY\x03\x00" + bytes(50))
    assert problem.detail == "the .npy header has the version 3.0"
    assert problem.expected == "version 1.0 or 2.0"


@pytest.mark.parametrize("order", ["C", "F"])
def test_rows_of_an_array_can_be_chosen(order: str) -> None:
    matrix = np.arange(60.0).reshape(20, 3)
    array = np.array(matrix, order=order)  # type: ignore[call-overload]
    for data in (npy(array), npz(values=array)):
        np.testing.assert_array_equal(numbers(data, rows="5:7").values, matrix[5:7])
        np.testing.assert_array_equal(numbers(data, columns=["2,0"]).values, matrix[:, [2, 0]])
        assert numbers(data, columns=["2"]).names == ("feature 2",)


def test_a_gap_or_an_infinity_is_named_by_row_and_column() -> None:
    matrix = np.array([[1.0, 2.0], [np.nan, 3.0]])
    assert refused(npy(matrix)).where == "row 1, column 0"
    assert numbers(npy(matrix), gaps="hold").values.tolist() == [[1, 2], [1, 3]]
    assert refused(npy(np.array([[1.0, np.inf]])), gaps="hold").where == "row 0, column 1"
    assert refused(npy(np.array([1e300]).astype(np.longdouble) ** 5)).where == "row 0"


def test_a_small_archive_of_many_zeros_is_refused_at_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    header = npy(np.zeros((200_000, 1_024), np.int8))[:128]
    data = archive({"a.npy": header + bytes(2**20)})
    monkeypatch.setattr("app.sequences.numpy_file._numbers", None)
    problem = refused(data)
    assert isinstance(problem, TooLarge)
    assert problem.expected == "at most 4,000,000 cells"


def test_an_archive_whose_member_is_shorter_than_its_header_says_is_refused_unread() -> None:
    assert refused(archive({"a.npy": with_shape("(2000, 1000)")})).where == "shape"


def test_rows_far_inside_an_archive_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sequences.numpy_file.MAX_SKIPPED", 8_000)
    problem = refused(npz(values=np.zeros(1_010)), rows="1001:")
    assert isinstance(problem, TooLarge)
    assert problem.where == "rows"


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        (archive({"a.npy": archive({"a.npy": npy(np.ones(2))})}), BadInput, "header"),
        (archive({"a.zip": archive({"a.npy": npy(np.ones(2))})}), UnsupportedFormat, "no NumPy array"),
        (archive({f"{k}.npy": b"" for k in range(1_001)}), TooLarge, "1,001 files"),
        (archive({"../../a.npy": npy(np.ones(2))}), BadInput, "../../a"),
        (archive({"/etc/a.npy": npy(np.ones(2))}), BadInput, "/etc/a"),
        (archive({"a.npy": npy(np.array([{}]), allow_pickle=True)}), BadInput, "object"),
        (archive({"a.npy": npy(np.ones(2))})[:-30], BadInput, "broken"),
        (archive({"a.npy": b"x" * 50}, zipfile.ZIP_LZMA), BadInput, "header"),
    ],
    ids=["nested", "not an array", "many", "path", "absolute", "pickled", "cut off", "nonsense"],
)
def test_a_hostile_archive_is_a_problem(data: bytes, kind: type[GatescopeError], said: str) -> None:
    problem = refused(data)
    assert isinstance(problem, kind)
    assert said in problem.detail
    assert problem.expected


def test_the_limit_applies_to_the_chosen_rows() -> None:
    data = npz(values=np.ones((1_000, 3)))
    assert numbers(data, Limits(cells=30), rows="990:").values.shape == (10, 3)
    assert isinstance(refused(data, Limits(cells=30), rows="989:"), TooLarge)
