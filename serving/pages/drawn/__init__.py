"""The journey to a drawn list: every list there is, the form that draws one, and a list with what moved."""
