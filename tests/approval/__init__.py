"""Approval: asked for by one person, decided by another, until a day."""
