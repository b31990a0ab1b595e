"""The sample company: extracts of two ERPs for the year 2025, the same bytes for the same seed and scale."""

from emberlake.sample.generate import make
from emberlake.sample.manifest import Defect, FileEntry, Manifest, SourceTotals, load

__all__ = ["Defect", "FileEntry", "Manifest", "SourceTotals", "load", "make"]
