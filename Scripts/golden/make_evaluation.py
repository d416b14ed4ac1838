#!/usr/bin/env python3
"""Golden numbers of scores, splits, calibration and return statistics, from their originals.

Writes Tests/EvaluationTests/Golden/{scores,originals}.json. Needs scikit-learn 1.9.1, skfolio 1.12.2, empyrical-reloaded 0.7.1,
numpy and scipy in the Python that runs it:

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 skfolio==1.12.2 empyrical-reloaded==0.7.1
    venv/bin/python Scripts/golden/make_evaluation.py
"""
import json
import pathlib
import warnings

import empyrical
import numpy as np
import skfolio
import sklearn
from sklearn import metrics as m
from sklearn.calibration import _SigmoidCalibration, calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import TimeSeriesSplit
from skfolio.model_selection import CombinatorialPurgedCV

warnings.filterwarnings("ignore")
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/EvaluationTests/Golden"


def plain(value):
    """A value as JSON takes it: NaN as null, infinities as texts."""
    if value is None:
        return None
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, (np.integer, int)) and not isinstance(value, bool):
        return int(value)
    value = float(value)
    if np.isnan(value):
        return None
    return value if np.isfinite(value) else ("inf" if value > 0 else "-inf")


def case(seed):
    """One random case: ties in scores and weights, some weights 0, three or four classes, all of which occur."""
    r = np.random.default_rng(seed)
    n = int(r.integers(8, 30))
    classes = int(r.integers(3, 5))
    digits = int(r.integers(1, 4))
    w = np.round(r.uniform(0.1, 2, n), 1)
    if seed % 3 == 0:
        w[r.integers(0, n, 2)] = 0
    use = w if seed % 2 else None
    y = r.integers(0, 2, n)
    y[:2] = [0, 1]
    s = np.round(r.uniform(0, 1, n), digits)
    k = r.integers(0, classes, n)
    k[:classes] = np.arange(classes)
    w[:classes] = np.maximum(w[:classes], 0.3)
    # Counts of 64: exact in binary, and each row sums to 1.
    onehot = np.array([r.multinomial(64, share) for share in r.dirichlet(np.ones(classes), n)]) / 64
    g = r.integers(0, classes, n)
    t = np.round(r.normal(size=n), 2)
    p = np.round(t + r.normal(size=n), 2)
    fpr, tpr, thr = m.roc_curve(y, s, sample_weight=use)
    fpr2, tpr2, thr2 = m.roc_curve(y, s, sample_weight=use, drop_intermediate=False)
    pr, rc, pt = m.precision_recall_curve(y, s, sample_weight=use)
    out = {
        "auc": m.roc_auc_score(y, s, sample_weight=use),
        "average_precision": m.average_precision_score(y, s, sample_weight=use),
        "brier": m.brier_score_loss(y, s, sample_weight=use),
        "brier_multi": m.brier_score_loss(k, onehot, sample_weight=use),
        "balanced": m.balanced_accuracy_score(k, g, sample_weight=use),
        "balanced_adjusted": m.balanced_accuracy_score(k, g, sample_weight=use, adjusted=True),
        "mcc": m.matthews_corrcoef(k, g, sample_weight=use),
        "kappa": m.cohen_kappa_score(k, g, sample_weight=use),
        "fbeta": m.fbeta_score(k, g, beta=0.5, labels=[1], average=None, sample_weight=use, zero_division=0)[0],
        "weighted_precision": m.precision_score(k, g, average="weighted", sample_weight=use, zero_division=0),
        "weighted_recall": m.recall_score(k, g, average="weighted", sample_weight=use, zero_division=0),
        "weighted_f1": m.f1_score(k, g, average="weighted", sample_weight=use, zero_division=0),
        "ovr": m.roc_auc_score(k, onehot, multi_class="ovr", sample_weight=use),
        "ovr_weighted": m.roc_auc_score(k, onehot, multi_class="ovr", average="weighted", sample_weight=use),
        "ovo": m.roc_auc_score(k, onehot, multi_class="ovo"),
        "ovo_weighted": m.roc_auc_score(k, onehot, multi_class="ovo", average="weighted"),
        "top2": m.top_k_accuracy_score(k, onehot, k=2, sample_weight=use, labels=np.arange(classes)),
        "pinball": m.mean_pinball_loss(t, p, alpha=0.9, sample_weight=use),
        "mape": m.mean_absolute_percentage_error(t, p, sample_weight=use),
        "max_error": m.max_error(t, p),
        "median_ae": m.median_absolute_error(t, p, sample_weight=use),
        "explained": m.explained_variance_score(t, p, sample_weight=use),
    }
    curves = {"fpr": fpr, "tpr": tpr, "thr": thr[1:], "fpr2": fpr2, "tpr2": tpr2, "thr2": thr2[1:], "precision": pr, "recall": rc, "pr_thr": pt}
    return {
        "weighted": seed % 2, "w": w, "y": y, "s": s, "classes": classes, "k": k, "g": g, "shares": onehot.T.ravel(), "t": t, "p": p,
        "scores": out, "curves": curves if seed % 5 < 2 else None,
    }


