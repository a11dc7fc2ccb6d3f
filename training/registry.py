"""The registry: each version with its bundle, papers and gates, checked against the hashes it was registered with."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from mlflow.artifacts import download_artifacts
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from matac_ml import clock
from matac_ml.approval.standing import NOT_APPROVED, Approval, find
from matac_ml.bundle import load_bundle
from matac_ml.errors import BundleError, UsageError
from matac_ml.inventory import RegisteredVersion
from matac_ml.manifest import MANIFEST, read_checked
from matac_ml.release import GATES_FILE, PAPERS, Hashes, Release, read_release
from training.releasing import RunRelease, tags_of
from training.store import existing_store, store_of

MODEL = "matac-ml"
#: Alias of the newest registered version, of the one that was retrained last, and of the one that was promoted.
CANDIDATE, CHALLENGER, CHAMPION = "candidate", "challenger", "champion"
_AGAIN = "Train and register it again."


@dataclass(frozen=True)
class Registered:
    """A version in the registry."""

    name: str
    version: str
    run_id: str
    alias: str


def keep_release(client: MlflowClient, version: str, run_id: str, release: RunRelease) -> None:
    """Log papers and gates under the release's own name, and tag the version with every hash."""
    folder = _folder_of(release.hashes.release)
    client.log_artifacts(run_id, str(release.papers), f"{folder}/{PAPERS}")
    client.log_artifact(run_id, str(release.gates), folder)
    for name, value in (*asdict(release.hashes).items(), ("release", release.hashes.release)):
        client.set_model_version_tag(MODEL, version, f"{name}_hash", value)


def _folder_of(release_hash: str) -> str:
    return f"release-{release_hash[:16]}"


def bundle_of(store: str, version: str) -> Path:
    """Return the folder of a registered version's bundle, checked against the hash in the version's tags.

    Parameters
    ----------
    version : str
        A number, or an alias such as ``candidate``.

    Raises
    ------
    UsageError
        When there is no store, or it holds no such version; nothing is made.
    BundleError
        When the files are not those that were registered.
    """
    return _checked_bundle(_version(store, version))


def _version(store: str, version: str) -> ModelVersion:
    client = existing_store(store)
    by_name = client.get_model_version if version.isdigit() else client.get_model_version_by_alias
    try:
        return by_name(MODEL, version)
    except MlflowException as error:
        raise UsageError(
            f"The registry must hold version {version!r} of {MODEL}; train first, or name another. {error.message}"
        ) from error


def _checked_bundle(version: ModelVersion) -> Path:
    name = f"Version {version.version} of {MODEL}"
    try:
        folder = Path(download_artifacts(artifact_uri=f"models:/{MODEL}/{version.version}"))
    except (MlflowException, OSError) as error:
        raise BundleError(f"The files of {name} must be in the registry's store, and cannot be read.") from error
    manifest = next(folder.rglob(MANIFEST), None)
    if manifest is None:
        raise BundleError(f"{name} must hold a bundle, and holds none. Train and register it again.")
    registered = version.tags.get("bundle_hash", "")
    checked = read_checked(manifest.parent, what=f"bundle of version {version.version}", remedy=_AGAIN)
    if checked.sha256 != registered:
        raise BundleError(
            f"{name} was registered with the bundle {registered or 'of no hash'}, and its files are those of "
            f"{checked.sha256}. {_AGAIN}"
        )
    return manifest.parent


def _checked_release(version: ModelVersion, bundle: Path) -> Release:
    wanted = version.tags.get("release_hash", "")
    try:
        kept = download_artifacts(run_id=version.run_id, artifact_path=_folder_of(wanted))
    except (MlflowException, OSError) as error:
        raise BundleError(f"Version {version.version} of {MODEL} must have papers and gates. {_AGAIN}") from error
    release = read_release(load_bundle(bundle), papers=Path(kept) / PAPERS, gates=Path(kept) / GATES_FILE)
    if release.hash != wanted:
        message = f"Version {version.version} of {MODEL} was registered as release {wanted}, got {release.hash}."
        raise BundleError(f"{message} {_AGAIN}")
    return release


def registered_versions(registry: str) -> list[RegisteredVersion]:
    """Every version of a registry by number, and every number between that it holds nothing under any more.

    Parameters
    ----------
    registry : str
        Folder of a run, or the address of MLflow's store.
    """
    client = existing_store(_store_named(registry))
    found = {int(one.version): _registered(client, one) for one in _every_version(client)}
    return [found.get(number, RegisteredVersion(str(number))) for number in range(1, max(found, default=0) + 1)]


