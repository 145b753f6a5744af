"""Whole traces as files: safetensors, npz, csv, parquet or json."""

from .disk import full_disk
from .formats import FORMATS, FileFormat, file_format
from .spool import WholeTrace, spooled
from .table import long_form

__all__ = ["FORMATS", "FileFormat", "WholeTrace", "file_format", "full_disk", "long_form", "spooled"]
