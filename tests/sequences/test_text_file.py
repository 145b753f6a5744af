import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput, UnsupportedFormat
from app.sequences import TextSequence
from tests.sequences.files import read, refused


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Grüße".encode(), "UTF-8"),
        (codecs.BOM_UTF8 + "Grüße".encode(), "UTF-8"),
        ("Grüße".encode("utf-16"), "UTF-16"),
        ("Grüße".encode("utf-16-le"), "UTF-16"),
        ("Grüße".encode("utf-16-be"), "UTF-16"),
        ("Grüße".encode("utf-32"), "UTF-32"),
        ("Grüße".encode("latin-1"), "Latin-1"),
    ],
)
def test_encodings_are_recognised(data: bytes, encoding: str) -> None:
    file = read(data)
    assert file.sequence == TextSequence("Grüße")
    assert file.understood["encoding"] == encoding


def test_windows_1252_beyond_latin_1_is_read() -> None:
    text = "„Das kostet 5 €“ – er ging."
    file = read(text.encode("cp1252"))
    assert (file.sequence, file.understood["encoding"]) == (TextSequence(text), "Windows-1252")


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ("Привет, мир".encode("cp1251"), "byte 0"),
        ("日本語テキスト".encode("shift-jis"), "byte 0"),
        ("Grüße, Welt".encode()[:3], "byte 2"),
        ("für élan".encode() + b"\xe9", "byte 10"),
        (codecs.BOM_UTF16_LE + b"a\0\0\xd8", "byte 4"),
        (codecs.BOM_UTF8 + b"a\xff", "byte 4"),
        (b"caf\xe9 \x81", "byte 3"),
    ],
    ids=["cyrillic", "japanese", "cut off", "mixed", "half a pair", "marked as UTF-8", "undefined"],
)
def test_a_wrong_encoding_is_named_by_its_first_byte(data: bytes, where: str) -> None:
    problem = refused(data)
    assert isinstance(problem, BadInput)
    assert problem.where == where
    assert "UTF-8" in str(problem.expected)


@pytest.mark.parametrize("data", [b"ab\0cd", b"ab\0cdx", bytes(64), b"\1\2\0\3" * 20])
def test_a_binary_file_is_not_text(data: bytes) -> None:
    assert isinstance(refused(data), UnsupportedFormat)


@given(st.text(min_size=1, max_size=50))
def test_text_survives_its_encoding(text: str) -> None:
    text = "a" + text.replace("\r", "").replace("\0", "")
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        sequence = read(text.encode(encoding)).sequence
        assert not isinstance(sequence, TextSequence) or sequence.text == text
