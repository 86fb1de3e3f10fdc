"""The home page: the reader's region at a glance."""
