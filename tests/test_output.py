"""Files of the command line are complete or absent, whatever happens, and the user's own files are never touched."""

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from app import cli, zoo
from app.export import FORMATS, FileFormat, WholeTrace
from tests.networks.models import small_model

resource = pytest.importorskip("resource")

TEXT = "ab" * 4_000  # each array of the trace has less than 200,000 bytes, all together more


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return zoo.save(small_model(symbols="ab", unknown="refuse"), tmp_path_factory.mktemp("models")).parent


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch, models: Path) -> Callable[[Path], int | str | None]:
    """Run `gatescope trace` with a file to write, and return its exit code."""

    def run(out: Path) -> int | str | None:
        command = ["gatescope", "trace", "small", "--text", TEXT, "--models", str(models), "--out", str(out)]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code

    return run


Trace = Callable[[Path], int | str | None]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a full disk, no file can become larger."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("size", [200_000, 10_000], ids=["for the file", "for its arrays"])
def test_a_full_disk_is_reported_in_a_sentence(
    trace: Trace, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str, size: int
) -> None:
    with files_of_at_most(size):
        assert trace(tmp_path / f"x.{suffix}") == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("gatescope: there is no space for the file")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_name_that_is_not_utf8_is_written_to(
    trace: Trace, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    out = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9." + suffix.encode()))
    assert trace(out) == 0
    assert out.stat().st_size > 100_000
    assert f"caf�.{suffix}: 8001 steps" in capsys.readouterr().out


def test_an_error_can_name_a_folder_that_is_not_utf8(
    trace: Trace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9/x.csv"))) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_every_format_follows_the_umask(trace: Trace, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        for suffix in FORMATS:
            assert trace(tmp_path / f"x.{suffix}") == 0
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o640}


def test_a_users_own_part_file_is_left_alone(trace: Trace, tmp_path: Path) -> None:
    own = tmp_path / "x.csv.part"
    own.write_text("mine")
    assert trace(tmp_path / "x.csv") == 0
    assert own.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.csv", "x.csv.part"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_writing_and_leaves_nothing(
    trace: Trace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    def write(trace: WholeTrace, file: IO[bytes], check: Callable[[], None]) -> None:
        assert [path.name for path in tmp_path.iterdir()] == ["x.csv.part"]
        signal.pthread_kill(main, number)
        while True:
            check()

    main = threading.get_ident()
    monkeypatch.setitem(FORMATS, "csv", FileFormat("csv", "text/csv", write))
    before = signal.signal(number, signal.SIG_DFL)  # these tests may run under nohup
    try:
        assert trace(tmp_path / "x.csv") == 128 + number
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, before)
    assert list(tmp_path.iterdir()) == []


def test_a_signal_that_is_ignored_stays_so(
    trace: Trace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def write(trace: WholeTrace, file: IO[bytes], check: Callable[[], None]) -> None:
        seen.append(signal.getsignal(signal.SIGHUP))

    monkeypatch.setitem(FORMATS, "csv", FileFormat("csv", "text/csv", write))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert trace(tmp_path / "x.csv") == 0
    finally:
        signal.signal(signal.SIGHUP, before)
    assert seen == [signal.SIG_IGN]
