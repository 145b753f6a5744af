"""What can be said about a trace once it is there."""

from .similarity import NoSteps, similarity_order

__all__ = ["NoSteps", "similarity_order"]
