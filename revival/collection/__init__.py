"""The officials' own pages: who has handed in what of a reporting period, and what waits for whom."""
