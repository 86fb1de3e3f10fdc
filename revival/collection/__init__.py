"""The officials' own pages: what is submitted for a reporting period, and what waits for which official."""
