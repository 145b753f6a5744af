"""What the user gives: text or numbers, read from a file or a message into a sequence, or a clear error."""

from .sequence import BatchSequence, NumericSequence, Sequence, TextSequence

__all__ = ["BatchSequence", "NumericSequence", "Sequence", "TextSequence"]
