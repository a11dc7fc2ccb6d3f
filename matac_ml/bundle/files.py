"""The folder of a bundle: written byte for byte the same from the same model, and refused when anything was altered."""

from pathlib import Path

from matac_ml.bundle.limits import FORMAT
from matac_ml.bundle.model import RiskModel
from matac_ml.bundle.reading import read_model
from matac_ml.errors import BundleError
from matac_ml.manifest import MANIFEST, manifest_of, read_checked, sha256

_REMEDY = "Copy it again from where it was trained, or train again."


def save_bundle(model: RiskModel, folder: Path) -> str:
    """Write a bundle and return its hash.

    Parameters
    ----------
    model : RiskModel
    folder : Path
        Made when absent; must hold nothing but an earlier bundle.

    Raises
    ------
    BundleError
        When the folder holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        raise BundleError("The folder for the bundle must be empty or hold a bundle; name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    files = model.files()
    for old in folder.iterdir():
        if old.name not in files and old.is_file():
            old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    manifest = manifest_of(files, version=FORMAT)
    (folder / MANIFEST).write_bytes(manifest)
    return sha256(manifest)


def load_bundle(folder: Path, *, expect_hash: str | None = None) -> RiskModel:
    """Read a bundle; every file and every number is checked before anything is made of it.

    Parameters
    ----------
    folder : Path
    expect_hash : str, optional
        The approved hash; a bundle with another one is refused.

    Raises
    ------
    BundleError
        With every missing, altered or unexpected file at once, then with everything in the files that cannot be; or
        when the format or hash is another.
    """
    checked = read_checked(folder, what="bundle", remedy=_REMEDY)
    if checked.format != FORMAT:
        raise BundleError(_other_format(checked.format))
    model = read_model(checked.files, folder)
    # The name of a model is the hash of what is on disk, also when a later version would write it in other bytes.
    vars(model)["hash"] = checked.sha256
    if expect_hash is not None and expect_hash != model.hash:
        raise BundleError(f"The bundle must have hash {expect_hash}, got {model.hash}. Serve the approved one.")
    return model


def _other_format(written: int) -> str:
    what_to_do = (
        "Train the model again with this version (matac-ml train), or serve the bundle with the version of "
        "matac-ml that wrote it."
        if written < FORMAT
        else "Use the version of matac-ml that wrote it, or a later one."
    )
    return f"This version reads bundles of format {FORMAT}; this one has format {written}. {what_to_do}"
