"""The page of a review says what the figures behind it say, each in its own cell."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from matplotlib.figure import Figure

from matac_ml.page.picture import Picture
from matac_ml.rfg.comparing import TIE_CHANGES, Change, Compared
from matac_ml.rfg.lists import ON, TIED, UNRANKED
from matac_ml.rfg.report import review_page
from matac_ml.rfg.reviewing import Review, Reviewed

NAN = float("nan")
BASE = Reviewed(
    name="Base",
    label="Ours.",
    harm_index="CCHI 2026",
    held={"New records": (0.1, 0.3), "Harm days": ()},
    turnover=0.25,
    stays=(0.8, 0.9),
    little_harm_many_victims=2,
)
OTHER = Reviewed(
    name="Other",
    label="Theirs.",
    harm_index="ONS 1",
    held={"New records": (0.35, 0.45), "Harm days": ()},
    turnover=NAN,
    stays=(NAN, NAN),
    little_harm_many_victims=None,
)
REVIEW = Review(
    as_of=date(2025, 4, 1),
    k=10,
    horizon=182,
    lists=3,
    ranked=40,
    policies=(BASE, OTHER),
    shared=np.array([[1, 0.4], [0.4, 1]]),
    correlation=np.array([[1, 0.5], [0.5, NAN]]),
    groups={"Sex recorded": (("female", ("hidden", "10")), ("male", ("25", "30")))},
)
CHANGE = Compared(
    as_of=date(2025, 4, 1),
    k=10,
    entering=(Change("P-in", None, 12, (UNRANKED, ON), "Base does not rank this person"),),
    leaving=(Change("P-out", 30, 0, (ON, "not on the list"), "gravity -30 (30 became 0)"),),
    tied=(Change("P-tied", 0, None, (TIED, UNRANKED), "Other does not rank this person"),),
    places=("10 people on the list", "9 people on the list"),
    correlation=0.5,
    captured={},
    cycles=2,
    stability=((0.8, 0.9), (NAN, NAN)),
)


def rows(page: str) -> list[list[str]]:
    """The cells of every row of every table."""
    found = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in found]


def words(page: str) -> str:
    """The text of a page, or of part of it, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_what_each_policys_lists_held_stands_in_its_row() -> None:
    """Mean and range of each outcome, what is new on each list and what stays; what was not measured says so."""
    held = rows(review_page(REVIEW))
    assert [
        "Base", "CCHI 2026", "20.00% (10.00% to 30.00%)", "none recorded", "25%", "90% (80% at least)", "2",
    ] in held  # fmt: skip
    assert [
        "Other", "ONS 1", "40.00% (35.00% to 45.00%)", "none recorded", "one list",
        "not known (not known at least)", "not measured",
    ] in held  # fmt: skip


def test_what_two_policies_share_is_said_and_tabled() -> None:
    """Every other policy is set beside the first: places in common, and correlation where there is one."""
    page = review_page(REVIEW)
    assert "Base and Other share 40% of their places; the rank correlation over everybody is 0.50 (1 is" in words(page)
    assert ["Base", "100% (1.00)", "40% (0.50)"] in rows(page)
    assert ["Other", "40% (0.50)", "100% (not known)"] in rows(page)
    assert ["female", "hidden", "10"] in rows(page)


@pytest.mark.parametrize(
    ("base", "other", "overlaps"),
    [
        ((0.1, 0.3), (0.35, 0.45), False),
        ((0.35, 0.45), (0.1, 0.3), False),
        ((0.1, 0.35), (0.35, 0.45), True),
        ((0.1, 0.9), (0.4, 0.5), True),
        ((0.1, 0.9), (), False),
    ],
)
def test_overlapping_lists_do_not_show_that_one_policy_holds_more(
    base: tuple[float, ...], other: tuple[float, ...], overlaps: bool
) -> None:
    """Where the ranges of past lists meet, the page warns; where they do not, or one has none, it does not."""
    policies = (replace(BASE, held={"New records": base}), replace(OTHER, held={"New records": other}))
    said = words(review_page(replace(REVIEW, policies=policies)))
    assert ("New records: the policies overlap from list to list" in said) is overlaps


def test_every_change_is_told_with_points_standing_and_reason() -> None:
    """Who enters, who leaves and who is tied, under a title with their number; 0 points are not "not ranked"."""
    page = review_page(REVIEW, change=CHANGE)
    assert "Before: 10 people on the list. After: 9 people on the list." in words(page)
    assert ["P-in", "not ranked", "12", "not ranked, then on the list", "Base does not rank this person"] in rows(page)
    assert ["P-out", "30", "0", "on the list, then not on the list", "gravity -30 (30 became 0)"] in rows(page)
    assert ["P-tied", "0", "not ranked", "tied, then not ranked", "Other does not rank this person"] in rows(page)
    for title, person in (("Entering: 1", "P-in"), ("Leaving: 1", "P-out"), (f"{TIE_CHANGES}: 1", "P-tied")):
        assert 0 < page.index(title) < page.index(person)


def test_a_review_of_nobody_says_that_there_is_no_list() -> None:
    """With nobody ranked, no policy is compared with another in words."""
    said = words(review_page(replace(REVIEW, ranked=0)))
    assert "No policy ranks anybody today" in said
    assert "share 40%" not in said


def test_a_picture_names_its_policies_once_and_marks_the_means(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names stand beside the first outcome alone; an outcome that no list could hold has neither point nor mean."""
    figures: list[Figure] = []

    def drawn(_: type[Picture], figure: Figure, alt: str) -> Picture:
        figures.append(figure)
        return Picture(alt, b"")

    monkeypatch.setattr(Picture, "drawn", classmethod(drawn))
    review_page(replace(REVIEW, policies=(BASE, replace(OTHER, held={**OTHER.held, "New records": ()}))))
    held, shared = figures
    first, _ = held.axes
    assert [label.get_text() for label in first.get_yticklabels()] == ["Base", "Other"]
    assert [line.get_xdata().tolist() for line in first.lines] == [[10, 30], [20], []]
    assert [text.get_color() for text in shared.axes[0].texts] == ["white", "black", "black", "white"]


def test_a_single_outcome_still_names_its_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names do not depend on a second outcome beside the first."""
    figures: list[Figure] = []

    def drawn(_: type[Picture], figure: Figure, alt: str) -> Picture:
        figures.append(figure)
        return Picture(alt, b"")

    monkeypatch.setattr(Picture, "drawn", classmethod(drawn))
    alone = tuple(replace(policy, held={"New records": policy.held["New records"]}) for policy in (BASE, OTHER))
    review_page(replace(REVIEW, policies=alone))
    assert [label.get_text() for label in figures[0].axes[0].get_yticklabels()] == ["Base", "Other"]
