"""A cache of compressed files on disk, by content, so that the next start need not compress them again."""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import re
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import brotli  # type: ignore[import-untyped]

UNUSED_SECONDS = 60 * 24 * 3600
NAME = re.compile(r"[0-9a-f]{64}\.\d+\.(gz|br)")

log = logging.getLogger("gatescope")


@dataclass(frozen=True)
class Packing:
    """A way to compress bytes. Its name holds everything that the result depends on, besides the bytes."""

    name: str
    pack: Callable[[bytes], bytes]
    unpack: Callable[[bytes], bytes]


def gzip_packing(level: int) -> Packing:
    """Return gzip at a level from 1 to 9."""
    return Packing(f"{level}.gz", lambda body: gzip.compress(body, level, mtime=0), gzip.decompress)


def brotli_packing(quality: int) -> Packing:
    """Return brotli at a quality from 0 to 11."""
    return Packing(f"{quality}.br", lambda body: brotli.compress(body, quality=quality), brotli.decompress)


class Kept:
    """Compresses bytes, or finds them compressed by an earlier start; without a folder it always compresses."""

    def __init__(self, directory: Path | None) -> None:
        self.directory = directory

    def packed(self, body: bytes, packing: Packing) -> bytes:
        """Return the compressed bytes. A kept file is only used if it unpacks to exactly these bytes."""
        if self.directory is None:
            return packing.pack(body)
        path = self.directory / f"{hashlib.sha256(body).hexdigest()}.{packing.name}"
        found = _read(path, packing)
        if found is not None and found[1] == body:
            return found[0]
        packed = packing.pack(body)
        self._write(path, packed)
        return packed

    def forget_unused(self) -> None:
        """Remove files that no start has used for two months, such as those of an earlier version."""
        if self.directory is None:
            return
        oldest = time.time() - UNUSED_SECONDS
        try:
            for path in self.directory.iterdir():
                if NAME.fullmatch(path.name) and path.stat().st_mtime < oldest:
                    path.unlink()
        except OSError as error:
            log.debug("old compressed files are not removed: %s", error)

    def _write(self, path: Path, packed: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as unfinished:
                unfinished.write(packed)
            Path(unfinished.name).replace(path)
        except OSError as error:
            log.debug("a compressed file is not kept: %s", error)


def _read(path: Path, packing: Packing) -> tuple[bytes, bytes] | None:
    """Return a kept file and what it unpacks to, and mark it as used; None if it is missing or broken."""
    try:
        packed = path.read_bytes()
        unpacked = packing.unpack(packed)
        os.utime(path)
    except (OSError, EOFError, zlib.error, brotli.error) as error:
        log.debug("no kept file %s: %s", path.name, error)
        return None
    return packed, unpacked
