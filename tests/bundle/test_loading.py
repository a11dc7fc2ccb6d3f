"""A bundle is refused when it is loaded, with every fault, and never fails while it scores."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matac_ml.bundle import RiskModel, load_bundle, save_bundle
from matac_ml.errors import BundleError
from matac_ml.manifest import LARGEST_FILE, MANIFEST, from_json, manifest_of, to_json
from tests.bundle.made_up import booster_model, curve_model, linear_model, pair_model, rewrite

ROWS = np.array([[1.0, 2.0, np.nan], [np.nan, 30.0, 4.0]])
FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bundles ``linear``, ``lightgbm`` and ``curves``; never changed by a test."""
    folder = tmp_path_factory.mktemp("bundles")
    save_bundle(linear_model(), folder / "linear")
    save_bundle(booster_model(), folder / "lightgbm")
    save_bundle(pair_model(), folder / "curves")
    return folder


@pytest.fixture
def linear(written: Path, tmp_path: Path) -> Path:
    """A copy of the linear bundle."""
    return shutil.copytree(written / "linear", tmp_path / "bundle")


@pytest.fixture
def booster(written: Path, tmp_path: Path) -> Path:
    """A copy of the booster's bundle."""
    return shutil.copytree(written / "lightgbm", tmp_path / "bundle")


def faults(folder: Path) -> str:
    """What a bundle is refused with."""
    with pytest.raises(BundleError) as refused:
        load_bundle(folder)
    return str(refused.value)


@pytest.mark.parametrize("make", [linear_model, booster_model, curve_model, pair_model])
def test_a_bundle_comes_back_as_it_was_saved(make: Callable[[], RiskModel], tmp_path: Path) -> None:
    """The hash is that of the manifest on disk, and every score is the same."""
    model = make()
    saved = save_bundle(model, tmp_path / "bundle")
    again = load_bundle(tmp_path / "bundle", expect_hash=saved)
    assert (again.predict(ROWS) == model.predict(ROWS)).all()
    assert again.hash == model.hash == saved