def splits():
    found = []
    for n, folds, tests, purge, embargo in [(12, 3, 2, 0, 0), (12, 3, 2, 1, 1), (60, 6, 2, 2, 1), (60, 6, 3, 1, 0), (40, 5, 2, 3, 2)]:
        cv = CombinatorialPurgedCV(n_folds=folds, n_test_folds=tests, purged_size=purge, embargo_size=embargo)
        found.append({
            "rows": n, "folds": folds, "test_folds": tests, "purge": purge, "embargo": embargo,
            "train": [train for train, _ in cv.split(np.zeros((n, 1)))],
            "test": [np.sort(np.concatenate(test)) for _, test in cv.split(np.zeros((n, 1)))],
            "paths": cv.recombined_paths.T,
        })
    ordered = [{"rows": n, "folds": f, "gap": g, "train": [a for a, _ in TimeSeriesSplit(f, gap=g).split(np.zeros(n))],
                "test": [b for _, b in TimeSeriesSplit(f, gap=g).split(np.zeros(n))]} for n, f, g in [(12, 3, 0), (24, 5, 2), (30, 4, 1)]]
    return {"combinatorial": found, "ordered": ordered}


def calibration():
    r = np.random.default_rng(7)
    x = np.round(r.normal(size=80), 2)
    y = (r.uniform(size=80) < 1 / (1 + np.exp(-2 * x))).astype(float)
    w = np.round(r.uniform(0.2, 2, 80), 1)
    platt = _SigmoidCalibration().fit(x, y)
    platt_w = _SigmoidCalibration().fit(x, y, w)
    grid = np.linspace(-4, 4, 41)
    iso = IsotonicRegression(out_of_bounds="clip").fit(x, y)
    iso_w = IsotonicRegression(out_of_bounds="clip").fit(x, y, w)
    q = np.round(r.uniform(size=80), 2)
    uniform = calibration_curve(y, q, n_bins=8)
    quantile = calibration_curve(y, q, n_bins=8, strategy="quantile")
    return {
        "x": x, "y": y, "w": w, "grid": grid, "platt": platt.predict(grid), "platt_w": platt_w.predict(grid),
        "isotonic": iso.predict(grid), "isotonic_w": iso_w.predict(grid), "q": q,
        "uniform": uniform, "quantile": quantile,
    }


def returns():
    mixed = np.array([np.nan, 1.0, 10.0, -4.0, 2.0, 3.0, 2.0, 1.0, -10.0]) / 100
    benchmark = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]) / 100
    r = np.random.default_rng(3)
    long = np.round(r.normal(0.0005, 0.01, 300), 6)
    other = np.round(0.5 * long + r.normal(0, 0.008, 300), 6)
    def all_of(x, b):
        a, be = empyrical.alpha_beta_aligned(x, b)
        return {
            "total": empyrical.cum_returns_final(x), "annual": empyrical.annual_return(x), "volatility": empyrical.annual_volatility(x),
            "sharpe": empyrical.sharpe_ratio(x), "sharpe_rf": empyrical.sharpe_ratio(x, 0.001), "sortino": empyrical.sortino_ratio(x),
            "downside": empyrical.downside_risk(x), "drawdown": empyrical.max_drawdown(x), "calmar": empyrical.calmar_ratio(x),
            "omega": empyrical.omega_ratio(x), "tail": empyrical.tail_ratio(x), "var": empyrical.value_at_risk(x[~np.isnan(x)]),
            "cvar": empyrical.conditional_value_at_risk(x[~np.isnan(x)]), "stability": empyrical.stability_of_timeseries(x),
            "alpha": a, "beta": be,
        }
    return [{"returns": x, "benchmark": b, "found": all_of(x, b)} for x, b in [(mixed, benchmark), (long, other)]]


def main():
    versions = {"scikit-learn": sklearn.__version__, "skfolio": skfolio.__version__, "empyrical-reloaded": empyrical.__version__}
    def write(name, content):
        text = json.dumps(content, separators=(",", ":"))
        (FOLDER / name).write_text(text + "\n")
        print(name, len(text), "bytes")
    write("scores.json", {"versions": versions, "cases": plain([case(seed) for seed in range(200)])})
    write("originals.json", {"versions": versions, "splits": plain(splits()), "calibration": plain(calibration()), "returns": plain(returns())})


main()
