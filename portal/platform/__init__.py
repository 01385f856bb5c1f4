"""Engines that know no feature: items, access, timeline, search, jobs, audit."""
