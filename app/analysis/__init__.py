"""Analyses of finished traces."""

from .concept import Concept
from .similarity import NoSteps, similarity_order
from .tracking import Candidate, Finding, Group, track

__all__ = ["Candidate", "Concept", "Finding", "Group", "NoSteps", "similarity_order", "track"]
