"""What somebody is doing: asked once for a piece of work, and changed when it changes."""
