"""What scores in a worker: loaded from disk, watched, replaced whole."""
