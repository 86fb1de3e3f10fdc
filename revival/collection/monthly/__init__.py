"""The monthly form: progress of all projects of a region."""
