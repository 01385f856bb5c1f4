"""Search libraries behind the protocol; the only place that imports one."""
