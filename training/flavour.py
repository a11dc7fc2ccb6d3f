"""How MLflow loads a registered bundle: ``mlflow.pyfunc.load_model("models:/matac-ml@candidate")``."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.bundle import RiskModel, load_bundle


class BundleModel:
    """A registered bundle as MLflow calls it: a table of features in, calibrated probabilities out."""

    def __init__(self, model: RiskModel) -> None:
        self.model = model

    def predict(self, rows: pd.DataFrame, params: object = None) -> npt.NDArray[np.float64]:
        """Return the probability of each row; columns are taken by name."""
        return self.model.predict(rows[list(self.model.feature_names)].to_numpy(dtype=np.float64))


def _load_pyfunc(path: str) -> BundleModel:
    """Read the bundle below ``path``; the name is what MLflow looks for."""
    folder = Path(path)
    return BundleModel(load_bundle(next(folder.rglob("manifest.json")).parent))
