"""What scores at one moment: an extract, a policy, perhaps a model, and everybody's place on the day after the extract.

Loaded whole or not at all, then never changed: a request that began under one force ends under it.
"""

import logging
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from matac_ml.asof import PersonFile, read_person
from matac_ml.bundle import RiskModel, load_bundle
from matac_ml.errors import ShownError, UsageError
from matac_ml.explain.answers import Mode
from matac_ml.explain.ranking import Ranking, rank_everybody
from matac_ml.explain.setting import Setting, Values
from matac_ml.harm import HarmIndex
from matac_ml.records import Extract, read_extract
from matac_ml.rfg import Policy, load_policy
from serving.settings import Settings

logger = logging.getLogger("matac.service")

_REMEMBERED = 20_000
_PAPER = re.compile(r"[a-z0-9][a-z0-9.-]{0,74}\.html")


@dataclass(frozen=True)
class Force:
    """Everything that decides an answer.

    Attributes
    ----------
    ranking : Ranking
        Everybody ranked as of :attr:`as_of`, with the values behind it.
    papers : mapping of str to Path
        The papers beside the bundle, by file name.
    """

    extract: Extract
    setting: Setting
    mode: Mode
    ranking: Ranking
    papers: Mapping[str, Path] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """The first day that sees everything in the extract."""
        return self.setting.as_of

    def find(self, person_id: str) -> PersonFile | None:
        """The person's file, or None when the extract does not know the person."""
        try:
            return _read(self.extract, person_id)
        except UsageError:
            return None

    def values(self, person_id: str, as_of: date) -> Values | None:
        """The values derived when everybody was ranked, if they are of this day."""
        return self.ranking.values(person_id) if as_of == self.as_of else None


@lru_cache(maxsize=_REMEMBERED)
def _read(extract: Extract, person_id: str) -> PersonFile:
    return read_person(extract, person_id)


@dataclass(frozen=True)
class _Loaded:
    """What the bundle gives, or what stands in for it."""

    policy: Policy
    harm: HarmIndex
    model: RiskModel | None = None
    reason: str = ""
    approved: bool = False


def load_force(settings: Settings, approvals: Set[str], *, earlier: Force | None = None) -> Force:
    """Load what is on disk.

    Parameters
    ----------
    approvals : set of str
        Hashes of the models that the ledger holds an approval of, and no later retirement.
    earlier : Force, optional
        What was in force before: its extract is taken over, because only bundles are replaced while serving.
    """
    extract = earlier.extract if earlier else read_extract(settings.extract)
    loaded = _load(settings, approvals)
    setting = Setting(
        policy=loaded.policy,
        harm=loaded.harm,
        model=loaded.model,
        as_of=extract.cut_off + timedelta(days=1),
        data_as_of=extract.cut_off,
        data_hash=extract.data_hash,
        today=datetime.now(UTC).date(),
        matrix_only=loaded.reason,
        approved=loaded.approved,
        stale_after_days=settings.stale_after_days,
    )
    ranking = rank_everybody(extract, setting)
    mode = Mode(mode="matrix_only" if loaded.model is None else "matrix_and_model", reason=loaded.reason)
    logger.info("in force: %s, %d people ranked", mode.mode, ranking.of)
    return Force(extract, setting, mode, ranking, _papers(settings.papers))


def _load(settings: Settings, approvals: Set[str]) -> _Loaded:
    """The bundle if it may be used; its policy alone if it may not; the policy of the settings if it cannot be read."""
    if settings.bundle is None:
        return _without_bundle(settings, "no bundle is loaded.")
    try:
        model = load_bundle(settings.bundle)
    except (ShownError, OSError):
        logger.exception("the bundle was not loaded")
        return _without_bundle(settings, "the bundle on disk fails its own checks and was not loaded.")
    reason = _why_not(settings, model, approvals)
    if reason:
        return _Loaded(model.policy, model.harm, reason=reason)
    return _Loaded(model.policy, model.harm, model, approved=model.hash in approvals)


def _without_bundle(settings: Settings, reason: str) -> _Loaded:
    policy = load_policy(settings.policy)
    return _Loaded(policy, policy.harm_index, reason=reason)


def _why_not(settings: Settings, model: RiskModel, approvals: Set[str]) -> str:
    if settings.matrix_only_file.exists():
        return f"an administrator turned the model off: {_first_line(settings.matrix_only_file)}"
    if settings.access_is_on and model.hash not in approvals:
        return "the ledger holds no approval of the bundle on disk."
    return ""


def _first_line(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    line = "".join(c for c in text.partition("\n")[0] if c.isprintable())[:300].strip()
    return line or "no reason was written down."


def _papers(folder: Path | None) -> dict[str, Path]:
    files = sorted(folder.glob("*.html")) if folder is not None and folder.is_dir() else []
    return {file.name: file for file in files if _PAPER.fullmatch(file.name)}
