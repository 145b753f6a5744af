"""A full disk as an error of Gatescope, also where a library reports it in words."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from polars.exceptions import PolarsError
from safetensors import SafetensorError

from ..errors import DiskFull

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
NUMBERED = re.compile(r"\(os error (\d+)\)")


@contextmanager
def full_disk() -> Iterator[None]:
    """Turn the error of a write that finds no space into `DiskFull`."""
    try:
        yield
    except (OSError, PolarsError, SafetensorError) as error:
        found = NUMBERED.search(str(error))
        number = int(found[1]) if found else getattr(error, "errno", None)
        if number not in FULL:
            raise
        raise DiskFull(
            "there is no space for the file, or it may not be this large",
            expected="a smaller file, or more space",
        ) from None
