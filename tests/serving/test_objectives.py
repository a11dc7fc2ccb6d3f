"""The five objectives on a page, as a paper and over HTTP: for every role, and without anybody in them."""

import re

import pytest

from matac_ml.objectives import Quarter
from matac_ml.roles import ServiceRole
from tests.serving.casework_pages import Staff, first_listed, words_of
from tests.serving.running import Service
from tests.serving.signed_in import path_of


@pytest.mark.parametrize("role", list(ServiceRole))
def test_every_role_reads_the_objectives_and_nobody_in_them(force: Service, staff: Staff, role: ServiceRole) -> None:
    """The warning comes before every figure, on the page and on the paper, which is marked."""
    person = staff(role.value, f"o.{role.value}")
    page = person.get("/objectives")
    said = words_of(page)
    assert 0 < said.index("do not show that anything worked") < said.index("1. Further offending")
    assert "<script" not in page.text
    link = re.search(r'href="(/papers/objectives/20[0-9]{2}-Q[1-4])"', page.text)
    assert link is not None
    paper = person.get(link[1])
    assert f"OFFICIAL-SENSITIVE. Printed for o.{role.value}, {role.words}, on " in paper.text
    assert paper.text.index("do not show that anything worked") < paper.text.index("1. Further offending")
    assert not any(who in page.text + paper.text for who in first_listed(force, 50))


def test_a_quarter_is_chosen_and_the_same_over_http(force: Service, staff: Staff) -> None:
    """Its figures are those of the page; a quarter that there is not is refused in words."""
    board = staff("board", "chooses")
    page = board.get("/objectives")
    offered = re.findall(r"<option[^>]*>(20[0-9]{2}-Q[1-4])<", page.text)
    assert len(offered) == 8
    assert offered == sorted(offered, reverse=True)
    chosen = board.get(f"/objectives?quarter={offered[3]}")
    answer = force.get(f"/v1/objectives/{offered[3]}").json()
    assert answer["first"] == Quarter.named(offered[3]).first.isoformat()
    for one in answer["indicators"]:
        assert one["what"] in words_of(chosen)
        assert one["now"] in words_of(chosen)
    assert {one["objective"] for one in answer["indicators"]} == set(
        re.findall(r"<h2>\d\. ([^<]+)</h2>", chosen.text.replace("&#39;", "'"))
    )
    for name in ("2099-Q1", "2026", "nothing"):
        assert force.get(f"/v1/objectives/{name}").status_code == 404
        assert path_of(board.get(f"/papers/objectives/{name}")) == "/objectives"
