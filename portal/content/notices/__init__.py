"""Notices: what somebody is told of, in the portal and by mail."""
