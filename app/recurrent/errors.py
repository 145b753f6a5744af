"""The error that the heart raises."""


class CaptureError(ValueError):
    """A module, an input or an initial state that cannot be captured; the message says what would be right."""
