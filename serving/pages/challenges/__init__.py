"""Contests of records and scores: recorded, answered by a named person, corrected as of a day, with the difference."""
