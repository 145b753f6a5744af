"""A full disk as an error of Gatescope, even where a library reports it only as text."""

from __future__ import annotations

import errno
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from polars.exceptions import PolarsError

from ..errors import DiskFull

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
TRIED = 2**16  # bytes
NUMBERED = re.compile(r"\(os error (\d+)\)")


@contextmanager
def full_disk() -> Iterator[None]:
    """Turn the error of a write that finds no space into `DiskFull`."""
    try:
        yield
    except (OSError, PolarsError) as error:
        found = NUMBERED.search(str(error))
        number = int(found[1]) if found else getattr(error, "errno", None)
        if number not in FULL:
            raise
        raise DiskFull(
            "there is no space for the file, or it may not be this large",
            expected="a smaller file, or more space",
        ) from None


def find_space(file: IO[bytes]) -> None:
    """Write to the end of a file that is no longer needed; raises `OSError` if there is no space."""
    file.seek(0, io.SEEK_END)
    file.write(bytes(TRIED))
    file.flush()
