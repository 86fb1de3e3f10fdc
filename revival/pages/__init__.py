"""Pages of single records, of the search and of the policy matrix."""
