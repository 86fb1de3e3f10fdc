"""The database: which one the site uses, and the embedded server of a start without one."""
