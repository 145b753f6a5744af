"""Reads text or numbers from a user's file or message into a sequence, or raises a clear error."""

from .sequence import BatchSequence, NumericSequence, Sequence, TextSequence

__all__ = ["BatchSequence", "NumericSequence", "Sequence", "TextSequence"]
