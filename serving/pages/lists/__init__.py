"""The journey to a list: what is in force, the form that opens a list, and the list."""
