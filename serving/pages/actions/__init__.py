"""What an agency has agreed to do, for that agency alone."""
