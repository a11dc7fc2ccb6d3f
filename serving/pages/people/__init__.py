"""The journey to one person: the score with its reasons, and an explanation fetched again."""
