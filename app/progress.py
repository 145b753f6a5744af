"""How far long work has come: a bar on a terminal, plain lines elsewhere. Both go to stderr."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINE_EVERY_SECONDS = 10.0

Report = Callable[[int, str], None]
"""Takes how many steps are done, and a word about them."""


@contextmanager
def progress(label: str, total: int | None, console: Console | None = None) -> Iterator[Report]:
    """Show how far work of `total` steps (None: nobody knows) has come, as the yielded function is told."""
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
    """A line when work begins to take long, then every ten seconds, and one at its end."""

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
