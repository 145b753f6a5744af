"""Progress of long work, on stderr: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINE_EVERY_SECONDS = 10.0

Report = Callable[[int, str], None]
"""Called with the number of steps done and a short note."""


@contextmanager
def progress(label: str, total: int | None, console: Console | None = None) -> Iterator[Report]:
    """Show the progress of work of `total` steps (None if unknown); call the yielded function to update it."""
    console = console or Console(stderr=True)
    if console.is_terminal:
        with _bar(console) as bar:
            task = bar.add_task(label, total=total, note="")
            yield lambda done, note: bar.update(task, completed=done, note=note)
    else:
        yield _Lines(label, total, console)


def _bar(console: Console) -> Progress:
    note = TextColumn("{task.fields[note]}")
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        note,
        console=console,
    )


class _Lines:
    """Prints a line when work begins to take long, then every ten seconds, and at the end."""

    def __init__(self, label: str, total: int | None, console: Console) -> None:
        self._label = label
        self._total = total
        self._console = console
        self._last = time.monotonic()

    def __call__(self, done: int, note: str) -> None:
        now = time.monotonic()
        if done != self._total and now - self._last < LINE_EVERY_SECONDS:
            return
        self._last = now
        of = "" if self._total is None else f" of {self._total}"
        self._console.print(f"{self._label}: {done}{of} {note}".rstrip(), soft_wrap=True, highlight=False)
