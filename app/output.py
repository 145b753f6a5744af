"""Files that the command line writes: complete or not at all, whatever ends the command."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import FrameType
from typing import TypeVar

from .errors import BadInput

Result = TypeVar("Result")

ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def finished(out: Path) -> Iterator[Path]:
    """Yield a path to write to. It is renamed to `out` when all is written, and removed after an error or a signal.

    Raises `BadInput` if there is no folder for it.
    """
    if not out.parent.is_dir():
        raise BadInput(f"there is no folder {shown(out.parent)}", where="--out")
    unfinished = _new_file(out)
    try:
        with _ended_by_signals():
            yield unfinished
            unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def aside(work: Callable[[Callable[[], None]], Result]) -> Result:
    """Do work in a thread, so that a signal can end it at once; `work` gets a function that raises when it must end."""
    ended = threading.Event()

    def check() -> None:
        if ended.is_set():
            raise InterruptedError("the command was ended")

    with ThreadPoolExecutor(1) as threads:
        try:
            return threads.submit(work, check).result()
        finally:
            ended.set()


def shown(path: Path) -> str:
    """Return a path that can be printed: bytes that are not characters become question marks."""
    return os.fsencode(path).decode("utf-8", "replace")


def _new_file(out: Path) -> Path:
    """Make an empty file beside `out` with a name that no other file has."""
    for number in count():
        path = out.with_name(f"{out.name}.{number}.part" if number else f"{out.name}.part")
        try:
            path.open("xb").close()
        except FileExistsError:
            continue
        return path
    raise AssertionError("unreachable")


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let the signals that end a command raise `SystemExit`; those that are ignored (as by nohup) stay so."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    here = threading.current_thread() is threading.main_thread()
    ending = [number for number in ENDING if here and signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, end) for number in ending}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
