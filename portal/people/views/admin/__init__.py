"""Pages for administrators, one module for each of their jobs; all of them hang on one blueprint."""

from portal.people.views.admin import departments, overview, people, posts, table
from portal.people.views.admin.blueprint import pages

__all__ = ["departments", "overview", "pages", "people", "posts", "table"]
