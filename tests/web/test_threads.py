"""Runs that begin, runs that are read and downloads do not wait for each other's threads."""

from collections.abc import Callable
from threading import Event
from typing import Any

import anyio
import pytest

from app.web.threads import Threads


@pytest.mark.parametrize(
    ("busy", "other"), [("begin", "compute"), ("write", "compute"), ("compute", "begin")]
)
def test_one_kind_of_work_does_not_wait_for_another(busy: str, other: str) -> None:
    done = Event()

    async def work() -> None:
        threads = Threads(1)
        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(getattr(threads, busy), done.wait)
            await anyio.wait_all_tasks_blocked()
            free: Callable[..., Any] = getattr(threads, other)
            with anyio.fail_after(60):
                assert await free(lambda: "done") == "done"
            done.set()

    try:
        anyio.run(work)
    finally:
        done.set()
