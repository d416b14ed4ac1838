#!/usr/bin/env python3
"""Makes the golden files of the tuning tests with Optuna; each file says which versions made it.

python3 -m venv venv && venv/bin/pip install optuna==5.0.0 scipy
venv/bin/python Scripts/golden/make_tuning.py

With optuna==4.5.0 in place of 5.0.0 it makes parzen4.json only, for the options of Optuna 4.
"""
import binascii
import json
import math
import pathlib
import sys
import warnings

import numpy as np
import optuna
import scipy
from optuna._hypervolume.hssp import _solve_hssp
from optuna._hypervolume.wfg import compute_hypervolume
from optuna.distributions import CategoricalDistribution as Choice
from optuna.distributions import FloatDistribution as Real
from optuna.distributions import IntDistribution as Whole
from optuna.distributions import distribution_to_json
from optuna.samplers._tpe import parzen_estimator as parzen
from optuna.samplers._tpe import probability_distributions as densities
from optuna.samplers._tpe import sampler as tpe
from optuna.study._multi_objective import _fast_non_domination_rank
from optuna.trial import TrialState, create_trial

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/TuningTests/Golden"
IS_4 = optuna.__version__.startswith("4.")
# Optuna 4 can be told how near choices are; without that they are all alike.
EXTRA = [{}] if IS_4 else []
VERSIONS = f"optuna {optuna.__version__}, scipy {scipy.__version__}, numpy {np.__version__}"


def save(name, cases):
    def plain(value):
        if isinstance(value, np.ndarray):
            return [plain(v) for v in value]
        if isinstance(value, np.floating):
            return float(value)
        if isinstance(value, np.integer):
            return int(value)
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(v) for v in value]
        return value

    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / name
    path.write_text(json.dumps({"made_by": VERSIONS, "cases": plain(cases)}) + "\n")
    print(path.name, path.stat().st_size, "bytes")


SPACES = {
    "real": Real(-3.0, 5.0),
    "log": Real(1e-4, 2.0, log=True),
    "step": Real(0.0, 1.0, step=0.05),
    "whole": Whole(-4, 20),
    "whole_step": Whole(0, 30, step=3),
    "whole_log": Whole(1, 300, log=True),
    "choice": Choice(["a", "b", "c", "d"]),
    "flag": Choice([False, True]),
}


