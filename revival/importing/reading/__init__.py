"""Files are read in a process of their own (`child`), which a file may end, by `parent.FileReader`.

The child imports nothing of Django and opens no database; it knows columns by their kinds, and no models.
"""
