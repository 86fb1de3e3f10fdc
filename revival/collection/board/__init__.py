"""The board: how far the reporting units are with a period."""
