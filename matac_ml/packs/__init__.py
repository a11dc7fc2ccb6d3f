"""The papers of a meeting: the pack for the table, the profile of one person, and what a partner agency is given.

Each is a document of the one renderer, so that page, PDF, text and workbook say the same. None is made before its
reading, or its disclosure, is in the ledger.
"""

from matac_ml.packs.business import MeetingBusiness, business_of, visible_case
from matac_ml.packs.imprint import Imprint
from matac_ml.packs.meeting import meeting_pack
from matac_ml.packs.partner import DISCLOSED, disclosure_of, let_out_of, partner_pack, sha256_of
from matac_ml.packs.printing import FORMS, print_paper
from matac_ml.packs.profile import subject_profile

__all__ = [
    "DISCLOSED",
    "FORMS",
    "Imprint",
    "MeetingBusiness",
    "business_of",
    "disclosure_of",
    "let_out_of",
    "meeting_pack",
    "partner_pack",
    "print_paper",
    "sha256_of",
    "subject_profile",
    "visible_case",
]
