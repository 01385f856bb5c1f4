"""Reads files that nobody vouches for: what they are, what they say, and what they must be refused for.

It knows nothing of items, people or the database; importing decides what becomes of a text.
"""

from portal.platform.extraction.cleaning import clean, guess_title
from portal.platform.extraction.files import Source, walk
from portal.platform.extraction.results import Extracted, ExtractionRefused, Kind, Reason
from portal.platform.extraction.sandbox import MAX_FILE_BYTES, read_file

__all__ = [
    "MAX_FILE_BYTES",
    "Extracted",
    "ExtractionRefused",
    "Kind",
    "Reason",
    "Source",
    "clean",
    "guess_title",
    "read_file",
    "walk",
]