def draw(rng, d, n):
    if isinstance(d, Choice):
        return rng.integers(0, len(d.choices), n).astype(float)
    low, high = (math.log(d.low), math.log(d.high)) if d.log else (d.low, d.high)
    x = rng.uniform(low, high, n)
    # A third close together: widths are then clipped.
    x[: n // 3] = low + (high - low) * (0.4 + 0.01 * rng.uniform(size=n // 3))
    x = np.exp(x) if d.log else x
    if d.step is not None:
        x = np.clip(d.low + np.round((x - d.low) / d.step) * d.step, d.low, d.high)
    return np.clip(x, d.low, d.high)


def parzen_cases():
    # Which of equal values is the outer one decides their widths. Optuna leaves that to a sort that is not stable, and differs
    # between processors; here and in ours the older one comes first.
    unstable = np.argsort
    np.argsort = lambda values, *rest, **options: unstable(values, kind="stable")
    try:
        return stable_parzen_cases()
    finally:
        np.argsort = unstable


def stable_parzen_cases():
    rng = np.random.default_rng(11)
    cases = []
    alone = [(False, [n]) for n in SPACES]
    together = [(True, n) for n in [list(SPACES), ["real", "log"], ["whole", "choice", "step"]]]
    # Kernels for joint drawing are others in Optuna 4, so there is a difference for one parameter too.
    for joint, names in alone + together + ([(True, [n]) for n in SPACES] if IS_4 else []):
        for count in [0, 1, 2, 7, 24, 25, 26, 31, 150]:
            for endpoints, clip, prior in [(False, True, 1.0), (True, False, 1.0), (False, True, 0.3)]:
                if (endpoints or prior != 1.0) and count not in (2, 31):
                    continue
                space = {n: SPACES[n] for n in names}
                observed = {n: draw(rng, d, count) for n, d in space.items()}
                parameters = parzen._ParzenEstimatorParameters(prior, clip, endpoints, tpe.default_weights, joint, *EXTRA)
                estimator = parzen._ParzenEstimator(observed, space, parameters)
                mixture = estimator._mixture_distribution
                points = {n: draw(rng, d, 6) for n, d in space.items()}
                dimensions = []
                for d in mixture.distributions:
                    if isinstance(d, densities._BatchedCategoricalDistributions):
                        dimensions.append({"shares": d.weights[-2:]})
                    else:
                        dimensions.append({"centres": d.mu, "widths": d.sigma})
                cases.append(
                    {
                        "space": [{"name": n, "distribution": json.loads(distribution_to_json(d))} for n, d in space.items()],
                        "observed": [observed[n] for n in names],
                        "endpoints": endpoints,
                        "clip": clip,
                        "prior": prior,
                        "joint": joint,
                        "weights": mixture.weights,
                        "dimensions": dimensions,
                        "points": [points[n] for n in names],
                        "log_density": estimator.log_pdf(points),
                    }
                )
    return cases


def pruner_cases():
    """Random histories, a trial after the other; a decision after every report, followed as an objective would."""
    P = optuna.pruners
    pruners = {
        "median": lambda: P.MedianPruner(n_startup_trials=3),
        "median_warmup": lambda: P.MedianPruner(n_startup_trials=2, n_warmup_steps=3, interval_steps=2, n_min_trials=2),
        "percentile_25": lambda: P.PercentilePruner(25.0, n_startup_trials=2),
        "halving_auto": lambda: P.SuccessiveHalvingPruner(),
        "halving": lambda: P.SuccessiveHalvingPruner(min_resource=1, reduction_factor=2, min_early_stopping_rate=1),
        "halving_bootstrap": lambda: P.SuccessiveHalvingPruner(min_resource=2, reduction_factor=3, bootstrap_count=2),
        "hyperband_auto": lambda: P.HyperbandPruner(),
        "hyperband": lambda: P.HyperbandPruner(min_resource=1, max_resource=20, reduction_factor=2),
        "wilcoxon": lambda: P.WilcoxonPruner(p_threshold=0.2),
        "patient": lambda: P.PatientPruner(None, patience=2, min_delta=0.1),
        "patient_median": lambda: P.PatientPruner(P.MedianPruner(n_startup_trials=2), patience=1),
        "threshold": lambda: P.ThresholdPruner(lower=-1.0, upper=1.5, n_warmup_steps=1, interval_steps=2),
        "nop": lambda: P.NopPruner(),
    }
    rng = np.random.default_rng(5)
    cases = []
    for name, make in pruners.items():
        for direction in ["minimize", "maximize"]:
            study = optuna.create_study(direction=direction, pruner=make(), study_name="golden")
            trials = []
            for number in range(30):
                trial = study.ask()
                level = rng.normal(0, 0.7)
                stride = int(rng.integers(1, 3))
                # Ties and zero differences for the signed-rank test; now and then no number.
                digits = 1 if number % 3 == 0 else 6
                reports, decisions = [], []
                is_pruned = False
                for step in range(0, 20, stride):
                    value = round(level + rng.normal(0, 0.5), digits)
                    if rng.uniform() < 0.01:
                        value = math.nan
                    trial.report(value, step)
                    reports.append([step, value])
                    decisions.append(bool(trial.should_prune()))
                    if decisions[-1] and rng.uniform() < 0.8:
                        is_pruned = True
                        break
                value = float(np.nanmean([v for _, v in reports]))
                fails = not is_pruned and number % 11 == 7
                if is_pruned:
                    study.tell(trial, state=TrialState.PRUNED)
                elif fails:
                    study.tell(trial, state=TrialState.FAIL)
                else:
                    study.tell(trial, value)
                trials.append(
                    {
                        "reports": reports,
                        "decisions": decisions,
                        "end": "PRUNED" if is_pruned else "FAIL" if fails else "COMPLETE",
                        "value": value,
                    }
                )
            cases.append({"pruner": name, "direction": direction, "trials": trials})
    return cases


def wilcoxon_cases():
    import scipy.stats as ss

    rng = np.random.default_rng(8)
    cases = []
    for count in [2, 3, 5, 8, 13, 14, 20, 49, 50, 51, 80]:
        for digits in [0, 1, 9]:
            d = np.round(rng.normal(0.2, 1, count), digits)
            cases.append({"differences": d, "p": ss.wilcoxon(d, alternative="greater", zero_method="zsplit").pvalue})
    return cases


def bracket_cases():
    cases = []
    for name, low, high, eta in [("golden", 1, 20, 2), ("study", 1, 100, 3), ("näme", 2, 81, 3)]:
        pruner = optuna.pruners.HyperbandPruner(min_resource=low, max_resource=high, reduction_factor=eta)
        study = optuna.create_study(study_name=name, pruner=pruner)
        pruner._try_initialization(study)
        trials = [optuna.trial.FrozenTrial(n, TrialState.RUNNING, None, None, None, {}, {}, {}, {}, {}, n) for n in range(60)]
        cases.append(
            {
                "name": name, "min": low, "max": high, "factor": eta, "budgets": pruner._trial_allocation_budgets,
                "brackets": [pruner._get_bracket_id(study, t) for t in trials],
                "crc": binascii.crc32(name.encode()),
            }
        )
    return cases


def objective_cases():
    rng = np.random.default_rng(3)
    cases = []
    for dimensions in [1, 2, 3, 4, 5]:
        for count in [1, 4, 15, 30]:
            points = rng.uniform(0, 1, (count, dimensions)).round(2)
            points[: count // 4] = points[-(count // 4) :] if count >= 4 else points[: count // 4]
            reference = np.full(dimensions, 1.1)
            case = {
                "points": points, "reference": reference,
                "volume": compute_hypervolume(points, reference) if dimensions > 1 else 1.1 - points.min(),
                "ranks": _fast_non_domination_rank(points, n_below=count),
            }
            if dimensions > 1:
                # Subsets are chosen of points none of which beats another.
                sphere = np.abs(rng.normal(size=(count, dimensions)))
                front = 1 - sphere / np.linalg.norm(sphere, axis=1, keepdims=True)
                size = max(1, count // 3)
                case["front"] = front
                case["subset"] = sorted(_solve_hssp(front, np.arange(count), size, tpe._get_reference_point(front)).tolist())
            cases.append(case)
    return cases


def split_cases():
    """Which trials count as good: complete, pruned, infeasible, running; one objective and several."""
    rng = np.random.default_rng(4)
    cases = []
    for directions in [["minimize"], ["maximize"], ["minimize", "maximize"], ["minimize", "minimize", "maximize"]]:
        for count in [3, 12, 40]:
            study = optuna.create_study(directions=directions)
            trials = []
            for _ in range(count):
                kind = rng.choice(["COMPLETE", "PRUNED", "RUNNING", "FAIL"], p=[0.55, 0.25, 0.1, 0.1])
                if len(directions) > 1 and kind == "PRUNED":
                    kind = "COMPLETE"
                values = rng.normal(0, 1, len(directions)).round(1).tolist()
                reports = {}
                if kind == "PRUNED" and rng.uniform() < 0.8:
                    reports = {s: round(float(rng.normal()), 2) for s in range(int(rng.integers(1, 5)))}
                    if rng.uniform() < 0.2:
                        reports[max(reports)] = math.nan
                constraint = round(float(rng.normal(-0.5, 1)), 1) if kind in ("COMPLETE", "PRUNED") else None
                trials.append({"state": kind, "values": values, "reports": [[s, v] for s, v in reports.items()], "constraint": constraint})
                study.add_trial(
                    create_trial(
                        state=getattr(TrialState, kind), values=values if kind == "COMPLETE" else None,
                        intermediate_values=reports,
                        system_attrs={} if constraint is None else {"constraints:c": constraint},
                    )
                )
            used = [t for t in study.trials if t.state != TrialState.FAIL]
            n = sum(t.state != TrialState.RUNNING for t in used)
            good = (tpe.default_gamma if len(directions) == 1 else tpe.default_gamma_multiobjective)(n)
            for wanted in {good, min(n, good + 5), n}:
                below, above = tpe._split_trials(study, used, wanted)
                cases.append(
                    {
                        "directions": directions, "trials": trials, "wanted": wanted,
                        "below": [t.number for t in below], "above": [t.number for t in above],
                    }
                )
    return cases


def importance_cases():
    cases = []
    for quantile in [0.1, 0.3]:
        for direction in ["minimize", "maximize"]:
            study = optuna.create_study(direction=direction, sampler=optuna.samplers.RandomSampler(seed=2))

            def objective(trial):
                x = trial.suggest_float("x", -1, 1)
                y = trial.suggest_float("y", 1e-3, 1, log=True)
                k = trial.suggest_int("k", 1, 9)
                m = trial.suggest_int("m", 1, 200, log=True)
                s = trial.suggest_float("s", 0, 1, step=0.1)
                c = trial.suggest_categorical("c", ["a", "b", "c"])
                return 3 * x * x + 0.3 * math.log10(y) + 0.05 * k + (0.5 if c == "b" else 0) + 0 * m + 0.1 * s

            study.optimize(objective, n_trials=80)
            evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=quantile)
            values = evaluator.evaluate(study)
            cases.append(
                {
                    "direction": direction, "quantile": quantile, "importance": values,
                    "distributions": {n: json.loads(distribution_to_json(d)) for n, d in study.trials[0].distributions.items()},
                    "trials": [
                        {
                            "number": t.number, "state": "COMPLETE", "values": t.values, "params": t.params,
                        }
                        for t in study.trials
                    ],
                }
            )
    return cases


def sobol_cases():
    from scipy.stats import qmc

    return [{"points": qmc.Sobol(40, scramble=False, bits=30).random(64)[:, [0, 1, 2, 5, 11, 21, 39]]}]


if __name__ == "__main__":
    save("parzen4.json" if IS_4 else "parzen.json", parzen_cases())
    if IS_4:
        sys.exit()
    save("pruners.json", pruner_cases())
    save("wilcoxon.json", wilcoxon_cases())
    save("brackets.json", bracket_cases())
    save("objectives.json", objective_cases())
    save("splits.json", split_cases())
    save("importance.json", importance_cases())
    save("sobol.json", sobol_cases())