def _entry(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    change(manifest)
    (folder / MANIFEST).write_bytes(to_json(manifest))


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda f: (f / MANIFEST).unlink(), "there is none"),
    "manifest is a list": (lambda f: (f / MANIFEST).write_text("[]"), "format and files"),
    "manifest is empty": (lambda f: (f / MANIFEST).write_text(""), "plain file of JSON"),
    "manifest is not UTF-8": (lambda f: (f / MANIFEST).write_bytes(b"\xff\xfe{}"), "plain file of JSON"),
    "manifest nested too deep": (lambda f: (f / MANIFEST).write_text("[" * 100_000), "plain file of JSON"),
    "manifest too large": (lambda f: (f / MANIFEST).write_text(" " * 2_000_000 + "{}"), "plain file of JSON"),
    "manifest is a link": (
        lambda f: ((f / MANIFEST).rename(f.parent / "m"), (f / MANIFEST).symlink_to(f.parent / "m")),
        "plain file of JSON",
    ),
    "no file named": (lambda f: _entry(f, lambda m: m["files"].clear()), "1 to 200 files, got 0"),
    "files are a list": (lambda f: _entry(f, lambda m: m.update(files=[])), "format and files"),
    "format is text": (lambda f: _entry(f, lambda m: m.update(format="3")), "format must be a whole number"),
    "a newer format": (lambda f: _entry(f, lambda m: m.update(format=99)), "or a later one"),
    "a size below nothing": (lambda f: _entry(f, lambda m: m["files"]["model.json"].update(bytes=-1)), "model.json"),
    "a size that is true": (lambda f: _entry(f, lambda m: m["files"]["model.json"].update(bytes=True)), "model.json"),
    "a size beyond what is read": (
        lambda f: _entry(f, lambda m: m["files"]["model.json"].update(bytes=LARGEST_FILE + 1)),
        "at most 67,108,864 bytes",
    ),
    "a hash that is none": (lambda f: _entry(f, lambda m: m["files"]["model.json"].update(sha256="0")), "model.json"),
    "a name that climbs out": (
        lambda f: _entry(f, lambda m: m["files"].update({"../secret": m["files"]["model.json"]})),
        "file 1: a name",
    ),
    "a whole path as a name": (
        lambda f: _entry(f, lambda m: m["files"].update({"/etc/passwd": m["files"]["model.json"]})),
        "file 1: a name",
    ),
    "the manifest names itself": (
        lambda f: _entry(f, lambda m: m["files"].update({MANIFEST: m["files"]["model.json"]})),
        "a name must be",
    ),
    "a key twice": (
        lambda f: (f / MANIFEST).write_text((f / MANIFEST).read_text().replace("{", '{"format": 1,', 1)),
        "plain file of JSON",
    ),
    "other spaces": (
        lambda f: (f / MANIFEST).write_text(json.dumps(json.loads((f / MANIFEST).read_text()))),
        "not in the form",
    ),
    "a file gone": (lambda f: (f / "interval.csv").unlink(), "interval.csv: missing"),
    "a file longer": (lambda f: (f / "model.json").open("a").write(" "), "model.json: larger"),
    "a byte another": (
        lambda f: (f / "features.json").write_bytes((f / "features.json").read_bytes().replace(b"1", b"2", 1)),
        "features.json: changed",
    ),
    "a file is a link to its own copy": (
        lambda f: (shutil.copy(f / "model.json", f.parent / "m"), (f / "model.json").unlink(),
                   (f / "model.json").symlink_to(f.parent / "m")),
        "model.json: a link",
    ),
    "a file is a folder": (lambda f: ((f / "model.json").unlink(), (f / "model.json").mkdir()), "model.json: a link"),
    "a file is a pipe": (lambda f: ((f / "model.json").unlink(), os.mkfifo(f / "model.json")), "model.json: a link"),
    "a file too many": (lambda f: (f / "Jane Doe.txt").write_text("hello"), "1 entry in the folder that"),
    "a folder too many": (lambda f: (f / "more").mkdir(), "1 entry in the folder that"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_folder_that_is_not_what_was_written_is_refused(linear: Path, damage: str) -> None:
    """Whatever was done to a file or the manifest: one BundleError that says what, and repeats no stray name."""
    do, said = DAMAGE[damage]
    do(linear)
    message = faults(linear)
    assert said in message
    assert "Jane" not in message
    assert "/etc" not in message


def test_every_fault_of_a_folder_is_listed_at_once(linear: Path) -> None:
    """One missing, one changed and one too many: three lines."""
    (linear / "interval.csv").unlink()
    (linear / "policy.yaml").write_bytes((linear / "policy.yaml").read_bytes().replace(b"a", b"b"))
    (linear / "notes").touch()
    assert faults(linear).count("\n") == 3


def _json(change: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    def done(content: bytes) -> bytes:
        value = json.loads(content)
        change(value)
        return json.dumps(value).encode()  # NaN and Infinity are written as Python writes them

    return done


def _text(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda content: re.sub(old.encode(), new.encode(), content, count=1)


NAN, INF = float("nan"), float("inf")
NUMBERS: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "slope -1": ("model.json", _json(lambda m: m["calibration"].update(slope=-1)), "calibration.slope"),
    "slope 0": ("model.json", _json(lambda m: m["calibration"].update(slope=0)), "calibration.slope"),
    "slope 1e308": ("model.json", _json(lambda m: m["calibration"].update(slope=1e308)), "calibration.slope"),
    "slope NaN": ("model.json", _json(lambda m: m["calibration"].update(slope=NAN)), "holds NaN"),
    "slope 1e999": ("model.json", _text('"slope": [0-9.]+', '"slope": 1e999'), "calibration.slope"),
    "slope as text": ("model.json", _json(lambda m: m["calibration"].update(slope="0.9")), "calibration.slope"),
    "slope true": ("model.json", _json(lambda m: m["calibration"].update(slope=True)), "calibration.slope"),
    "intercept infinite": ("model.json", _json(lambda m: m["calibration"].update(intercept=-INF)), "holds -Infinity"),
    "widest 2": ("model.json", _json(lambda m: m["thin"].update(widest=2)), "thin.widest"),
    "below negative": ("model.json", _json(lambda m: m["thin"].update(below=-1)), "thin.below"),
    "thin by no feature": ("model.json", _json(lambda m: m["thin"].update(feature="height")), "one of the features"),
    "typical of no feature": ("model.json", _json(lambda m: m["typical"].update(height=1)), "not of a feature"),
    "typical 1e300": ("model.json", _json(lambda m: m["typical"].update(incidents_90d=1e300)), "typical"),
    "range turned over": (
        "model.json",
        _json(lambda m: m["seen_range"].update({next(iter(m["seen_range"])): [9, 1]})),
        "smallest value must come first",
    ),
    "range of three": (
        "model.json", _json(lambda m: m["seen_range"].update({next(iter(m["seen_range"])): [0, 1, 2]})), "seen_range",
    ),
    "look-back 0": ("model.json", _json(lambda m: m.update(lookback_days=0)), "lookback_days"),
    "look-back of ages": ("model.json", _json(lambda m: m.update(lookback_days=10**9)), "lookback_days"),
    "an entry too many": ("model.json", _json(lambda m: m.update(secret=1)), "secret"),
    "an entry twice": ("model.json", _text("{", '{"name": "two",'), "names a key twice"),
    "another kind": ("model.json", _json(lambda m: m.update(kind="neural")), "kind"),
    "the other kind": ("model.json", _json(lambda m: m.update(kind="lightgbm")), "booster.txt"),
    "horizon of ages": ("model.json", _json(lambda m: m["outcome"].update(horizon_days=10**7)), "horizon"),
    "outcome of days": ("model.json", _json(lambda m: m["outcome"].update(kind="harm_days")), "counts days"),
    "outcome of nothing": ("model.json", _json(lambda m: m.update(outcome={})), "model.json"),
    "scale 0": ("linear.json", _json(lambda m: m["scale"].__setitem__(0, 0.0)), "scale.0"),
    "scale negative": ("linear.json", _json(lambda m: m["scale"].__setitem__(0, -1.0)), "scale.0"),
    "coefficient NaN": ("linear.json", _json(lambda m: m["coefficient"].__setitem__(1, NAN)), "holds NaN"),
    "coefficient 1e308": ("linear.json", _json(lambda m: m["coefficient"].__setitem__(1, 1e308)), "coefficient.1"),
    "coefficient missing": ("linear.json", _json(lambda m: m["coefficient"].pop()), "must hold 3 values"),
    "share 1.5": ("linear.json", _json(lambda m: m["missing_share"].__setitem__(0, 1.5)), "missing_share.0"),
    "log scale as number": ("linear.json", _json(lambda m: m["log_scale"].__setitem__(0, 1)), "log_scale.0"),
    "linear is a list": ("linear.json", lambda _: b"[]", "linear.json"),
    "no features": ("features.json", lambda _: b"[]", "1 to 2,000 features, got 0"),
    "features twice": ("features.json", _json(lambda m: m.append(m[0])), "used twice"),
    "a feature less": ("features.json", _json(lambda m: m.pop()), "must hold 2 values"),
    "a window of ages": ("features.json", _json(lambda m: m[0].update(window_days=10**8)), "at most 36,525"),
    "a name of a number": ("features.json", _json(lambda m: m[0].update(name=5)), "features.json"),
    "a sentence of a list": ("features.json", _json(lambda m: m[0].update(allowed_because=["x"])), "must be text"),
    "a feature calls people safe": (
        "features.json", _json(lambda m: m[0].update(sentence="{value}: low risk")), "low risk or safe",
    ),
    "a condition on no column": (
        "features.json",
        _json(lambda m: m[0].update(where=[{"column": "mood", "op": "in", "values": [1]}])),
        "features.json",
    ),
    "features as YAML": ("features.json", lambda _: b"- a\n- b\n", "features.json"),
    "interval empty": ("interval.csv", lambda _: b"", "must begin with its head"),
    "interval without lines": ("interval.csv", lambda _: b"log_odds,below,above\n", "must begin with its head"),
    "an older interval": ("interval.csv", lambda _: b"log_odds_from,low,high\n,0.0,1.0\n", "must begin with its head"),
    "low falls": ("interval.csv", _text("-1.0,0.2", "-1.0,2.4"), "neither end may fall"),
    "high falls": ("interval.csv", _text("-3.0,0.5,0.6", "-3.0,0.5,2.2"), "neither end may fall"),
    "interval on the probability": ("interval.csv", _text("-1.0,0.2", "-1.0,0.0"), "lie away from the probability"),
    "interval turned over": ("interval.csv", _text("-1.0,0.2", "-1.0,-0.2"), "lie away from the probability"),
    "interval NaN": ("interval.csv", _text("-1.0,0.2", "-1.0,nan"), "lie away from the probability"),
    "log-odds fall": ("interval.csv", _text("-1.0", "-4.0"), "must rise"),
    "log-odds infinite": ("interval.csv", _text("-1.0", "inf"), "must be finite"),
    "a value too few": ("interval.csv", _text(",0.6", ""), "three values"),
    "a harm index of text": ("harm_index.yaml", lambda _: b"none\n", "harm_index.yaml"),
    "a policy of nothing": ("policy.yaml", lambda _: b"", "policy.yaml"),
    "facts of nothing": ("facts.json", lambda _: b"{}", "facts.json"),
    "a file of another use": ("run.sh", lambda _: b"echo hello", "1 file is not part of a bundle"),
}  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
def test_what_no_run_writes_is_refused_although_the_manifest_agrees(linear: Path, name: str) -> None:
    """Each number must be what it must be, when the bundle is loaded, and the file is named."""
    file, change, said = NUMBERS[name]
    rewrite(linear, file, change)
    message = faults(linear)
    assert "agree with its manifest" in message
    assert said in message


CURVES: dict[str, tuple[Callable[[Any], object], str]] = {
    "points NaN": (lambda m: m["curves"][0]["points"].__setitem__(1, NAN), "holds NaN"),
    "points 1e308": (lambda m: m["curves"][0]["points"].__setitem__(1, 1e308), "curves.0.points.1"),
    "missing infinite": (lambda m: m["curves"][1].update(missing=INF), "holds Infinity"),
    "base as text": (lambda m: m.update(base="-2"), "base"),
    "edges fall": (lambda m: m["curves"][0]["edges"].reverse(), "curve 1: edges must rise"),
    "an edge twice": (lambda m: m["curves"][0].update(edges=[2.5, 2.5]), "curve 1: edges must rise"),
    "points too few": (
        lambda m: m["curves"][1]["points"].pop(),
        "curve 2: points must be one more than edges, 2, got 1",
    ),
    "a curve less": (lambda m: m["curves"].pop(), "must hold 3, one a feature, got 2"),
    "a pair of one feature": (lambda m: m["pairs"][0].update(columns=[1, 1]), "two of the model's"),
    "a pair of no feature": (lambda m: m["pairs"][0].update(columns=[0, 3]), "two of the model's"),
    "edges of a pair that fall": (lambda m: m["pairs"][0].update(edges=[[1, 0], [10]]), "rise"),
    "a grid of another shape": (lambda m: m["pairs"][0]["points"].pop(), "two more than edges"),
}


@pytest.mark.parametrize("name", CURVES)
def test_curves_that_are_no_steps_are_refused(written: Path, tmp_path: Path, name: str) -> None:
    """Each curve rises along its edges, has points for every interval, and every number is finite."""
    folder = shutil.copytree(written / "curves", tmp_path / "bundle")
    change, said = CURVES[name]
    rewrite(folder, "curves.json", _json(change))
    assert said in faults(folder)


TREES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a leaf of NaN": (_text("leaf_value=[^ ]+", "leaf_value=nan"), "leaf_value must be finite"),
    "a leaf of 1e308": (_text("leaf_value=[^ ]+", "leaf_value=1e308"), "leaf_value must be finite"),
    "a leaf of words": (_text("leaf_value=[^ ]+", "leaf_value=abc"), "leaf_value must be finite"),
    "a leaf less": (_text("leaf_value=[^ ]+ ", "leaf_value="), "leaf_value must hold 4 values"),
    "a threshold of NaN": (_text("threshold=[^ ]+", "threshold=nan"), "threshold must be numbers"),
    "a feature beyond": (_text("split_feature=[0-9]+", "split_feature=99"), "split_feature must be below 3"),
    "a feature below": (_text("split_feature=[0-9]+", "split_feature=-1"), "split_feature must be below 3"),
    "a child that is its parent": (_text("left_child=-?[0-9]+", "left_child=0"), "reach every split and leaf once"),
    "a child beyond": (_text("right_child=-?[0-9]+", "right_child=77"), "reach every split and leaf once"),
    "more leaves than it has": (_text("num_leaves=4", "num_leaves=5"), "must hold 5 values"),
    "leaves below nothing": (_text("num_leaves=4", "num_leaves=-1"), "num_leaves must be a whole number"),
    "a billion leaves": (_text("num_leaves=4", "num_leaves=999999999"), "must hold 999999999 values"),
    "categories": (_text("num_cat=0", "num_cat=1"), "split by thresholds"),
    "linear leaves": (_text("is_linear=0", "is_linear=1"), "constant leaves"),
    "other sizes": (_text("tree_sizes=[0-9]+", "tree_sizes=1"), "tree_sizes must be the length"),
    "other columns": (_text("max_feature_idx=2", "max_feature_idx=1"), "max_feature_idx must be 2"),
    "three classes": (_text("num_class=1", "num_class=3"), "num_class must be 1"),
    "another objective": (_text("objective=binary", "objective=regression"), "objective must be binary"),
    "no end": (_text("end of trees", "the end"), "with an end of trees"),
    "no tree": (lambda text: re.sub(rb"(?s)Tree=0.*?end of trees", b"end of trees", text), "1 to 20,000 trees, got 0"),
    "a tree twice": (_text("Tree=1\n", "Tree=0\n"), "its number is another"),
    "bytes that are no text": (lambda _: b"\xff\xfe", "booster.txt"),
    "a weight less": (_text("leaf_weight=[^ ]+ ", "leaf_weight="), "leaf_weight must hold 4 numbers, or none"),
    "a gain more": (_text("split_gain=", "split_gain=1 "), "split_gain must hold 3 numbers, or none"),
    "a weight of words": (_text("internal_weight=[^ ]+", "internal_weight=x"), "internal_weight must hold 3 numbers"),
    "a learning rate of words": (_text("shrinkage=1", "shrinkage=x"), "shrinkage must be a number"),
    "a number of Python's": (_text("leaf_value=[^ ]+", "leaf_value=1_0"), "leaf_value must be finite"),
    "digits of another script": (_text("leaf_value=[^ ]+", "leaf_value=\u0661"), "must be the text of a LightGBM"),
    "a blank of another kind": (_text("leaf_value=[^ ]+ ", "leaf_value=1\x0b"), "must be the text of a LightGBM"),
    "trees that are averaged": (_text("label_index=0", "label_index=0\naverage_output"), "unknown or come twice"),
    "leaves told twice": (_text("num_leaves=4", "num_leaves=4\nnum_leaves=2"), "unknown or come twice"),
    "a steeper curve": (_text("sigmoid:1", "sigmoid:5"), "objective must be binary sigmoid:1"),
    "a column without a name": (_text("feature_names=[^ ]+ ", "feature_names="), "feature_names must be 3"),
}  # fmt: skip


@pytest.mark.parametrize("name", TREES)
def test_trees_that_are_not_whole_never_reach_the_library(booster: Path, name: str) -> None:
    """Children in a circle would never end, indices beyond an array read other memory: the text is refused first."""
    change, said = TREES[name]
    rewrite(booster, "booster.txt", change)
    assert said in faults(booster)


@pytest.mark.parametrize("end", ["", "\nparameters:\n", "\nparameters:\n[boosting", "\nparameters:\n[data: x]\n", "\0"])
def test_what_stands_after_the_trees_is_not_given_to_the_library(booster: Path, end: str) -> None:
    """LightGBM ends the process over a parameter that is cut off: with any end, the trees score as before."""
    before = load_bundle(booster).predict(ROWS)
    rewrite(
        booster, "booster.txt", lambda text: text.partition(b"end of trees\n")[0] + b"end of trees\n" + end.encode()
    )
    assert (load_bundle(booster).predict(ROWS) == before).all()


def test_faults_of_several_files_are_listed_together(linear: Path) -> None:
    """A slope, an interval and a coefficient: one error names the three files."""
    rewrite(linear, "model.json", NUMBERS["slope -1"][1])
    rewrite(linear, "interval.csv", NUMBERS["interval on the probability"][1])
    rewrite(linear, "linear.json", NUMBERS["scale 0"][1])
    message = faults(linear)
    assert all(name in message for name in ("model.json", "interval.csv", "linear.json"))


def test_a_value_larger_than_any_feature_is_refused_before_it_is_scored(written: Path) -> None:
    """1e300 and infinity in the rows: refused with their number, not answered with NaN."""
    model = load_bundle(written / "linear")
    with pytest.raises(BundleError, match="got 2 larger values"):
        model.predict([[1e300, np.inf, np.nan]])


def test_a_bundle_of_an_earlier_format_is_refused_with_the_step_to_take(tmp_path: Path) -> None:
    """The bundle written at bc9f915 still agrees with its manifest; it is not read as something that it is not."""
    with tarfile.open(FIXTURES / "bundle-bc9f915.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    folder = next(path.parent for path in tmp_path.rglob(MANIFEST))
    message = faults(folder)
    assert "this one has format 2" in message
    assert "matac-ml train" in message
    (folder / "interval.csv").unlink()
    assert "interval.csv: missing" in faults(folder)


def test_json_that_two_readers_could_read_differently_is_refused() -> None:
    """A key twice, NaN and depth are ValueErrors; what is written is read back."""
    for text in (b'{"a": 1, "a": 2}', b"[NaN]", b"[-Infinity]", b"[" * 50_000, b"\xff"):
        with pytest.raises(ValueError, match=r".+"):
            from_json(text)
    assert from_json(to_json({"a": [1, None, "é"]})) == {"a": [1, None, "é"]}
    assert manifest_of({"b": b"", "a": b"1"}, version=1) == manifest_of({"a": b"1", "b": b""}, version=1)


#: What fits, audits or draws: nothing that scores has a use for it. LightGBM brings parts of scikit-learn of its own.
_OF_TRAINING = (
    "fairlearn", "matac_ml.evaluation", "matac_ml.fairness", "matplotlib", "mlflow", "shap", "sklearn.ensemble",
    "sklearn.isotonic", "sklearn.linear_model",
)  # fmt: skip
_LOADED = """
import sys
from pathlib import Path
from matac_ml import explain, facts, release
from matac_ml.bundle import load_bundle
from matac_ml.rfg import load_policy
load_policy()
load_bundle(Path({folder!r}))
print(*(name for name in {banned!r} if name in sys.modules))
"""


@pytest.mark.parametrize(
    ("kind", "banned"), [("linear", (*_OF_TRAINING, "sklearn", "scipy", "lightgbm")), ("lightgbm", _OF_TRAINING)]
)
def test_loading_what_is_in_force_loads_nothing_that_trains(kind: str, banned: tuple[str, ...], written: Path) -> None:
    """A fresh process that reads policy, bundle and facts imports neither the audit nor a library that fits."""
    code = _LOADED.format(folder=str(written / kind), banned=banned)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
