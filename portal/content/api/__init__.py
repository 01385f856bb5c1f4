"""The read API: generated from the declarations of kinds, under the same access rule as every page.

It stands in `content` because what leaves is what `content` knows of an item: its author's name, its space, its tags.
"""

from __future__ import annotations

from portal.content.api.installing import install

__all__ = ["install"]
