"""How dates are shown: one form for each language, and `revival.records.reading` reads each of them in both."""
