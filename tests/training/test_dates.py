"""No date is fitted on that sees less than the look-back where enough others are left, and what was done is said."""

from datetime import date, timedelta

import pytest

from matac_ml.records import Extract
from training.dates import ENOUGH, DatesOfRun, as_of_dates, dates_of_run
from training.recipe import PredictionDates, Recipe

CUT_OFF = date(2024, 12, 31)


def records(years: int, *, stray: bool = False) -> Extract:
    """One incident a day for some years; a stray one stands twenty years earlier."""
    days = [CUT_OFF - timedelta(days=back) for back in range(365 * years)]
    days += [date(2001, 1, 1)] if stray else []
    incidents = [
        {"incident_id": f"I{n}", "occurred_on": day, "recorded_on": day, "is_crime": True} for n, day in enumerate(days)
    ]
    links = [{"incident_id": "I0", "person_id": "P", "role": "suspect"}]
    return Extract.from_tables({"incidents": incidents, "involvements": links, "people": []}, cut_off=CUT_OFF)


def run_of(years: int, **asked: object) -> DatesOfRun:
    """What each date of the shipped recipe is for."""
    recipe = Recipe(name="x", as_of=PredictionDates(**asked))  # type: ignore[arg-type]
    extract = records(years)
    dates = as_of_dates(recipe, extract, horizon_days=365)
    return dates_of_run(dates, recipe, extract, horizon_days=365)


def test_nine_years_see_the_whole_look_back_and_calibrate_later() -> None:
    """Nothing is left out, and nothing is said."""
    found = run_of(9)
    assert found.split.calibrate
    assert not found.short
    assert not found.aside


def test_seven_years_leave_out_the_dates_that_see_less() -> None:
    """Enough dates see it all: the others are not used, in fitting or anywhere."""
    found = run_of(7)
    assert found.aside
    assert not found.short
    assert len(found.split.fit) >= ENOUGH
    assert min(found.split.dates) >= found.whole_from > max(found.aside)


def test_five_years_fit_on_every_date_there_is_and_say_so() -> None:
    """No closed date sees three years: all are fitted on, none is kept to calibrate, and each date is named."""
    found = run_of(5)
    assert not found.split.calibrate
    assert not found.aside
    assert found.short == found.split.fit
    assert len(found.short) > 15


def test_dates_that_somebody_names_are_used() -> None:
    """From a first one on, or each by name; that they see less is said all the same."""
    found = run_of(7, first=CUT_OFF - timedelta(days=365 * 6))
    assert not found.aside
    assert found.short
    named = tuple(CUT_OFF - timedelta(days=365 * years) for years in (5, 4, 3, 2))
    found = run_of(7, dates=named, test=1, calibrate=0)
    assert found.split.fit == named[:3]
    assert not found.aside


@pytest.mark.parametrize("stray", [False, True])
def test_one_old_record_does_not_make_the_records_old(stray: bool) -> None:
    """The records begin where one in a hundred of them was recorded."""
    recipe, extract = Recipe(name="x"), records(9, stray=stray)
    dates = as_of_dates(recipe, extract, horizon_days=365)
    begin = dates_of_run(dates, recipe, extract, horizon_days=365).whole_from - timedelta(days=1095)
    assert abs((begin - (CUT_OFF - timedelta(days=365 * 9))).days) < 70
