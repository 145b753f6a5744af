"""Bytes → text: UTF-8, or UTF-16 and UTF-32 with a byte order mark."""

from __future__ import annotations

import codecs

from ..errors import BadInput, UnsupportedFormat

# UTF-32's mark begins with UTF-16's, so it comes first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """Return the text of a file, without its byte order mark and with newlines as \\n.

    Raises `BadInput` where the bytes are no text in the encoding, naming the first wrong byte, and
    `UnsupportedFormat` for a binary file.
    """
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        shown = encoding.removesuffix("-sig").upper()
        raise BadInput(
            f"byte {error.start} of the file (0x{data[error.start]:02x}) is not {shown}",
            where=f"byte {error.start}",
            expected="text in UTF-8, or in UTF-16 or UTF-32 with a byte order mark",
        ) from None
    if "\0" in text:
        raise UnsupportedFormat(
            f"the file holds a zero byte at character {text.index(chr(0))}, so it is not text",
            expected="text, CSV, JSON, NumPy (.npy, .npz) or Parquet",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")
