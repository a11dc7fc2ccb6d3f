"""One run from records to a registered bundle, each step on its own line."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from matac_ml import clock
from matac_ml.bundle import RiskModel, load_bundle, save_bundle
from matac_ml.evaluation import BY_NAME
from matac_ml.facts import AblationStep, RunFacts
from matac_ml.lineage import FILE, LineageDataset, LineageRun, write_lineage
from matac_ml.page import Picture
from matac_ml.records import Extract, read_extract
from matac_ml.release import GATES_FILE, PAPERS, write_gates
from matac_ml.spec import Family
from matac_ml.wording import span
from model_cards import write_papers
from training.ablation import ablate
from training.areas import ByArea, area_tables, by_area
from training.auditing import audit_run
from training.bundling import risk_model
from training.compare import Comparison, Progress, compare, silent
from training.dataset import Dataset, build
from training.described import beside_champion, run_metrics
from training.drift import recalibrate
from training.families import without_idle_families
from training.folder import BUNDLE, REPORT, Again, is_finished, whole_run
from training.label_bias import opposed_warnings, under_stricter_outcomes
from training.leak import by_column, suspicions
from training.managed import treated_warning
from training.pictures import calibration_picture, design_picture, measures_picture, tradeoff_picture
from training.recipe import Recipe, load_recipe
from training.registry import Registered, bundle_of, champion_of, registered_before
from training.releasing import RunRelease, release_in
from training.report import Report, write_report
from training.rows import uninformative
from training.run_facts import run_facts
from training.search import search
from training.shap_pictures import global_picture
from training.sources import RunSources, find_sources
from training.stability import stays
from training.store import store_of
from training.stress import stress
from training.stress_report import stress_table
from training.track import tracked
from training.worth import Worth, worth_facts, worth_of, worth_picture, worth_tables

#: Where runs that share a folder keep the features of their dates.
KEPT_FEATURES = "features"


@dataclass(frozen=True)
class Trained:
    """What a run left behind.

    Attributes
    ----------
    bundle_hash : str
        Equal for two runs of one recipe on the same data.
    """

    model: RiskModel
    comparison: Comparison
    facts: RunFacts
    bundle_hash: str
    registered: Registered


def train(
    extract: Path,
    out: Path,
    *,
    recipe_file: Path | None = None,
    progress: Progress = silent,
    pdf: bool = True,
    again: Again = "refuse",
    home: Path | None = None,
    previous: RunFacts | None = None,
) -> Trained:
    """Train, compare, audit, write the papers, and register the bundle.

    Parameters
    ----------
    extract : Path
        Folder of records.
    out : Path
        Gets ``bundle/``, ``papers/``, ``comparison.html`` and, unless another store is named, ``mlflow.db``.
    recipe_file : Path, optional
        The shipped recipe when left out.
    pdf : bool
        Whether papers are written as PDF too, which takes some seconds more.
    again : {"refuse", "continue", "replace"}
        What to do where a finished run stands: see :mod:`training.folder`.
    home : Path, optional
        Holds ``mlflow.db`` in place of ``out``, and the features of every date that a run used; then a release that is
        registered there is not registered again.
    previous : RunFacts, optional
        The run that the papers compare this one with; the finished one in ``out`` when it is continued.

    Raises
    ------
    UsageError
        When another run is writing into ``out``, or a finished one stands there and ``again`` is ``"refuse"``.
    """
    began = clock.now()
    # Threads that wait for each other on shared cores cost more than they save: sums over people took 20 times longer.
    with threadpool_limits(limits=1), whole_run(out, again=again) as made:
        if previous is None and again == "continue" and is_finished(out):
            previous = load_bundle(out / BUNDLE).facts
        trained = _trained(extract, out, made, recipe_file, previous, home=home, progress=progress, pdf=pdf)
    write_lineage(out / FILE, [_lineage(trained, began)])
    return trained


def _lineage(trained: Trained, began: datetime) -> LineageRun:
    facts = trained.facts
    read = (
        LineageDataset("extract", sha256=facts.data.data_hash),
        LineageDataset("recipe", sha256=facts.recipe_sha256),
        LineageDataset("policy", sha256=facts.policy.sha256),
    )
    return LineageRun("train", began, clock.now(), read, (LineageDataset("bundle", sha256=trained.bundle_hash),))


def _trained(
    extract: Path,
    out: Path,
    made: Path,
    recipe_file: Path | None,
    previous: RunFacts | None,
    *,
    home: Path | None,
    progress: Progress,
    pdf: bool,
) -> Trained:
    began = clock.now()
    recipe, beside = load_recipe(recipe_file)
    sources = find_sources(recipe, beside)
    progress("read the extract")
    records = read_extract(extract)
    dataset = build(records, sources, recipe=recipe, store=home / KEPT_FEATURES if home else None, progress=progress)
    # Of every feature, before a family is left out because nothing in it tells anything.
    uninformed = uninformative(dataset.folds.fit)
    idle: tuple[Family, ...] = ()
    if recipe.ablation:
        dataset, sources, idle = without_idle_families(dataset, sources, recipe=recipe, progress=progress)
    recipe = search(
        dataset.folds.fit,
        recipe=recipe,
        horizon_days=dataset.split.horizon_days,
        study_file=out / "search.db",
        key=f"{records.data_hash[:16]}-{recipe.sha256[:16]}",
        progress=progress,
    )
    found = compare(dataset.folds, recipe=recipe, k=recipe.capacity or sources.policy.capacity, progress=progress)
    progress("work out what the lists are worth")
    worth = worth_of(found, recipe.worths, resamples=recipe.resamples, seed=recipe.seed)
    model, facts = _model_and_facts(
        records, sources, dataset, found, worth, idle, recipe=recipe, uninformed=uninformed, progress=progress
    )
    progress("draw up lists in each area")
    areas = by_area(records, dataset, found, recipe=recipe)
    progress("write bundle, papers and report")
    bundle_hash = save_bundle(model, made / BUNDLE)
    write_papers(facts, made / PAPERS, previous, as_pdf=pdf, say=progress, bundle=bundle_hash)
    write_gates(made / GATES_FILE, facts.gates, bundle=bundle_hash)
    # Read back as the service will: what cannot be loaded is not registered.
    release = release_in(made)
    pictures = _pictures(found, dataset, model, facts) | {"worth.png": worth_picture(worth)}
    report = _report(facts, pictures, areas)
    report = replace(report, tables=(*worth_tables(found, worth), *report.tables))
    write_report(found, report, made / REPORT, recipe=recipe)
    progress("track the run and register the bundle")
    before = registered_before(store_of(home), release) if home else None
    registered = before or _track(home or out, made, recipe, found, facts, release, pictures, began)
    return Trained(model, found, facts, bundle_hash, registered)


def _model_and_facts(
    records: Extract,
    sources: RunSources,
    dataset: Dataset,
    found: Comparison,
    worth: Worth,
    idle: tuple[Family, ...],
    *,
    recipe: Recipe,
    uninformed: tuple[str, ...],
    progress: Progress,
) -> tuple[RiskModel, RunFacts]:
    steps = ablate(dataset.folds, sources.features, found, recipe=recipe, progress=progress) if recipe.ablation else ()
    progress("audit the matrix and the model")
    audited = audit_run(records, sources, dataset, found, recipe=recipe, progress=progress)
    k = recipe.capacity or sources.policy.capacity
    stressed = stress(records, sources, dataset, recipe=recipe, k=k, progress=progress) if recipe.stress else ()
    progress("look for signs of a leak")
    columns = by_column(sources.features, sources.outcome)
    leaks = suspicions(found, dataset.folds, columns, largest_auc=recipe.gates.largest_auc, seed=recipe.seed)
    tried = recipe.gates.least_stable is not None
    stable = stays(found, dataset.folds, recipe=recipe, progress=progress) if tried else None
    fitted = found[found.chosen].fitted
    if recipe.recalibrate:
        fitted = recalibrate(fitted, found.test)
    bare = risk_model(fitted, dataset.folds.fit, sources=sources, recipe=recipe)
    progress("hold what the features say against stricter outcomes")
    stricter = under_stricter_outcomes(records, sources, dataset, bare.feature_names, recipe=recipe)
    facts = run_facts(
        records,
        sources,
        dataset,
        found,
        bare,
        recipe=recipe,
        audit=audited,
        worth=worth_facts(worth),
        idle=idle,
        ablation=steps,
        stress=stressed,
        stricter=stricter,
        leaks=leaks,
        stable=stable,
        warnings=(
            *treated_warning(dataset.facts, managed=dataset.managed, treated=dataset.treated),
            *uninformed,
        ),
    )
    return replace(bare, facts=facts), facts


def _pictures(found: Comparison, dataset: Dataset, model: RiskModel, facts: RunFacts) -> dict[str, Picture]:
    fitted = dataset.folds.fit.keep(model.feature_names)
    rows = fitted.X[:: max(1, len(fitted) // 1000)][:1000]
    shown = {
        "auc.png": measures_picture(found, measure="auc", title="AUC"),
        "precision_at_k.png": measures_picture(found, measure="precision_at_k", title=f"Precision at {found.k}"),
        "calibration.png": calibration_picture(found),
        "design.png": design_picture(dataset.split),
        "shap.png": global_picture(model, rows),
    }
    if facts.audit and facts.audit.mitigation:
        shown["tradeoff.png"] = tradeoff_picture(facts.audit.mitigation)
    return shown


def _report(facts: RunFacts, pictures: dict[str, Picture], areas: ByArea | None) -> Report:
    split = facts.split
    in_areas = area_tables(areas, facts.k) if areas else ()
    return Report(
        title=f"Contenders compared: {facts.data.force or 'an extract'}",
        summary=(
            f"{facts.outcome_text} within {span(split.horizon_days)}: {split.outcomes['test']:,} of "
            f"{split.rows['test']:,} test rows; fitted on {split.rows['fit']:,} earlier rows; {facts.k} places."
        ),
        warnings=(*facts.warnings, *opposed_warnings(facts)),
        tables=(*in_areas, *((stress_table(facts.stress),) if facts.stress else ())),
        pictures=tuple(pictures.values()),
        notes=tuple(_said_of(step) for step in facts.ablation),
    )


def _said_of(step: AblationStep) -> str:
    """What adding a family changed, by which measure and how much."""
    by = [f"{BY_NAME[name].title} {step.gain[name].value:+.5f}" for name in step.improved]
    return f"{step.step}: {'adds something (' + ', '.join(by) + ')' if by else 'adds nothing here'}."


def _track(
    home: Path,
    made: Path,
    recipe: Recipe,
    found: Comparison,
    facts: RunFacts,
    release: RunRelease,
    pictures: dict[str, Picture],
    began: datetime,
) -> Registered:
    store = store_of(home)
    champion = champion_of(store)
    with tracked(store, name=recipe.name, artifacts=home / "mlruns", began=began) as run:
        run.params(recipe.model_dump(mode="json"))
        run.metrics(run_metrics(facts))
        if champion and (before := load_bundle(bundle_of(store, champion)).facts) is not None:
            measures, comparable = beside_champion(facts, before)
            run.metrics(measures)
            run.tags({"champion": champion, "champion_comparison": comparable})
        hashes = {f"{name}_hash": value for name, value in asdict(release.hashes).items()}
        hashes |= {"data_hash": facts.data.data_hash, "release_hash": release.hashes.release}
        run.tags({**hashes, "recipe_hash": recipe.sha256, "chosen": found.chosen})
        run.dataset(facts.data.force or "extract", facts.data.data_hash, context="training")
        for contender in found.contenders:
            values = {
                name: value.value for name, value in contender.measured.values.items() if np.isfinite(value.value)
            }
            run.child(contender.label, params={"contender": contender.name}, metrics=values)
        for name, picture in pictures.items():
            run.picture(name, picture.png, scratch=made)
        run.file(made / REPORT)
        return run.register(release, tags={"data_hash": facts.data.data_hash})
