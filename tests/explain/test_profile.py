"""The profile of one person for a meeting: two sheets, the dual role first, no victim's identifier."""

import io
from datetime import UTC, datetime

import pypdf
import pytest

from matac_ml.api.explanation import CautionKind, ExplainedScore
from matac_ml.explain.context import Subject
from matac_ml.explain.incident_table import incident_table
from matac_ml.explain.person import explain_people
from matac_ml.packs import Imprint, print_paper, subject_profile
from matac_ml.page import as_markdown, pdf
from tests.explain.conftest import Scored

IMPRINT = Imprint("OFFICIAL-SENSITIVE", "an.analyst", "analyst", datetime(2026, 1, 1, tzinfo=UTC))


def explained(scored: Scored, person: str) -> ExplainedScore:
    """The score of somebody on the list."""
    (score,) = explain_people([Subject(scored.file(person))], scored.setting)
    assert isinstance(score, ExplainedScore)
    return score


def test_a_profile_says_a_dual_role_first_and_names_no_victim(scored: Scored) -> None:
    """For everybody on the list who has both roles, and for somebody who has not."""
    people = [str(person) for person in scored.ranking.first(60).people["person_id"]]
    both = 0
    for person in people:
        score = explained(scored, person)
        lines = incident_table(scored.file(person), scored.setting)
        text = as_markdown(subject_profile(score, lines, None))
        dual = any(caution.kind is CautionKind.DUAL_ROLE for caution in score.cautions)
        both += dual
        assert ("Read this first: this person is also recorded as a victim" in text.partition("##")[0]) is dual
        assert not any(other.person_id in text for line in lines for other in line.others)
        assert f"{score.matrix.total} point" in text
    assert 0 < both < len(people)


@pytest.mark.skipif(not pdf.available(), reason=pdf.HELP)
def test_a_profile_fits_two_sheets(scored: Scored) -> None:
    """Of whoever has most incidents, with as much as a profile prints; the marking stands on both sheets."""
    everybody = scored.ranking.first(200).people["person_id"]
    person = max(map(str, everybody), key=lambda who: len(incident_table(scored.file(who), scored.setting)))
    score = explained(scored, person)
    lines = incident_table(scored.file(person), scored.setting)
    long = [replace_text(score, 240), score]
    for one in long:
        printed = print_paper(subject_profile(one, lines, None), IMPRINT, "pdf", tight=True)
        sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(printed.content)).pages]
        assert len(sheets) <= 2
        assert all("OFFICIAL-SENSITIVE. Printed for an.analyst" in sheet for sheet in sheets)


def replace_text(score: ExplainedScore, length: int) -> ExplainedScore:
    """The score with as many cautions as there are kinds, each of a given length."""
    caution = score.cautions[0]
    every = tuple(caution.model_copy(update={"kind": kind, "text": "word " * (length // 5)}) for kind in CautionKind)
    return score.model_copy(update={"cautions": every})
