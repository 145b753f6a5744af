"""The heart of Gatescope: recurrent cells described, captured and checked against PyTorch.

    from gatescope import capture
    trace = capture(my_lstm, x)
    trace["layers.0.forward.forget_gate"]  # [steps, units]

It knows nothing about the web or files, and imports nothing else from Gatescope.
"""

from .cells import CELLS, CellDescription, Equation, Phase, Signal
from .errors import CaptureError
from .trace import Parity, Trace
from .tracer import Tracer, capture, capture_chunks, capture_stepwise
from .weights import RecurrentModule, describe

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
    "capture",
    "capture_chunks",
    "capture_stepwise",
    "describe",
]
