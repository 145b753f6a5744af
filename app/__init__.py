"""Gatescope: an oscilloscope for LSTMs.

    from gatescope import capture
    trace = capture(my_lstm, x)
    trace["layers.0.forward.forget_gate"]  # [steps, units]

The public names are those of `recurrent`. They are loaded on first use, so that the command line starts quickly.
"""

from typing import TYPE_CHECKING

from . import names

if TYPE_CHECKING:
    from .recurrent import (
        CELLS,
        CaptureError,
        CellDescription,
        Equation,
        Parity,
        Phase,
        RecurrentModule,
        Signal,
        Trace,
        Tracer,
        capture,
        capture_chunks,
        capture_stepwise,
        describe,
    )

__version__ = "0.1.0"

__all__ = [
    "CELLS",
    "CaptureError",
    "CellDescription",
    "Equation",
    "Parity",
    "Phase",
    "RecurrentModule",
    "Signal",
    "Trace",
    "Tracer",
    "__version__",
    "capture",
    "capture_chunks",
    "capture_stepwise",
    "describe",
]

names.share(__name__)

if not TYPE_CHECKING:  # a type checker would accept any name

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import recurrent

        return getattr(recurrent, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
