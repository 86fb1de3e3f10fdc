"""The board: how much of a period the reporting units have submitted."""
