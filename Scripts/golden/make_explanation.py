#!/usr/bin/env python3
"""Golden numbers of explanations: permutation importance, clusters of columns, partial dependence.

Writes Tests/EvaluationTests/Golden/explanation.json. Needs scikit-learn 1.9.1, numpy and scipy in the Python that runs it:

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1
    venv/bin/python Scripts/golden/make_explanation.py
"""
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from scipy.stats import spearmanr
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence, permutation_importance

FILE = pathlib.Path(__file__).resolve().parents[2] / "Tests/EvaluationTests/Golden/explanation.json"
REPEATS = 4000


class Formula(RegressorMixin, BaseEstimator):
    """A model that needs no training: 2·x0 + x1·x2 − |x2|."""

    def fit(self, x, y=None):
        self.is_fitted_ = True
        return self

    def predict(self, x):
        return 2 * x[:, 0] + x[:, 1] * x[:, 2] - np.abs(x[:, 2])


def columns(x):
    return [[float(v) for v in column] for column in np.asarray(x).T]


def permutation(seed):
    r = np.random.default_rng(seed)
    x = np.round(r.normal(size=(40, 4)), 3)
    y = Formula().predict(x) + np.round(r.normal(size=40), 3)
    found = permutation_importance(Formula().fit(x), x, y, scoring="r2", n_repeats=REPEATS, random_state=seed)
    return {
        "columns": columns(x), "labels": y.tolist(), "repeats": REPEATS,
        "means": found.importances_mean.tolist(), "deviations": found.importances_std.tolist(),
    }


def clustering(seed):
    r = np.random.default_rng(seed)
    n = int(r.integers(5, 12))
    base = r.normal(size=(60, 3))
    x = base[:, r.integers(0, 3, n)] * r.choice([-1, 1], n) + r.normal(size=(60, n)) * r.uniform(0.1, 1.5, n)
    x = np.round(x, 2)
    rho = spearmanr(x).statistic
    out = {"columns": columns(x), "rho": rho.tolist()}
    for name, distance in (("absoluteCorrelation", 1 - np.abs(rho)), ("correlation", np.sqrt((1 - rho) / 2))):
        distance = (distance + distance.T) / 2
        np.fill_diagonal(distance, 0)
        z = linkage(squareform(distance, checks=False), method="average")
        cuts = [0.2, 0.5, 0.8]
        out[name] = {
            "linkage": z.tolist(), "cuts": cuts,
            "clusters": [fcluster(z, cut, criterion="distance").tolist() for cut in cuts],
        }
    return out


def dependence(seed):
    r = np.random.default_rng(seed)
    x = np.round(r.normal(size=(50, 3)), 2)
    x[:, 1] = np.round(x[:, 1])
    out = {"columns": columns(x), "found": []}
    for column in range(3):
        for resolution, percentiles in ((10, (0.05, 0.95)), (7, (0.1, 0.8)), (100, (0.0, 1.0))):
            found = partial_dependence(
                Formula().fit(x), x, [column], method="brute", kind="both", grid_resolution=resolution,
                percentiles=percentiles)
            out["found"].append({
                "column": column, "resolution": resolution, "percentiles": percentiles,
                "grid": found["grid_values"][0].tolist(), "average": found["average"][0].tolist(),
                "individual": found["individual"][0][:3].tolist(),
            })
    return out


FILE.write_text(json.dumps({
    "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
    "permutation": [permutation(seed) for seed in range(2)],
    "clustering": [clustering(seed) for seed in range(4)],
    "dependence": [dependence(seed) for seed in range(2)],
}) + "\n")
