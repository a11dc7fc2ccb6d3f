"""Imports: sources, mappings, accounts, refusals."""
