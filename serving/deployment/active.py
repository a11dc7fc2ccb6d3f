"""What scores at one moment: an extract, a policy, perhaps a model, and everybody's place on the day after the extract.

Loaded whole or not at all, then never changed: a request that began under one force ends under it.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from matac_ml import clock
from matac_ml.api.answers import Mode
from matac_ml.approval.standing import NOT_APPROVED, Approval, bundle_approved, find, why_not
from matac_ml.asof import PersonFile, read_people
from matac_ml.bundle import RiskModel, load_bundle
from matac_ml.errors import ShownError
from matac_ml.explain.context import ScoringContext, Values
from matac_ml.explain.ranking import OnRegisters, Ranking, rank_everybody
from matac_ml.harm import HarmIndex
from matac_ml.lists import PersonMoved
from matac_ml.lists.many_victims import ManyVictims, many_victims
from matac_ml.records import EveryIdentity, Extract, read_extract
from matac_ml.release import Release, beside, read_release
from matac_ml.rfg import Policy, load_policy
from matac_ml.serial import RegisteredVictim, victim_register
from serving.deployment.areas import latest_areas
from serving.deployment.at_hand import SharedCache
from serving.deployment.switch import why_off
from serving.explained import Explained
from serving.settings import ServiceSettings

logger = logging.getLogger("matac.service")

#: People whose files are kept at hand in a worker: about 12 KiB each.
_FILES = 5_000
#: Identifiers that are in no record, kept so that none is looked for again and again.
_STRANGERS = 20_000
#: Bytes of explanations kept at hand in a worker: about 24 KiB each. They hold while the force does.
_EXPLANATIONS = 32 * 1024 * 1024
#: Areas of which the people with several victims are kept at hand.
_AREAS = 100
#: Movements between drawn lists kept at hand: of a few hundred people each.
_MOVEMENTS = 20
#: Files read in one go: a query costs as much for a hundred people as for one.
_TOGETHER = 500


@dataclass(frozen=True)
class Papers:
    """The papers of the release in force.

    Attributes
    ----------
    files : mapping of str to bytes
        Each paper by its file name: the bytes that were checked against the manifest, and no others.
    reason : str
        Why no paper is in force; empty when the papers are.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    reason: str = "no bundle is loaded."


@dataclass(frozen=True)
class ActiveDeployment:
    """Everything that decides an answer.

    Attributes
    ----------
    ranking : Ranking
        Everybody ranked as of :attr:`as_of`, with the values behind it.
    papers : Papers
        The papers of the release.
    on_disk : Release or None
        The release on disk, approved or not; None when its parts are not one.
    approval : Approval or None
        The ledger's approval of it that held when this was loaded.
    """

    extract: Extract
    context: ScoringContext
    mode: Mode
    ranking: Ranking
    papers: Papers = field(default_factory=Papers)
    on_disk: Release | None = None
    approval: Approval | None = None
    files: SharedCache[str, PersonFile] = field(default_factory=lambda: SharedCache(_FILES))
    #: Identifiers that the extract does not hold: agencies know people whom the police do not.
    strangers: SharedCache[str, bool] = field(default_factory=lambda: SharedCache(_STRANGERS))
    explained: SharedCache[tuple[str, date, date], Explained] = field(
        default_factory=lambda: SharedCache(_EXPLANATIONS, lambda explained: len(explained.text))
    )

    #: Who has several victims and little recorded harm, by area.
    many: SharedCache[str, tuple[ManyVictims, ...]] = field(default_factory=lambda: SharedCache(_AREAS))
    #: What moved between two drawn lists, by person.
    moved: SharedCache[tuple[int, int, int, int], Mapping[str, PersonMoved]] = field(
        default_factory=lambda: SharedCache(_MOVEMENTS)
    )

    @property
    def release(self) -> str:
        """Hash of the release on disk; empty when its parts are not one."""
        return self.on_disk.hash if self.on_disk else ""

    @property
    def approval_text(self) -> str:
        """What the ledger says of the release on disk."""
        return self.approval.text if self.approval else NOT_APPROVED

    @property
    def has_lapsed(self) -> bool:
        """Whether the approval under which this was loaded has ended since."""
        return self.approval is not None and not self.approval.holds_on(clock.today())

    @property
    def as_of(self) -> date:
        """The first day that sees everything in the extract."""
        return self.context.as_of

    @cached_property
    def serial(self) -> OnRegisters:
        """Who is on the serial registers: drawn up after the start, which need not wait for it."""
        return OnRegisters.draw(self.extract, self.context.policy, self.as_of)

    @cached_property
    def victims(self) -> tuple[RegisteredVictim, ...]:
        """The register of victims as of the day after the extract: drawn up once, in order of identifier."""
        return victim_register(self.extract, self.context.policy.serial_rule, self.as_of)

    @cached_property
    def areas(self) -> Mapping[str, str]:
        """Where people are listed; nobody of whom no incident says where it was."""
        return latest_areas(self.extract, self.as_of)

    @cached_property
    def known_as(self) -> EveryIdentity:
        """Every identifier of a person, the one that stays first."""
        return EveryIdentity(self.extract)

    def with_many_victims(self, area: str | None = None) -> tuple[ManyVictims, ...]:
        """Who has several victims and little recorded harm, of an area or of all: worked out once, from everybody."""
        found = self.many.find(area or "")
        if found is None:
            found = many_victims(
                self.extract, self.context, self.ranking, area=area, serial=self.serial, find=self.find_all
            )
            self.many.keep(area or "", found)
        return found

    def find(self, person_id: str) -> PersonFile | None:
        """The person's file, or None when the extract does not know the person."""
        return self.find_all([person_id]).get(person_id)

    def find_all(self, person_ids: Sequence[str]) -> dict[str, PersonFile]:
        """The files of those whom the extract knows; what is not at hand is read in one go."""
        found = {person: file for person in person_ids if (file := self.files.find(person)) is not None}
        missing = [
            person for person in dict.fromkeys(person_ids) if person not in found and not self.strangers.find(person)
        ]
        if missing:
            read = read_people(self.extract, missing)
            for person in missing:
                if person in read:
                    self.files.keep(person, read[person])
                else:
                    self.strangers.keep(person, True)
            found |= read
        return found

    def warm(self, stopped: Callable[[], bool]) -> None:
        """Have at hand what people ask for first: the registers, files from the top of the list on, many victims."""
        _ = self.serial, self.victims, self.extract.doubtful()
        people = [str(person) for person in self.ranking.first(_FILES).people["person_id"]]
        for start in range(0, len(people), _TOGETHER):
            if stopped():
                return
            self.find_all(people[start : start + _TOGETHER])
        if not stopped():
            self.with_many_victims()

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
    papers: Papers = field(default_factory=Papers)
    on_disk: Release | None = None
    approval: Approval | None = None


