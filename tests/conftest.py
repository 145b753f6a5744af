"""Shared by all tests: one torch thread, two Hypothesis profiles, and an order that keeps every process busy."""

import gc
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

CACHE = Path(__file__).parent.parent / ".pytest_cache" / "gatescope"
BROWSER = Path(__file__).parent / "browser"

# With CI=true the examples are always the same; otherwise Hypothesis looks for new ones each time.
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")


def pytest_configure() -> None:
    # For PyTorch, which is not loaded yet, and for processes that tests start.
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ.setdefault("GATESCOPE_CACHE", str(CACHE))  # compressed once for all servers under test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker("browser")
    # Playwright keeps an event loop in the thread that it was started in, so browser tests come last; their longest
    # files come first, so that the processes that share them end at about the same time.
    tests = Counter(item.path for item in items)
    before = len(items)
    items.sort(key=lambda item: -tests[item.path] if item.path.is_relative_to(BROWSER) else -before)


def pytest_collection_finish() -> None:
    # What is loaded by now stays until the end: 400,000 objects that no collection needs to look through.
    gc.freeze()
