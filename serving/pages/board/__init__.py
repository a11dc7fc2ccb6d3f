"""What is in force, who approved it and what is asked for: the board's page, which names nobody who is recorded."""
