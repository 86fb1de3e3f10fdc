"""The monthly form: the progress of all projects of a region."""
