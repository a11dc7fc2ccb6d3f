"""Names for people who do not exist, as records hold them: with nicknames, typing errors and earlier spellings."""

import numpy as np
import pandas as pd

_FORENAMES = {
    "female": (("Elizabeth", "Liz"), ("Katherine", "Kate"), ("Margaret", "Maggie"), ("Susan", "Sue"), ("Joanne", "Jo"),
               ("Patricia", "Pat"), ("Amina", "Mina"), ("Rebecca", "Becky"), ("Samantha", "Sam"), ("Zofia", "Zosia")),
    "male": (("Robert", "Bob"), ("William", "Bill"), ("Michael", "Mick"), ("James", "Jim"), ("Anthony", "Tony"),
             ("Steven", "Ste"), ("Mohammed", "Mo"), ("Daniel", "Danny"), ("Christopher", "Chris"), ("Piotr", "Peter")),
}  # fmt: skip
_FIRST, _LAST = ("Ash", "Black", "Hart", "Long", "Marsh", "North", "Ox", "Ray", "Stan", "Wood", "Thorn", "Whit"), (
    "bourne", "field", "ley", "more", "ridge", "ton", "well", "worth", "combe", "by")  # fmt: skip


def named(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Give everybody a surname, a forename and what they are also called."""
    n = len(people)
    last = [f"{_FIRST[a]}{_LAST[b]}" for a, b in zip(rng.integers(0, 12, n), rng.integers(0, 10, n), strict=True)]
    pick = rng.integers(0, 10, n)
    pairs = [_FORENAMES["female" if sex == "female" else "male"][k]
             for sex, k in zip(people["sex"], pick, strict=True)]  # fmt: skip
    return people.assign(surname=last, forename=[full for full, _ in pairs], nickname=[short for _, short in pairs])


def mistyped(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """The same people as typed on another day: a nickname, two letters changed over, day and month too."""
    n = len(people)
    at = rng.integers(1, 4, n)
    turned = [s[:k] + s[k + 1 : k + 2] + s[k] + s[k + 2 :] for s, k in zip(people["surname"], at, strict=True)]
    draw = rng.random(n)
    born = [f"{b[:5]}{b[8:]}-{b[5:7]}" if u < 0.3 and b and b[8:] <= "12" else b
            for b, u in zip(people["birth_date"], rng.random(n), strict=True)]  # fmt: skip
    return people.assign(
        surname=np.where(draw < 0.5, turned, people["surname"]),
        forename=np.where(draw > 0.4, people["nickname"], people["forename"]),
        birth_date=born,
    )
