"""Whole programs that use matac-ml as its users would."""
