"""Whether incidents of some groups are missing from the record: a second list, kept by partners, is held against it.

What the police never recorded is missing from scores and outcomes alike, so no audit of scores can see it. Partners
know of incidents too. Of those that they can date, the share that the police held before the referral says how much of
a group's abuse reaches the record, if being known to partners does not depend on being recorded.
"""

from matac_ml.recording.audit import recording_audit, recording_of_run
from matac_ml.recording.design import Design, power, smallest_loss
from matac_ml.recording.shares import ShareHeld, compare_shares

__all__ = ["Design", "ShareHeld", "compare_shares", "power", "recording_audit", "recording_of_run", "smallest_loss"]
