"""How MLflow loads a registered bundle: ``mlflow.pyfunc.load_model("models:/matac-ml@candidate")``."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml

from matac_ml.bundle import RiskModel, load_bundle
from matac_ml.errors import BundleError
from matac_ml.manifest import MANIFEST


class BundleModel:
    """A registered bundle as MLflow calls it: a table of features in, calibrated probabilities out."""

    def __init__(self, model: RiskModel) -> None:
        self.model = model

    def predict(self, rows: pd.DataFrame, params: object = None) -> npt.NDArray[np.float64]:
        """Return the probability of each row; columns are taken by name."""
        return self.model.predict(rows[list(self.model.feature_names)].to_numpy(dtype=np.float64))


def _load_pyfunc(path: str) -> BundleModel:
    """Read the bundle below ``path``; the name is what MLflow looks for.

    The files are checked against the hash that was written into ``MLmodel`` when the bundle was registered.
    """
    folder = Path(path)
    manifest = next(folder.rglob(MANIFEST), None)
    registered = next(
        (found for parent in (folder, *folder.parents[:3]) if (found := _hash_in(parent / "MLmodel"))), None
    )
    if manifest is None or registered is None:
        raise BundleError("A registered model must hold a bundle and the hash it was registered with; train again.")
    return BundleModel(load_bundle(manifest.parent, expect_hash=registered))


def _hash_in(described: Path) -> str | None:
    if not described.is_file():
        return None
    metadata = (yaml.safe_load(described.read_text(encoding="utf-8")) or {}).get("metadata") or {}
    return str(metadata["bundle_hash"]) if "bundle_hash" in metadata else None
