"""The blueprint of the administrator's pages."""

from __future__ import annotations

from portal.web.routing import Pages

pages = Pages("admin", __name__)
