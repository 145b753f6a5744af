import io

import pytest
from rich.console import Console

from app.progress import progress


def test_without_a_terminal_lines_are_printed_now_and_then_and_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr("app.progress.time.monotonic", lambda: now[0])
    written = io.StringIO()
    with progress("counter", 100, Console(file=written, width=20)) as report:
        for step in range(1, 101):
            now[0] += 0.5
            report(step, "and a rather long note")
    lines = written.getvalue().splitlines()
    assert lines == [f"counter: {step} of 100 and a rather long note" for step in (20, 40, 60, 80, 100)]


def test_an_unknown_total_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.progress.LINE_EVERY_SECONDS", 0.0)
    written = io.StringIO()
    with progress("counter", None, Console(file=written)) as report:
        report(7, "steps")
    assert written.getvalue() == "counter: 7 steps\n"


def test_on_a_terminal_there_is_a_bar() -> None:
    written = io.StringIO()
    with progress("counter", 4, Console(file=written, force_terminal=True, width=100)) as report:
        report(4, "1.234 bits")
    assert "counter" in written.getvalue()
    assert "4/4" in written.getvalue()
    assert "1.234 bits" in written.getvalue()
    assert "━" in written.getvalue()