def _every_version(client: MlflowClient) -> Iterator[ModelVersion]:
    token: str | None = None
    while True:
        page = client.search_model_versions(f"name = '{MODEL}'", page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _registered(client: MlflowClient, version: ModelVersion) -> RegisteredVersion:
    hashes = {name: version.tags.get(f"{name}_hash", "") for name in Hashes.__dataclass_fields__}
    told = _run_tags(client, version)
    made_from = {
        "recipe": told.get("mlflow.runName", ""),
        "recipe_sha256": told.get("recipe_hash", ""),
        "data_hash": version.tags.get("data_hash", ""),
        "contender": told.get("chosen", ""),
    }
    registered_at = datetime.fromtimestamp(version.creation_timestamp / 1000, UTC).isoformat(timespec="seconds")
    held = hashes if any(hashes.values()) else {}
    return RegisteredVersion(str(version.version), held, made_from, registered_at)


def _store_named(registry: str) -> str:
    """The store of a folder of a run, or the one whose address is given."""
    return registry if ":" in registry and not Path(registry).is_dir() else store_of(Path(registry))


def champion_of(store: str) -> str:
    """Number of the version that has the alias ``champion``; empty where none has, or there is no store yet."""
    try:
        return str(existing_store(store).get_model_version_by_alias(MODEL, CHAMPION).version)
    except (UsageError, MlflowException):
        return ""


def give_alias(store: str, alias: str, version: str) -> None:
    """Give an alias to a version."""
    existing_store(store).set_registered_model_alias(MODEL, alias, version)


def registered_before(store: str, made: RunRelease) -> Registered | None:
    """The version that a release was registered as, completed where a run was killed before it had its tags.

    Its run says the release from before the registration on, so a version without tags is told by that.
    """
    try:
        client = existing_store(store)
    except UsageError:
        return None
    wanted = made.release.hash
    for version in _every_version(client):
        whole = version.tags.get("release_hash") == wanted
        if not whole and ("release_hash" in version.tags or _run_tags(client, version).get("release_hash") != wanted):
            continue
        if not whole:
            _tag(client, version.version, {"data_hash": _run_tags(client, version).get("data_hash", "")})
            keep_release(client, version.version, str(version.run_id), made)
            client.set_registered_model_alias(MODEL, CANDIDATE, version.version)
            client.set_terminated(version.run_id)
        return Registered(MODEL, str(version.version), str(version.run_id), CANDIDATE)
    return None


def _run_tags(client: MlflowClient, version: ModelVersion) -> Mapping[str, str]:
    try:
        tags: Mapping[str, str] = client.get_run(version.run_id).data.tags
    except MlflowException:  # the run was deleted: the version still has its own tags
        return {}
    return tags


def promote_version(store: str, release: RunRelease, approval: Approval) -> Registered:
    """Give the alias ``champion`` to the newest version of a bundle, and keep the release's papers with it.

    Papers that were written again since the version was registered are kept beside the earlier ones.

    Parameters
    ----------
    approval : Approval
        Of this release; it holds today (:func:`training.releasing.approval_of`).

    Raises
    ------
    UsageError
        When there is no store, or no registered version has the bundle; nothing is made.
    BundleError
        When the files of the version are not those that were registered.
    """
    client = existing_store(store)
    same = [v for v in _every_version(client) if v.tags.get("bundle_hash") == release.hashes.bundle]
    if not same:
        raise UsageError("No registered version has this bundle's hash; train and register it first.")
    newest = max(same, key=lambda v: int(v.version))
    bundle = _checked_bundle(newest)
    if newest.tags.get("release_hash") != release.hashes.release:
        keep_release(client, newest.version, newest.run_id, release)
    _checked_release(client.get_model_version(MODEL, newest.version), bundle)
    _tag(client, newest.version, tags_of(approval))
    client.set_registered_model_alias(MODEL, CHAMPION, newest.version)
    return Registered(MODEL, str(newest.version), str(newest.run_id), CHAMPION)


def _tag(client: MlflowClient, version: str, tags: Mapping[str, str]) -> None:
    for name, value in tags.items():
        client.set_model_version_tag(MODEL, version, name, value)


def mirror_approvals(registry: str, approvals: Collection[Approval], *, champion: str = "") -> Iterator[str]:
    """Write what the ledger says into the tags of every version, and take the alias from what is not approved.

    Parameters
    ----------
    registry : str
        Folder of a run, or the address of MLflow's store.
    approvals : collection of Approval
        Those that were not withdrawn.
    champion : str
        Hash of the release whose version gets the alias ``champion``; the alias stays where it is when empty.

    Yields
    ------
    str
        What was done.
    """
    client, today = existing_store(_store_named(registry)), clock.today()
    held = {approval.hashes.release: approval for approval in approvals if approval.hashes is not None}
    approved: dict[str, str] = {}
    for version in _every_version(client):
        release = version.tags.get("release_hash", "")
        approval = held.get(release)
        if approval is None or not _holds_for(version, approval, today):
            if "approval" in version.tags:
                ended = approval.text if approval else "It was withdrawn, or the ledger does not hold it."
                _tag(client, version.version, {"approval": f"{NOT_APPROVED} {ended}"})
            continue
        approved[str(version.version)] = release
        _tag(client, version.version, tags_of(approval))
        yield f"Version {version.version} of {MODEL}: {approval.text}"
    yield from _alias(client, approved, champion)


def _holds_for(version: ModelVersion, approval: Approval, today: date) -> bool:
    """Whether the approval holds for the very files of a version."""
    return find(_checked_release(version, _checked_bundle(version)), [approval], today) is not None


def _alias(client: MlflowClient, approved: Mapping[str, str], champion: str) -> Iterator[str]:
    """Give the alias to the version of a release, and take it from one that is not approved."""
    named = client.get_registered_model(MODEL).aliases.get(CHAMPION)
    wanted = [version for version, release in approved.items() if release == champion]
    if wanted:
        newest = max(wanted, key=int)
        client.set_registered_model_alias(MODEL, CHAMPION, newest)
        yield f"Version {newest} of {MODEL} is the champion."
    elif champion:
        yield "No registered version is this release. matac-ml promote keeps its papers and makes it the champion."
    if not wanted and named is not None and str(named) not in approved:
        client.delete_registered_model_alias(MODEL, CHAMPION)
        yield f"Version {named} of {MODEL} is not the champion any more: its approval does not hold."
