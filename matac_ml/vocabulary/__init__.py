"""What an extract holds, declared once: every column, and everything that follows from it."""

from matac_ml.vocabulary.column import Column, ExtractTable, Kind, Latest, Value
from matac_ml.vocabulary.incidents import CLASSIFIED, FIXED, INCIDENTS, LATER, noted
from matac_ml.vocabulary.tables import INVOLVEMENTS, MERGES, PEOPLE, TABLES, table

__all__ = [
    "CLASSIFIED",
    "FIXED",
    "INCIDENTS",
    "INVOLVEMENTS",
    "LATER",
    "MERGES",
    "PEOPLE",
    "TABLES",
    "Column",
    "ExtractTable",
    "Kind",
    "Latest",
    "Value",
    "noted",
    "table",
]
