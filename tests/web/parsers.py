"""Faults of a parsing process, in a module because the process imports them by name."""

import os
import threading
from collections.abc import Callable
from typing import Any

from app.sequences.choices import Choices
from app.sequences.limits import Limits
from app.web.uploads import Answer, answer


def endless(data: bytes, choices: Choices, limits: Limits, form: Answer) -> bytes:
    threading.Event().wait()
    return b""


def greedy(data: bytes, choices: Choices, limits: Limits, form: Answer) -> bytes:
    answer(data, choices, limits, form)
    return bytes(bytearray(2**33))


def dying(data: bytes, choices: Choices, limits: Limits, form: Answer) -> bytes:
    os._exit(1)


def endless_message(read: Callable[[Any], Any], given: str | bytes, limits: Limits) -> Any:
    threading.Event().wait()
