"""Gates: what must hold before a release is approved, and waivers of those that do not, by name and with a reason.

A training run writes one gates file beside the bundle. Everything that approves reads that file: a gate is passed, not
passed or not judged, and is never left out, because a gate that nobody sees stops nobody.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from matac_ml.errors import BundleError, GateError
from matac_ml.facts import Fact, GateFacts, WaivedGate
from matac_ml.infile import read_plain
from matac_ml.manifest import from_json, to_json
from matac_ml.written import fault_of_reason, faults_of_name, has_hidden

#: Every gate that a run judges, in the order in which papers list them.
GATES = (
    "better_than_matrix",
    "better_than_base_rate",
    "calibration_holds",
    "precision_at_capacity",
    "harm_at_capacity",
    "stable_list",
    "no_leak",
    "no_new_disparity",
)
_LARGEST = 1024 * 1024


class GatesFile(Fact):
    """The gates of one bundle."""

    format: Literal[1] = 1
    bundle: str = Field(pattern=r"^[0-9a-f]{64}$", description="Hash of the bundle that was judged.")
    gates: tuple[GateFacts, ...]

    @model_validator(mode="after")
    def _every_gate_once(self) -> "GatesFile":
        names = [gate.name for gate in self.gates]
        missing = [name for name in GATES if name not in names]
        if missing:
            raise ValueError(f"every gate must be listed; {', '.join(missing)} is not")
        if len(set(names)) != len(names):
            raise ValueError("no gate may be listed twice")
        return self


@dataclass(frozen=True)
class Waiver:
    """A decision to approve although a gate does not hold.

    Attributes
    ----------
    gate : str
        Name of the gate.
    reason : str
        Why, in the words of whoever decides.
    """

    gate: str
    reason: str


def gates_json(file: GatesFile) -> bytes:
    """Return the file's bytes: the same gates give the same bytes."""
    return to_json(file.model_dump(mode="json"))


def read_gates(path: Path) -> tuple[GatesFile, bytes]:
    """Read a gates file.

    Returns
    -------
    GatesFile
    bytes
        What was read.

    Raises
    ------
    BundleError
        When it is missing, a link, or not what a run writes.
    """
    step = "Copy it again from where the model was trained, or train again."
    try:
        content = read_plain(path, largest=_LARGEST, follow=False)
        from_json(content)
        return GatesFile.model_validate_json(content), content
    except FileNotFoundError:
        raise BundleError(f"The gates file must stand beside the bundle, and there is none. {step}") from None
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_input=False, include_url=False, include_context=False)
        ]
        raise BundleError(f"The gates file is not one that a run writes. {step}", faults=faults) from None
    except (OSError, ValueError):
        raise BundleError(f"The gates file must be a plain file of JSON, and it is not. {step}") from None


def paired(names: Sequence[str], reasons: Sequence[str]) -> tuple[Waiver, ...]:
    """Waivers of a command line: each ``--waive`` with the ``--because`` of the same place.

    Where both are empty nothing is waived: a project file gives every parameter, also those that nobody named.

    Raises
    ------
    GateError
        When there are more of one than of the other.
    """
    if len(names) != len(reasons):
        raise GateError(f"Each --waive needs its own --because: got {len(names)} and {len(reasons)}.")
    pairs = ((name, reason.strip()) for name, reason in zip(names, reasons, strict=True))
    return tuple(Waiver(name, reason) for name, reason in pairs if name or reason)


def not_covered(gates: Iterable[GateFacts], waived: Collection[str]) -> tuple[str, ...]:
    """Names of the gates that are neither passed nor among those waived."""
    return tuple(gate.name for gate in gates if not gate.passed and gate.name not in waived)


def as_waived(gates: Iterable[GateFacts], waivers: Iterable[Waiver]) -> tuple[WaivedGate, ...]:
    """Waivers with the titles of their gates."""
    titles = {gate.name: gate.title for gate in gates}
    return tuple(
        WaivedGate(gate=waiver.gate, title=titles.get(waiver.gate, waiver.gate), reason=waiver.reason)
        for waiver in waivers
    )


def check_asked(gates: Sequence[GateFacts], waivers: Sequence[Waiver]) -> None:
    """Make sure that every waiver can be taken: its gate does not hold, and it is asked for once and with a reason.

    Raises
    ------
    GateError
        With every waiver that cannot be taken.
    """
    if faults := _faults_of_waivers({gate.name: gate for gate in gates}, waivers):
        raise GateError("A waiver names a gate that does not hold, once, with a reason.", faults=faults)


def check_waivers(gates: Sequence[GateFacts], waivers: Iterable[Waiver]) -> None:
    """Make sure that every gate is passed or waived by name, and that no waiver is without use.

    Raises
    ------
    GateError
        With every gate that stands in the way and every waiver that cannot be taken.
    """
    by_name, given = {gate.name: gate for gate in gates}, tuple(waivers)
    missing = not_covered(gates, {waiver.gate for waiver in given})
    faults = [
        f"{name}: {by_name[name].standing.words}. {by_name[name].title}: {by_name[name].text}" for name in missing
    ] + _faults_of_waivers(by_name, given)
    if faults:
        raise GateError(
            "Every gate must be passed, or waived by name with a reason in the papers "
            "(matac-ml card --waive NAME --because REASON).",
            faults=faults,
        )


def _faults_of_waivers(by_name: Mapping[str, GateFacts], given: Sequence[Waiver]) -> list[str]:
    faults = []
    for name, times in Counter(waiver.gate for waiver in given).items():
        if name not in by_name:
            faults.append(f"a waiver names no gate of this release; the gates are {', '.join(by_name)}")
        elif by_name[name].passed:
            faults.append(f"{name}: passed, so it takes no waiver")
        elif times > 1:
            faults.append(f"{name}: it is waived twice")
    for waiver in given:
        why = fault_of_reason(waiver.reason) or (has_hidden(waiver.reason) and "holds characters that cannot be seen")
        if waiver.gate in by_name and why:
            faults.append(f"{waiver.gate}: the reason of its waiver {why}")
    return faults


def check_decision(by: str, reason: str) -> None:
    """Make sure that somebody decided, and said why.

    Raises
    ------
    GateError
        When the name has no letter or digit, the reason explains nothing, or either hides characters.
    """
    faults = faults_of_name(by.strip(), "the name of who decided")
    if why := fault_of_reason(reason) or (has_hidden(reason.strip()) and "holds characters that cannot be seen"):
        faults.append(f"the reason {why}")
    if faults:
        raise GateError("A decision needs somebody who decides and a reason.", faults=faults)
