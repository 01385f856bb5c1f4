"""Reads files that nobody vouches for: what they are, what they say, and what they must be refused for.

It knows nothing of items, people or the database; importing decides what becomes of a text.
"""

from portal.platform.extraction.cleaning import clean, guess_title
from portal.platform.extraction.dividing import Part, Parts
from portal.platform.extraction.files import Source, walk
from portal.platform.extraction.formats import Format, format_of
from portal.platform.extraction.results import Extracted, ExtractionRefused, Kind, Reason
from portal.platform.extraction.sandbox import MAX_FILE_BYTES, read_file, read_parts

__all__ = [
    "MAX_FILE_BYTES",
    "Extracted",
    "ExtractionRefused",
    "Format",
    "Kind",
    "Part",
    "Parts",
    "Reason",
    "Source",
    "clean",
    "format_of",
    "guess_title",
    "read_file",
    "read_parts",
    "walk",
]
