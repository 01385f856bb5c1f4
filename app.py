"""WSGI entry of the portal."""

from portal.factory import create_app

app = create_app()
