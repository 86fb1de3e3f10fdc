"""The database: the one that the settings name, or the embedded server."""
