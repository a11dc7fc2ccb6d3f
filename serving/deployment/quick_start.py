"""Imports LightGBM without scikit-learn: a worker scores with the booster alone, and is ready some two seconds sooner.

LightGBM imports scikit-learn, for its own estimators, wherever it finds it. Hiding it during that one import is what
LightGBM itself provides for; afterwards scikit-learn can be imported again by whoever needs it.
"""

import sys


def _import_booster() -> None:
    if "lightgbm" in sys.modules or "sklearn" in sys.modules:
        return
    sys.modules["sklearn"] = None  # type: ignore[assignment]  # how Python spells "not to be found"
    try:
        import lightgbm  # noqa: F401
    finally:
        del sys.modules["sklearn"]


_import_booster()
