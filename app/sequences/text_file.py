"""Bytes → text: UTF-8, UTF-16 with or without a byte order mark, UTF-32 with a mark, Windows-1252 and so Latin-1.

A text is read as UTF-8 if possible. Other bytes are read as Windows-1252 only if the result looks like words of
Western Europe; everything else is refused rather than guessed.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ..errors import BadInput, UnsupportedFormat

# UTF-32's mark begins with UTF-16's, so it comes first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
SAMPLE = 4_096  # enough bytes to recognise UTF-16 by its zeros
WESTERN_MOST = 0.5  # the largest share of bytes above 127 in a text in Windows-1252
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")
BEYOND_LATIN_1 = re.compile(rb"[\x80-\x9f]")
# High bytes of words: letters, quotation marks, dashes, degrees, currencies and the like; others are binary data.
WESTERN = re.compile(rb"[\x80\x84\x85\x8a\x8c\x8e\x91-\x97\x99\x9a\x9c\x9e\x9f\xa0-\xff]")
CUT_OFF = (b"\xc2", b"\xc3")  # the last byte of a file: half a letter in UTF-8, not Â or Ã
FOREIGN_WORD = re.compile(rb"[\xc0-\xff]{4}")  # Cyrillic or Greek in another encoding
EXPECTED = "text in UTF-8, UTF-16 or Windows-1252, or in UTF-32 with a byte order mark"


@dataclass(frozen=True)
class Decoded:
    """A text, without its byte order mark and with \\n as newlines, and its encoding."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Return the text of a file.

    Raises `BadInput` with the first wrong byte if the bytes are not valid in their encoding, and `UnsupportedFormat`
    for a binary file.
    """
    codec, encoding = _encoding(data)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        if codec != "utf-8" or not _western(data, error.start):
            wrong = error.start + (len(codecs.BOM_UTF8) if codec == "utf-8-sig" else 0)
            raise BadInput(
                f"byte {wrong} of the file (0x{data[wrong]:02x}) is not {encoding}",
                where=f"byte {wrong}",
                expected=EXPECTED,
            ) from None
        text = data.decode("cp1252")
        encoding = "Windows-1252" if BEYOND_LATIN_1.search(data) else "Latin-1"
    if "\0" in text:
        raise UnsupportedFormat(
            f"the file holds a zero byte at character {text.index(chr(0))}, so it is not text",
            expected="text, CSV, JSON, JSON lines, NumPy (.npy, .npz) or Parquet",
        )
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text, encoding)


def _encoding(data: bytes) -> tuple[str, str]:
    for mark, codec, name in MARKS:
        if data.startswith(mark):
            return codec, name
    if len(data) % 2 == 0:
        sample = data[:SAMPLE]
        half = len(sample) / 2
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if odd > half / 2 and not even:
            return "utf-16-le", "UTF-16"
        if even > half / 2 and not odd:
            return "utf-16-be", "UTF-16"
    return "utf-8", "UTF-8"


def _western(data: bytes, wrong: int) -> bool:
    """Return whether bytes that are not UTF-8 at `wrong` look like Windows-1252."""
    if (
        data[wrong:] in CUT_OFF or not data[:wrong].isascii()
    ):  # valid UTF-8 beyond ASCII before `wrong`: the file is UTF-8
        return False
    if CONTROL.search(data) or FOREIGN_WORD.search(data):
        return False
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    return high <= WESTERN_MOST * len(data) and len(WESTERN.findall(data)) == high
