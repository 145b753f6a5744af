"""Gatescope: an oscilloscope for LSTMs."""

__version__ = "0.1.0"
