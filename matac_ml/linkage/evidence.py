"""What is compared of two identities, declared once: how alike they are, how often that is so of one person, the words.

How often a level is seen between two records of one person (``m``) is stated here and not fitted: duplicates are rare,
and expectation maximisation lost them in every trial (docs/identities.md). How often it is seen between strangers is
measured on the force's own records.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Likeness:
    """One level of a comparison.

    Attributes
    ----------
    sql : str
        Condition on a pair, whose columns end with ``_l`` and ``_r``; empty for whatever is left.
    m : float
        Share of pairs of one person's records, of those in which both sides have a value.
    words : str
        What a reviewer reads.
    frequency : str
        Column whose rare values weigh more than its common ones; empty where they weigh the same.
    """

    sql: str
    m: float
    words: str
    frequency: str = ""


@dataclass(frozen=True)
class Trait:
    """What is compared, the column that must be there on both sides, and its levels, the most alike first."""

    name: str
    column: str
    levels: tuple[Likeness, ...]


def _near(column: str) -> str:
    # DuckDB counts bytes: only names in plain letters, which *_plain holds, are compared letter by letter.
    return f"damerau_levenshtein({column}_plain_l, {column}_plain_r) <= 1"


_TURNED = "surname_l = forename_r AND forename_l = surname_r"

TRAITS = (
    Trait("surname", "surname", (
        Likeness("surname_l = surname_r", 0.72, "same surname", "surname"),
        Likeness(_TURNED, 0.01, "surname and first name are changed over"),
        Likeness(_near("surname"), 0.14, "surnames differ by one letter"),
        Likeness("jaro_winkler_similarity(surname_plain_l, surname_plain_r) >= 0.92", 0.04, "similar surnames"),
        Likeness("", 0.09, "DIFFERENT surnames"),
    )),
    Trait("forename", "forename", (
        Likeness("forename_l = forename_r", 0.66, "same first name", "forename"),
        Likeness("len(list_intersect(known_as_l, known_as_r)) > 0", 0.16, "one first name is short for the other"),
        Likeness(_TURNED, 0.01, ""),
        Likeness(_near("forename"), 0.08, "first names differ by one letter"),
        Likeness("left(forename_l, 1) = left(forename_r, 1)", 0.06, "first names begin with the same letter"),
        Likeness("", 0.03, "DIFFERENT first names"),
    )),
    Trait("birth_date", "birth_date", (
        Likeness("birth_date_l = birth_date_r", 0.82, "same date of birth"),
        Likeness("birth_date_l = birth_turned_r", 0.05, "day and month of birth are changed over"),
        Likeness("damerau_levenshtein(birth_date_l, birth_date_r) <= 1", 0.06, "dates of birth differ by one digit"),
        Likeness("left(birth_date_l, 4) = left(birth_date_r, 4)", 0.04, "same year of birth"),
        Likeness("", 0.03, "DIFFERENT dates of birth"),
    )),
    Trait("sex", "sex", (
        Likeness("sex_l = sex_r", 0.985, "same sex"),
        Likeness("", 0.015, "DIFFERENT sex"),
    )),
    Trait("address", "postcode", (
        Likeness("address_l = address_r AND postcode_l = postcode_r", 0.35, "same address"),
        Likeness("postcode_l = postcode_r", 0.15, "same postcode"),
        Likeness("district_l = district_r", 0.20, "same postcode district"),
        Likeness("", 0.30, "different postcodes"),
    )),
    Trait("area", "area", (
        Likeness("area_l = area_r", 0.75, "same area"),
        Likeness("", 0.25, "different areas"),
    )),
    Trait("others", "others", (
        Likeness("len(list_intersect(others_l, others_r)) > 0", 0.35, "recorded with the same other person"),
        Likeness("", 0.65, "recorded with other people"),
    )),
)  # fmt: skip


def trait(name: str) -> Trait:
    """Return the trait of that name."""
    return next(one for one in TRAITS if one.name == name)
