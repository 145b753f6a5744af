"""Compressed files are found again at the next start, but only valid ones are used."""

import gzip
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

from app.web.content import Content
from app.web.kept import UNUSED_SECONDS, Kept, Packing, brotli_packing, gzip_packing
from app.web.static_files import Static

BODY = b"let gate = 1;\n" * 100
PACKINGS = [gzip_packing(9), brotli_packing(11)]


def only_found(packing: Packing) -> Packing:
    """The same packing, but compressing fails."""

    def refuse(body: bytes) -> bytes:
        raise AssertionError("it was compressed again")

    return Packing(packing.name, refuse, packing.unpack)


@pytest.mark.parametrize("packing", PACKINGS, ids=lambda packing: packing.name)
def test_a_compressed_file_is_found_by_its_content(packing: Packing, tmp_path: Path) -> None:
    packed = Kept(tmp_path / "cache").packed(BODY, packing)
    assert packing.unpack(packed) == BODY
    again = Kept(tmp_path / "cache")
    assert again.packed(BODY, only_found(packing)) == packed
    with pytest.raises(AssertionError, match="compressed again"):
        again.packed(BODY + b"!", only_found(packing))


def test_another_quality_is_another_file(tmp_path: Path) -> None:
    Kept(tmp_path).packed(BODY, brotli_packing(5))
    with pytest.raises(AssertionError, match="compressed again"):
        Kept(tmp_path).packed(BODY, only_found(brotli_packing(11)))


@pytest.mark.parametrize("packing", PACKINGS, ids=lambda packing: packing.name)
@pytest.mark.parametrize("spoilt", ["cut", "other", "empty"])
def test_a_broken_kept_file_is_compressed_again(packing: Packing, spoilt: str, tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    packed = kept.packed(BODY, packing)
    (path,) = tmp_path.iterdir()
    path.write_bytes({"cut": packed[:-9], "other": packing.pack(b"alert(1)"), "empty": b""}[spoilt])
    assert packing.unpack(kept.packed(BODY, packing)) == BODY
    assert kept.packed(BODY, only_found(packing)) == packed


def test_a_folder_that_cannot_be_written_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    kept = Kept(tmp_path / "file" / "cache")
    assert gzip.decompress(kept.packed(BODY, gzip_packing(9))) == BODY
    kept.forget_unused()
    assert gzip.decompress(Kept(None).packed(BODY, gzip_packing(9))) == BODY


def test_only_files_that_were_long_unused_are_removed(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    long_ago = time.time() - UNUSED_SECONDS - 60
    (tmp_path / "notes.br").write_text("the user's own")
    for body in (b"used", b"unused"):
        kept.packed(body, gzip_packing(9))
    for path in tmp_path.iterdir():
        os.utime(path, (long_ago, long_ago))
    kept.packed(b"used", only_found(gzip_packing(9)))
    kept.forget_unused()
    left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert left.pop("notes.br") == b"the user's own"
    assert [gzip.decompress(data) for data in left.values()] == [b"used"]


def test_a_second_start_compresses_no_static_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.js").write_bytes(BODY)

    def variants() -> dict[str, dict[str, bytes]]:
        static = Static(tmp_path / "static")
        with ThreadPoolExecutor(1) as executor:
            static.compress(executor, Kept(tmp_path / "cache"))
        return {name: ready(content) for name, content in static.contents.items()}

    first = variants()
    assert brotli.decompress(first["a.js"]["br"]) == gzip.decompress(first["a.js"]["gzip"]) == BODY
    monkeypatch.setattr(gzip, "compress", None)
    monkeypatch.setattr(brotli, "compress", None)
    assert variants() == first


def ready(content: Content) -> dict[str, bytes]:
    return {coding: variant.result() for coding, variant in content.variants.items()}
