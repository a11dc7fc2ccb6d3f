"""Contests of a record or a score: raised, answered by a named person with a reason, and corrected as of a day.

A correction is visible from its day, as every other record: a score of an earlier day stays what people were shown,
and a later one sees the correction. What the correction changes is worked out by scoring the same day with it and
without it.
"""

from matac_ml.challenge.contest import CHALLENGE_KINDS, Challenge, challenges_from, tell_challenge
from matac_ml.challenge.correction import Correction, corrected_file, is_recorded
from matac_ml.challenge.difference import ScoreDifference, difference
from matac_ml.challenge.work import ChallengeWork

__all__ = [
    "CHALLENGE_KINDS",
    "Challenge",
    "ChallengeWork",
    "Correction",
    "ScoreDifference",
    "challenges_from",
    "corrected_file",
    "difference",
    "is_recorded",
    "tell_challenge",
]
