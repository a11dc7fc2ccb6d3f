"""What scores at one moment: an extract, a policy, perhaps a model, and everybody's place on the day after the extract.

Loaded whole or not at all, then never changed: a request that began under one force ends under it.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from matac_ml.asof import PersonFile, read_people
from matac_ml.bundle import RiskModel, load_bundle
from matac_ml.errors import ShownError
from matac_ml.explain.answers import Mode
from matac_ml.explain.on_registers import OnRegisters
from matac_ml.explain.ranking import Ranking, rank_everybody
from matac_ml.explain.setting import Setting, Values
from matac_ml.harm import HarmIndex
from matac_ml.records import Extract, read_extract
from matac_ml.rfg import Policy, load_policy
from serving.explained import Explained
from serving.remembered import Remembered
from serving.settings import Settings

logger = logging.getLogger("matac.service")

#: People whose files are kept at hand in a worker: about 12 KiB each.
_FILES = 5_000
#: Bytes of explanations kept at hand in a worker: about 24 KiB each. They hold while the force does.
_EXPLANATIONS = 32 * 1024 * 1024
#: Files read in one go.
_TOGETHER = 100
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
    files: Remembered[str, PersonFile] = field(default_factory=lambda: Remembered(_FILES))
    explained: Remembered[tuple[str, date, date], Explained] = field(default_factory=lambda: Remembered(_EXPLANATIONS))

    @property
    def as_of(self) -> date:
        """The first day that sees everything in the extract."""
        return self.setting.as_of

    @cached_property
    def serial(self) -> OnRegisters:
        """Who is on the serial registers: drawn up after the start, which need not wait for it."""
        return OnRegisters.draw(self.extract, self.setting.policy, self.as_of)

    def find(self, person_id: str) -> PersonFile | None:
        """The person's file, or None when the extract does not know the person."""
        return self.find_all([person_id]).get(person_id)

    def find_all(self, person_ids: Sequence[str]) -> dict[str, PersonFile]:
        """The files of those whom the extract knows; what is not at hand is read in one go."""
        found = {person: file for person in person_ids if (file := self.files.get(person)) is not None}
        missing = [person for person in dict.fromkeys(person_ids) if person not in found]
        if missing:
            read = read_people(self.extract, missing)
            for person, file in read.items():
                self.files.put(person, file)
            found |= read
        return found

    def warm(self, stopped: Callable[[], bool]) -> None:
        """Draw up the registers, and read the files of the likeliest people, from the top of the list on."""
        _ = self.serial
        people = [str(person) for person in self.ranking.first(_FILES).people["person_id"]]
        for start in range(0, len(people), _TOGETHER):
            if stopped():
                return
            self.find_all(people[start : start + _TOGETHER])

    def values(self, person_id: str, as_of: date) -> Values | None:
        """The values derived when everybody was ranked, if they are of this day."""
        return self.ranking.values(person_id) if as_of == self.as_of else None


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
    force = Force(extract, setting, mode, ranking, _papers(settings.papers))
    return force if earlier is None else replace(force, files=earlier.files)


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
