"""Analyses of finished traces."""

from .similarity import NoSteps, similarity_order

__all__ = ["NoSteps", "similarity_order"]
