"""A release: what a board approves and the service serves, named by one hash.

A release is a bundle with its policy, the papers that were written of it, and its gates. Its hash is the SHA-256 of
this JSON, in the form of :func:`matac_ml.manifest.to_json` (keys sorted, one a line, UTF-8, a line feed at the end)::

    {"bundle": ..., "format": 1, "gates": ..., "papers": ..., "policy": ...}

where ``bundle`` and ``papers`` are the SHA-256 of the bytes of each folder's ``manifest.json``, and ``policy`` and
``gates`` those of ``policy.yaml`` and ``gates.json``. A reworded paper is thus a new release of the same model. The
version of the code is recorded with an approval and is no part of the hash.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from matac_ml.errors import BundleError, ShownError
from matac_ml.facts import GateFacts, WaivedGate
from matac_ml.gates import GatesFile, Waiver, as_waived, gates_json, read_gates
from matac_ml.manifest import MANIFEST, from_json, manifest_of, read_checked, sha256, to_json

if TYPE_CHECKING:
    from matac_ml.bundle import RiskModel

#: Names of papers and gates beside the bundle, where a run writes them.
PAPERS, GATES_FILE = "papers", "gates.json"
#: What papers are, by the end of their names, and how each is sent.
PAPER_MEDIA = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
}
_FORMAT = 1
_PAPERS_FORMAT = 1
_REMEDY = "Copy the papers again from where they were written, or write them again (matac-ml card)."


@dataclass(frozen=True)
class Hashes:
    """The SHA-256 of each part of a release, in hexadecimal."""

    bundle: str
    policy: str
    papers: str
    gates: str

    @cached_property
    def release(self) -> str:
        """The hash that an approval names."""
        return sha256(to_json({"format": _FORMAT, **asdict(self)}))


@dataclass(frozen=True)
class Release:
    """A bundle with its papers and gates, all checked against each other.

    Attributes
    ----------
    papers : mapping of str to bytes
        Each paper by its file name, in alphabetical order: the bytes that were checked.
    gates : tuple of GateFacts
    waivers : tuple of WaivedGate
        Those that the papers ask for and show, with the reason of each.
    model : str
        Name of the model.
    made_from : mapping of str to str
        Recipe, data and what else names the run, as its facts say it; empty where the bundle has none.
    """

    hashes: Hashes
    papers: Mapping[str, bytes]
    gates: tuple[GateFacts, ...]
    waivers: tuple[WaivedGate, ...] = ()
    model: str = ""
    made_from: Mapping[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """The hash that an approval names."""
        return self.hashes.release


def read_release(model: "RiskModel", *, papers: Path, gates: Path) -> Release:
    """Read what belongs to a loaded bundle, and check that it belongs to it.

    Parameters
    ----------
    model : RiskModel
        From :func:`matac_ml.bundle.load_bundle`.
    papers : Path
        Folder of the papers, with the manifest that was written with them.
    gates : Path
        The gates file.

    Raises
    ------
    BundleError
        With everything that is missing, changed, not in a manifest, or of another bundle.
    """
    faults: list[str] = []
    written: dict[str, bytes] = {}
    papers_hash = gates_hash = ""
    waived = "{}"
    judged: GatesFile | None = None
    try:
        checked = read_checked(papers, what=PAPERS, remedy=_REMEDY)
        written, papers_hash = checked.files, checked.sha256
        waived = checked.told.get("waivers", waived)
        if checked.format != _PAPERS_FORMAT or checked.told.get("bundle") != model.hash:
            faults.append(f"The papers were written of another bundle. {_REMEDY}")
        if any(name.rpartition(".")[2] not in PAPER_MEDIA for name in written):
            faults.append(f"Each paper's name must end in one of {', '.join(PAPER_MEDIA)}. {_REMEDY}")
    except (ShownError, OSError) as error:
        faults += _said(error)
    try:
        judged, content = read_gates(gates)
        gates_hash = sha256(content)
        faults += _gate_faults(model, judged)
    except ShownError as error:
        faults += _said(error)
    if faults or judged is None:
        raise BundleError("Bundle, papers and gates must be one release, and they are not.", faults=faults)
    hashes = Hashes(model.hash, model.policy.sha256, papers_hash, gates_hash)
    waivers = as_waived(judged.gates, _waivers(waived))
    return Release(hashes, dict(sorted(written.items())), judged.gates, waivers, model.name, _made_from(model))


def _made_from(model: "RiskModel") -> dict[str, str]:
    facts = model.facts
    if facts is None:
        return {}
    return {
        "recipe": facts.name,
        "recipe_sha256": facts.recipe_sha256,
        "data_hash": facts.data.data_hash,
        "data_to": facts.data.cut_off.isoformat(),
        "outcome": facts.outcome,
        "contender": facts.chosen,
        "package": facts.package,
    }


def beside(bundle: Path) -> tuple[Path, Path]:
    """Papers and gates file of a run, beside its bundle."""
    return bundle.parent / PAPERS, bundle.parent / GATES_FILE


def seal_papers(folder: Path, written: Iterable[Path], *, bundle: str, waivers: Iterable[Waiver] = ()) -> None:
    """Write the manifest of some papers, as the last of their files.

    Parameters
    ----------
    bundle : str
        Hash of the bundle that they were written of; empty when they were written from facts alone, and then they
        cannot be part of a release.
    waivers : iterable of Waiver
        Those that the papers show: they are part of the release, so nobody approves it with others.
    """
    files = {path.name: path.read_bytes() for path in written}
    reasons = {waiver.gate: waiver.reason for waiver in waivers}
    more = {"waivers": json.dumps(reasons, ensure_ascii=False, sort_keys=True)} if reasons else {}
    (folder / MANIFEST).write_bytes(manifest_of(files, version=_PAPERS_FORMAT, bundle=bundle, **more))


def _waivers(text: str) -> list[Waiver]:
    """The waivers that a manifest of papers names; what is no text waives nothing."""
    try:
        told = from_json(text.encode())
    except ValueError:
        told = {}
    reasons = told if isinstance(told, dict) else {}
    return [Waiver(gate, reason) for gate, reason in reasons.items() if isinstance(reason, str)]


def write_gates(path: Path, gates: Iterable[GateFacts], *, bundle: str) -> None:
    """Write the gates file of a bundle."""
    path.write_bytes(gates_json(GatesFile(bundle=bundle, gates=tuple(gates))))


def _gate_faults(model: "RiskModel", judged: GatesFile) -> list[str]:
    """The gates must be of this bundle, and those that the bundle's own facts hold must stand there unchanged."""
    if judged.bundle != model.hash:
        return ["The gates file is of another bundle. Copy it again from where the model was trained."]
    by_name = {gate.name: gate for gate in judged.gates}
    changed = [gate.name for gate in (model.facts.gates if model.facts else ()) if by_name.get(gate.name) != gate]
    return [f"The gates file and the facts of the run differ: {', '.join(changed)}"] if changed else []


def _said(error: Exception) -> tuple[str, ...]:
    if isinstance(error, ShownError):
        return (error.message, *error.faults)
    return (f"The papers cannot be read ({type(error).__name__}).",)
