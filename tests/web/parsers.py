"""Faults of a parsing process, in a module because the process imports them by name."""

import os
import threading

from app.sequences.choices import Choices
from app.sequences.limits import Limits
from app.web.parsing import work
from app.web.uploads import Answer


def endless(data: bytes, choices: Choices, limits: Limits, form: Answer) -> bytes:
    threading.Event().wait()
    return b""


def greedy(data: bytes, choices: Choices, limits: Limits, form: Answer) -> bytes:
    work(data, choices, limits, form)
    return bytes(bytearray(2**33))


def dying(data: bytes, choices: Choices, limits: Limits, form: Answer) -> bytes:
    os._exit(1)