def load_deployment(
    settings: ServiceSettings, approvals: Collection[Approval], *, earlier: ActiveDeployment | None = None
) -> ActiveDeployment:
    """Load what is on disk.

    Parameters
    ----------
    approvals : collection of Approval
        Those that the ledger holds and that were not withdrawn; one that has ended by now does not count.
    earlier : ActiveDeployment, optional
        What was in force before: its extract is taken over, because only bundles are replaced while serving.
    """
    extract = earlier.extract if earlier else read_extract(settings.extract)
    loaded = _load(settings, approvals)
    context = ScoringContext(
        policy=loaded.policy,
        harm=loaded.harm,
        model=loaded.model,
        as_of=extract.cut_off + timedelta(days=1),
        data_as_of=extract.cut_off,
        data_hash=extract.data_hash,
        today=clock.today(),
        matrix_only=loaded.reason,
        approved=loaded.approval is not None,
        waivers=loaded.approval.waivers if loaded.approval else (),
        stale_after_days=settings.stale_after_days,
    )
    ranking = rank_everybody(extract, context)
    mode = Mode(
        mode="matrix_only" if loaded.model is None else "matrix_and_model",
        reason=loaded.reason,
        waivers=context.versions.model_waivers,
    )
    logger.info("in force: %s, %d people ranked", mode.mode, ranking.of)
    deployment = ActiveDeployment(extract, context, mode, ranking, loaded.papers, loaded.on_disk, loaded.approval)
    return deployment if earlier is None else replace(deployment, files=earlier.files)


#: Said where the policy of a bundle is not used: nobody who may decide has decided for its points.
_OWN_POLICY = "The matrix's points are those of the policy that the service was started with (MATAC_POLICY)."


def _load(settings: ServiceSettings, approvals: Collection[Approval]) -> _Loaded:
    """The bundle if it may be used; its policy alone if only the bundle was approved; else the policy of the settings.

    With access on nothing decides that nobody approved: neither the model nor the policy that came with it. A bundle
    that is part of an approved release keeps its policy, also while the model is off.
    """
    if settings.bundle is None:
        return _without_bundle(settings, "no bundle is loaded.")
    try:
        model = load_bundle(settings.bundle)
    except (ShownError, OSError) as error:
        logger.error("the bundle was not loaded: %s", error if isinstance(error, ShownError) else type(error).__name__)
        return _without_bundle(settings, "the bundle on disk fails its own checks and was not loaded.")
    release = _release(settings, model)
    today = clock.today()
    unapproved = why_not(model.hash, release, approvals, today)
    reason = _why_not(settings, unapproved)
    papers = _papers(release, unapproved if settings.access_is_on else "")
    if settings.access_is_on and not bundle_approved(model.hash, approvals):
        own = _without_bundle(settings, f"{reason} {_OWN_POLICY}")
        return replace(own, papers=papers, on_disk=release)
    return _Loaded(
        model.policy,
        model.harm,
        None if reason else model,
        reason,
        papers,
        release,
        find(release, approvals, today),
    )


def parts_of(settings: ServiceSettings) -> tuple[Path | None, Path | None, Path | None]:
    """Bundle, papers and gates file; nothing where there is no bundle."""
    if settings.bundle is None:
        return None, None, None
    papers, gates = beside(settings.bundle)
    return settings.bundle, settings.papers or papers, settings.gates or gates


def _release(settings: ServiceSettings, model: RiskModel) -> Release | None:
    """The release on disk; None when its parts are not one, with the reason in the log."""
    _, papers, gates = parts_of(settings)
    if papers is None or gates is None:
        return None
    try:
        return read_release(model, papers=papers, gates=gates)
    except ShownError as error:
        logger.warning("no release: %s", error)
        return None


def _without_bundle(settings: ServiceSettings, reason: str) -> _Loaded:
    policy = load_policy(settings.policy)
    return _Loaded(policy, policy.harm_index, reason=reason)


def _why_not(settings: ServiceSettings, unapproved: str) -> str:
    if settings.matrix_only_file.exists():
        return f"an administrator turned the model off: {why_off(settings.matrix_only_file)}"
    return unapproved if settings.access_is_on else ""


def _papers(release: Release | None, refused: str) -> Papers:
    if release is None:
        return Papers(reason="the papers beside the bundle are missing or fail their own checks.")
    return Papers(reason=refused) if refused else Papers(release.papers, "")
