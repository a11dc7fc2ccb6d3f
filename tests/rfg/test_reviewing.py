"""Several policies side by side: the figures behind the report, and a page that hides what it must."""

import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from matac_ml.cli import main
from matac_ml.fairness.disclosure import HIDDEN, WITHHELD
from matac_ml.records import Extract, read_extract
from matac_ml.rfg import load_policy
from matac_ml.rfg.comparing import compare_policies, past_meetings
from matac_ml.rfg.lists import listed
from matac_ml.rfg.report import review_page
from matac_ml.rfg.reviewing import Review, review_policies, with_index
from matac_ml.rfg.stability import stability
from matac_ml.synthetic import make_force


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """A small force."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(folder, incidents=4000, years=4, seed=9)
    return read_extract(folder)


@pytest.fixture(scope="module")
def review(extract: Extract) -> Review:
    """RFGV, RFGV once more, RFH and RFGV by another harm index."""
    base = load_policy()
    return review_policies(
        [base, base, load_policy("rfh"), with_index(base, "ons-css-quoted")], extract, k=10, cycles=2
    )


def test_a_policy_shares_everything_with_itself(review: Review) -> None:
    """The same policy twice has the same lists and the same order; another one does not; the table is symmetric."""
    assert review.shared[0, 1] == pytest.approx(1)
    assert review.correlation[0, 1] == pytest.approx(1)
    assert review.shared[0, 2] < 1
    assert review.correlation[0, 3] < 1
    assert np.allclose(review.shared, review.shared.T)
    assert review.policies[0].held == review.policies[1].held


def test_what_a_list_held_is_what_the_comparison_says(review: Review, extract: Extract) -> None:
    """The mean of a policy's past lists is the figure that comparing two policies gives."""
    found = compare_policies(load_policy(), load_policy("rfh"), extract, k=10, cycles=2)
    for outcome, (old, new) in found.captured.items():
        assert np.mean(review.policies[0].held[outcome]) == pytest.approx(old)
        assert np.mean(review.policies[2].held[outcome]) == pytest.approx(new)


def test_what_stays_is_measured_on_the_list_of_today(review: Review, extract: Extract) -> None:
    """The policy is moved by a tenth on the newest list, not on a past one."""
    days = (past_meetings(extract, cycles=2, horizon=182)[-1], extract.cut_off + timedelta(days=1))
    past, today = (listed(extract, load_policy("rfh"), day, k=10) for day in days)
    assert stability(past) != stability(today)
    assert review.policies[2].stays == stability(today)


def test_no_small_count_by_group_is_shown(review: Review) -> None:
    """Every cell by group is hidden, withheld or a multiple of five that is ten or more."""
    cells = {cell for rows in review.groups.values() for _, line in rows for cell in line}
    assert cells
    assert all(cell in (HIDDEN, WITHHELD) or (int(cell) >= 10 and int(cell) % 5 == 0) for cell in cells)


def test_the_page_of_a_review_names_nobody(review: Review, extract: Extract) -> None:
    """No identifier of a person is on it, nothing comes from elsewhere, and it has the same bytes each time."""
    page = review_page(review, force="A made-up force")
    people = set(extract.people_frame()["person_id"])
    assert not people & set(re.findall(r"[\w-]+", re.sub(r"base64,[\w+/=]+", "", page)))
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert "<script" not in page
    assert page == review_page(review, force="A made-up force")


def test_the_commands_write_their_pages(
    young: tuple[Extract, Review], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``review`` and ``compare --out`` each write a page; one policy alone is refused."""
    extract, _ = young
    for arguments, code in (
        (["review", str(extract.folder), str(tmp_path / "review.html"), "--cycles", "1"], 0),
        (["compare", "default", "rfh", str(extract.folder), "--cycles", "1", "--out", str(tmp_path / "two.html")], 0),
        (["review", str(extract.folder), str(tmp_path / "no.html"), "--policy", "rfh"], 2),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["matrix", *arguments])
        assert ended.value.code == code, capsys.readouterr()
    assert "Who enters and who leaves" in (tmp_path / "two.html").read_text(encoding="utf-8")
    assert "Who enters and who leaves" not in (tmp_path / "review.html").read_text(encoding="utf-8")
    assert not (tmp_path / "no.html").exists()


@pytest.fixture(scope="module")
def young(tmp_path_factory: pytest.TempPathFactory) -> tuple[Extract, Review]:
    """A year of a tiny force, and one policy twice on sixteen days of which the first lie before every record."""
    folder = tmp_path_factory.mktemp("young") / "extract"
    make_force(folder, incidents=300, years=1, seed=9)
    policy, extract = load_policy(), read_extract(folder)
    return extract, review_policies([policy, policy], extract, k=10, cycles=16, horizon=28)


def test_days_before_the_first_record_do_not_count(young: tuple[Extract, Review]) -> None:
    """Past meetings on which nobody was on record yet are no lists: a policy still shares everything with itself."""
    assert young[1].shared[0, 1] == pytest.approx(1)


def test_a_list_of_one_place_shares_all_of_it_with_itself(extract: Extract) -> None:
    """What is shared is a share of the places there are, be it a single one."""
    policy = load_policy()
    found = review_policies([policy, policy], extract, k=1, cycles=1)
    assert found.shared[0, 1] == pytest.approx(1)


def test_who_is_new_is_counted_between_lists_that_have_people(young: tuple[Extract, Review]) -> None:
    """A first list after days on which nobody was on record is not a list of which all are new."""
    policy, (extract, found) = load_policy(), young
    reviewed = found.policies[0]
    past = past_meetings(extract, cycles=16, horizon=28)[::-1]
    lists = [drawn for drawn in (listed(extract, policy, day, k=10) for day in past) if not drawn.frame.empty]
    assert 2 < len(lists) < len(past)
    new = [1 - np.minimum(*a.frame["place"].align(b.frame["place"], fill_value=0)).sum()
           / max(a.frame["place"].sum(), b.frame["place"].sum()) for a, b in pairwise(lists)]  # fmt: skip
    assert reviewed.turnover == pytest.approx(np.mean(new))
