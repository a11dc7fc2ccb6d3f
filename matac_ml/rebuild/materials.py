"""Records, bundle and policy found by their hashes in folders that somebody names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matac_ml import __version__, clock
from matac_ml.bundle import RiskModel, load_bundle
from matac_ml.errors import RecordsError, ShownError
from matac_ml.explain.context import ScoringContext
from matac_ml.manifest import MANIFEST, sha256
from matac_ml.records import Extract, read_extract
from matac_ml.records.sources import find_sources
from matac_ml.rfg import PRESETS, Policy, load_policy

#: Folders below one that is named, at most so deep, and so many of them.
_DEEP, _MOST = 4, 2_000
_LARGEST_POLICY = 1 << 20


@dataclass(frozen=True)
class MadeFrom:
    """What something was made from, by hash; ``code`` is the version of the program."""

    data: str
    policy: str
    model: str | None
    code: str


@dataclass(frozen=True)
class Materials:
    """What was found.

    Attributes
    ----------
    missing : tuple of str
        What was not, each with its hash, in words.
    """

    extract: Path | None
    policy: Policy | None
    model: RiskModel | None
    missing: tuple[str, ...]

    def records(self) -> Extract:
        """Read the records that were found."""
        if self.extract is None:
            raise RecordsError("The records were not found.")
        return read_extract(self.extract)

    def context(self, records: Extract, day: date, *, today: date | None = None) -> ScoringContext:
        """The context of scores as of a day."""
        rules = self.model.policy if self.model is not None else self.policy
        if rules is None:
            raise RecordsError("The policy was not found.")
        return ScoringContext(
            policy=rules,
            harm=self.model.harm if self.model is not None else rules.harm_index,
            model=self.model,
            as_of=day,
            data_as_of=records.cut_off,
            data_hash=records.data_hash,
            today=today or clock.today(),
            matrix_only="" if self.model is not None else "no bundle is loaded.",
        )


def find_materials(made_from: MadeFrom, places: Sequence[Path]) -> Materials:
    """Look for the parts in some folders and what is below them.

    Parameters
    ----------
    places : sequence of Path
        Folders of records, bundles, runs or policies, or folders that hold such folders.
    """
    folders = [folder for place in places for folder in _folders(place)]
    extract = next((folder for folder in folders if _is_data(folder, made_from.data)), None)
    model = _model(folders, made_from.model) if made_from.model else None
    policy = model.policy if model is not None else _policy(folders, made_from.policy)
    if policy is not None and policy.sha256 != made_from.policy:
        policy = None
    missing = [
        *([] if extract else [f"records with the hash {made_from.data}"]),
        *([] if model or not made_from.model else [f"a bundle with the hash {made_from.model}"]),
        *([] if policy else [f"a policy with the hash {made_from.policy}"]),
        *([] if made_from.code == __version__ else [f"matac-ml {made_from.code} (this is {__version__})"]),
    ]
    return Materials(extract, policy, model, tuple(missing))


def _folders(place: Path) -> Iterator[Path]:
    """A folder and those below it; what cannot be entered is passed over."""
    waiting, seen = [(place, 0)], 0
    while waiting and seen < _MOST:
        folder, depth = waiting.pop(0)
        seen += 1
        yield folder
        if depth < _DEEP:
            try:
                below = sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
            except OSError:
                continue
            waiting += [(path, depth + 1) for path in below if not path.name.startswith(".")]


def _is_data(folder: Path, data: str) -> bool:
    if not any((folder / f"incidents.{ending}").is_file() for ending in ("csv", "parquet")):
        return False
    try:
        return find_sources(folder).data_hash == data
    except ShownError:
        return False


def _manifest_hash(folder: Path) -> str:
    try:
        return sha256((folder / MANIFEST).read_bytes())
    except OSError:
        return ""


def _model(folders: Sequence[Path], wanted: str) -> RiskModel | None:
    for folder in folders:
        if _manifest_hash(folder) == wanted:
            try:
                return load_bundle(folder)
            except ShownError:
                continue
    return None


def _policy(folders: Sequence[Path], wanted: str) -> Policy | None:
    """A policy that is shipped, or a YAML file of one of the folders."""
    for name in PRESETS:
        if (policy := load_policy(name)).sha256 == wanted:
            return policy
    for folder in folders:
        for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else []:
            try:
                if file.stat().st_size <= _LARGEST_POLICY and (policy := load_policy(file)).sha256 == wanted:
                    return policy
            except (ShownError, OSError):
                continue
    return None
