#!/usr/bin/env python3
"""Makes the golden files of the tests with the original libraries; each file says which versions made it.

python3 -m venv venv && venv/bin/pip install numpy TA-Lib scikit-learn lightgbm xgboost
venv/bin/python Scripts/golden/make_golden.py            # all, or name some: features evaluation boosting objectives trees conformance calendar
"""
import json
import pathlib
import sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import numpy as np

TESTS = pathlib.Path(__file__).resolve().parents[2] / "Tests"


def save(path, content):
    def plain(value):
        if isinstance(value, np.ndarray):
            return [plain(v) for v in value]
        if isinstance(value, (float, np.floating)):
            return None if np.isnan(value) else float(value)
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
            return int(value)
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(v) for v in value]
        return value

    target = TESTS / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(plain(content)) + "\n")
    print(target.relative_to(TESTS.parent), target.stat().st_size, "bytes")


def features():
    import talib

    rng = np.random.default_rng(20)
    steps = rng.normal(0, 0.3, 400).round(2)
    steps[100:170] = 0  # long flat: every degenerate case of the indicators
    prices = np.round(200 + np.cumsum(steps), 2)
    sizes = rng.integers(1, 900, 400).astype(float)
    sizes[100:140] = 7
    columns = {
        "rsi_14": talib.RSI(prices, 14),
        "ema_5": talib.EMA(prices, 5),
        "ema_20": talib.EMA(prices, 20),
        "sma_20": talib.SMA(prices, 20),
        "williams_r": talib.WILLR(prices, prices, prices, 14),
        "price_min_10": talib.MIN(prices, 10),
        "price_max_10": talib.MAX(prices, 10),
    }
    columns["macd"], columns["macd_signal"], columns["macd_histogram"] = talib.MACD(prices, 12, 26, 9)
    columns["bb_upper"], columns["bb_middle"], columns["bb_lower"] = talib.BBANDS(prices, 20, 2, 2, 0)
    columns["stoch_k"], columns["stoch_d"] = talib.STOCH(prices, prices, prices, 14, 3, 0, 3, 0)
    windows = np.lib.stride_tricks.sliding_window_view
    for n in (5, 20):
        lead = np.full(n - 1, np.nan)
        columns[f"price_std_{n}"] = np.concatenate([lead, windows(prices, n).std(axis=1, ddof=1)])
        columns[f"volume_std_{n}"] = np.concatenate([lead, windows(sizes, n).std(axis=1, ddof=1)])
        total = windows(sizes, n).sum(axis=1)
        columns[f"vwap_{n}"] = np.concatenate([lead, (windows(prices * sizes, n).sum(axis=1)) / total])
        values = [
            0.0 if p.min() == p.max() or v.min() == v.max() else np.corrcoef(p, v)[0, 1]
            for p, v in zip(windows(prices, n), windows(sizes, n))
        ]
        columns[f"volume_price_correlation_{n}"] = np.concatenate([lead, values])
        returns = np.log(prices[1:] / prices[:-1])
        columns[f"volatility_{n}"] = np.concatenate([[np.nan], lead, windows(returns, n).std(axis=1, ddof=1)])
    made = f"TA-Lib {talib.__version__}, numpy {np.__version__}"
    save("FeaturesTests/Golden/indicators.json", {"made_by": made, "prices": prices, "sizes": sizes, "columns": columns})


def evaluation():
    import sklearn
    from sklearn import metrics

    rng = np.random.default_rng(21)
    n = 300
    binary = rng.integers(0, 2, n)
    score = np.round(rng.random(n) * 0.6 + binary * 0.3, 2)  # rounded: many ties
    weights = np.round(rng.random(n) * 3, 3)
    weights[:5] = 0
    classes = rng.integers(0, 4, n)
    predicted = np.where(rng.random(n) < 0.6, classes, rng.integers(0, 4, n))
    shares = rng.dirichlet(np.ones(4), n)
    truth = rng.normal(0, 1, n)
    guess = truth * 0.4 + rng.normal(0, 1, n)

    def scores(w):
        b = (score > 0.5).astype(int)
        return {
            "auc": metrics.roc_auc_score(binary, score, sample_weight=w),
            "log_loss": metrics.log_loss(binary, score, sample_weight=w),
            "accuracy": metrics.accuracy_score(binary, b, sample_weight=w),
            "precision": metrics.precision_score(binary, b, sample_weight=w),
            "recall": metrics.recall_score(binary, b, sample_weight=w),
            "f1": metrics.f1_score(binary, b, sample_weight=w),
            "multi_log_loss": metrics.log_loss(classes, shares, sample_weight=w),
            "multi_accuracy": metrics.accuracy_score(classes, predicted, sample_weight=w),
            "macro_precision": metrics.precision_score(classes, predicted, average="macro", sample_weight=w),
            "macro_recall": metrics.recall_score(classes, predicted, average="macro", sample_weight=w),
            "macro_f1": metrics.f1_score(classes, predicted, average="macro", sample_weight=w),
            "mse": metrics.mean_squared_error(truth, guess, sample_weight=w),
            "rmse": metrics.root_mean_squared_error(truth, guess, sample_weight=w),
            "mae": metrics.mean_absolute_error(truth, guess, sample_weight=w),
            "r2": metrics.r2_score(truth, guess, sample_weight=w),
        }

    save("EvaluationTests/Golden/metrics.json", {
        "made_by": f"scikit-learn {sklearn.__version__}", "binary": binary, "score": score, "weights": weights,
        "classes": classes, "predicted": predicted, "shares": shares.T.ravel(), "truth": truth, "guess": guess,
        "plain": scores(None), "weighted": scores(weights),
        "confusion": metrics.confusion_matrix(classes, predicted).ravel(),
    })


def objectives():
    import lightgbm
    import xgboost

    rng = np.random.default_rng(23)
    n = 800
    x = rng.normal(0, 1, (n, 3)).round(1)  # few enough values that a cut lies between any two in both libraries
    positive = np.exp(0.5 * x[:, 0] - 0.3 * x[:, 1] + rng.normal(0, 0.4, n)).round(4)
    share = (1 / (1 + np.exp(-x[:, 0] + 0.5 * rng.normal(0, 1, n)))).round(4)
    weights = np.round(rng.random(n) + 0.5, 3)
    content = {
        "made_by": f"lightgbm {lightgbm.__version__}, xgboost {xgboost.__version__}, numpy {np.__version__}",
        "columns": x.T, "positive": positive, "share": share, "weights": weights, "models": [],
    }
    for objective in ["huber", "fair", "poisson", "gamma", "tweedie", "cross_entropy"]:
        for weighted in [False, True]:  # the weighted ones with a limit of leaf values
            label = "share" if objective == "cross_entropy" else "positive"
            parameters = {
                "objective": objective, "verbosity": -1, "num_threads": 1, "num_leaves": 7, "min_data_in_leaf": 10,
                "max_delta_step": 0.5 if weighted else 0,
            }
            data = lightgbm.Dataset(x, share if label == "share" else positive, weight=weights if weighted else None)
            model = lightgbm.train(parameters, data, 10)
            content["models"].append({
                "library": "lightgbm", "objective": objective, "label": label, "weighted": weighted,
                "text": model.model_to_string(), "predictions": model.predict(x),
            })
    for objective in ["reg:pseudohubererror", "count:poisson", "reg:gamma", "reg:tweedie"]:
        data = xgboost.DMatrix(x, positive)
        model = xgboost.train({"objective": objective, "nthread": 1, "max_depth": 3, "tree_method": "hist"}, data, 10)
        content["models"].append({
            "library": "xgboost", "objective": objective, "label": "positive", "weighted": False,
            "text": model.save_raw("json").decode(), "predictions": np.asarray(model.predict(data), dtype=float),
        })
    save("BoostingTests/Golden/objectives.json", content)


def trees():
    """Splits by categories, and linear leaves."""
    import lightgbm
    import xgboost

    rng = np.random.default_rng(24)
    n = 3000
    many = np.minimum((rng.pareto(1.1, n) * 30).astype(int), 399)
    few = rng.integers(0, 3, n)
    x = np.column_stack([many, few, rng.normal(0, 1, (n, 2)).round(3)]).astype(float)
    score = np.sin(1.7 * many) + 0.8 * (few == 1) + 0.5 * x[:, 2]
    binary = (rng.random(n) < 1 / (1 + np.exp(-score))).astype(float)
    x[rng.random(n) < 0.04, 0] = np.nan
    real = (x[:, 2] * 2 + np.where(x[:, 3] > 0, x[:, 3], -2 * x[:, 2]) + rng.normal(0, 0.1, n)).round(4)
    rows = x[:60].copy()
    rows[:6, 0] = [np.nan, -1, 5000, 2.7, 399, -0.5]  # missing, negative, unseen and fractional categories
    rows[6:9, 1] = [np.nan, 7, -3]
    content = {
        "made_by": f"lightgbm {lightgbm.__version__}, xgboost {xgboost.__version__}, numpy {np.__version__}",
        "columns": x.T, "binary": binary, "real": real, "rows": rows, "models": [],
    }
    for name, label, extra, categorical in [
        ("categorical", "binary", {}, [0, 1]),
        ("categorical", "binary", {"cat_smooth": 2, "cat_l2": 1, "min_data_per_group": 20, "max_cat_threshold": 16,
                                   "max_cat_to_onehot": 3, "lambda_l1": 0.5}, [0, 1]),
        ("linear", "real", {"linear_tree": True, "linear_lambda": 0.01}, []),
        ("linear", "binary", {"linear_tree": True, "linear_lambda": 1.0}, []),
    ]:
        parameters = {
            "objective": "binary" if label == "binary" else "regression", "verbosity": -1, "num_threads": 1,
            "num_leaves": 15, "feature_pre_filter": False, **extra,
        }
        used = x if name == "categorical" else x[:, 2:]
        data = lightgbm.Dataset(
            used, binary if label == "binary" else real, categorical_feature=categorical, params=parameters)
        model = lightgbm.train(parameters, data, 12)
        asked = rows if name == "categorical" else rows[:, 2:]
        content["models"].append({
            "library": "lightgbm", "kind": name, "label": label, "parameters": {k: str(v) for k, v in extra.items()},
            "text": model.model_to_string(), "scores": model.predict(asked, raw_score=True),
            "train_scores": model.predict(used, raw_score=True),
        })
    types = ["c", "c", "float", "float"]
    data = xgboost.DMatrix(x, binary, feature_types=types, enable_categorical=True)
    model = xgboost.train({"objective": "binary:logistic", "nthread": 1, "tree_method": "hist", "max_depth": 4}, data, 12)
    known = rows.copy()
    # XGBoost refuses negative categories, and its sets know no unseen ones.
    known[(rows[:, 0] < 0) | (rows[:, 0] > 399), 0] = np.nan
    known[(rows[:, 1] < 0) | (rows[:, 1] > 2), 1] = np.nan
    asked = xgboost.DMatrix(known, feature_types=types, enable_categorical=True)
    content["models"].append({
        "library": "xgboost", "kind": "categorical", "label": "binary", "parameters": {},
        "text": model.save_raw("json").decode(), "rows": known,
        "scores": np.asarray(model.predict(asked, output_margin=True), dtype=float),
        "train_scores": np.asarray(model.predict(data, output_margin=True), dtype=float),
    })
    save("BoostingTests/Golden/trees.json", content)


def conformance():
    """What the conformance tests need beside the tables of scikit-learn and the originals' examples."""
    import lightgbm
    import sklearn
    from sklearn.datasets import load_iris, make_regression
    from sklearn.model_selection import train_test_split

    x, y = make_regression(n_samples=100, n_features=4, n_informative=2, random_state=42)
    iris, kinds = load_iris(return_X_y=True)
    parameters = {"objective": "multiclass", "num_class": 3, "verbosity": -1, "num_threads": 1, "num_leaves": 4,
                  "metric": ["auc_mu", "multi_error", "multi_logloss"], "multi_error_top_k": 2, "learning_rate": 0.3}
    weights = np.round(np.random.default_rng(25).random(150) + 0.5, 3)
    data = lightgbm.Dataset(iris[:, :1], kinds, weight=weights)  # one feature, so that something is left to be wrong
    values = {}
    model = lightgbm.train(parameters, data, 5, valid_sets=[data], callbacks=[lightgbm.record_evaluation(values)])
    metrics = {name: series[-1] for name, series in values["training"].items()}
    save("BoostingTests/Golden/conformance.json", {
        "made_by": f"lightgbm {lightgbm.__version__}, scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "regression": {"columns": x.T, "labels": y},
        "test_rows": {str(n): train_test_split(np.arange(n), test_size=0.1, random_state=42)[1]
                      for n in (569, 1797, 150, 100)},
        "multiclass": {"scores": model.predict(iris[:, :1], raw_score=True).T, "labels": kinds.astype(float),
                       "weights": weights, "metrics": metrics},
    })


def boosting():
    import lightgbm
    import xgboost

    rng = np.random.default_rng(22)
    n, f = 2000, 6
    x = rng.normal(0, 1, (n, f)).round(3)
    x[:, 4] = rng.integers(-3, 4, n)
    x[rng.random((n, f)) < 0.05] = np.nan
    z = np.nan_to_num(x)
    signal = z[:, 0] - 0.5 * z[:, 1] * z[:, 2] + 0.3 * (z[:, 4] > 0)
    binary = (rng.random(n) < 1 / (1 + np.exp(-signal))).astype(float)
    real = signal + rng.normal(0, 0.5, n)
    multi = np.digitize(real, [-0.7, 0.6]).astype(float)
    weights = np.round(rng.random(n) + 0.5, 3)
    rows = x[:50].copy()
    rows[:10] = np.nan  # missing at prediction, in features where it was and was not in training
    content = {
        "made_by": f"lightgbm {lightgbm.__version__}, xgboost {xgboost.__version__}, numpy {np.__version__}",
        "columns": x.T, "binary": binary, "real": real, "multi": multi, "weights": weights, "rows": rows, "models": [],
    }
    for name, label, objective, extra in [
        ("binary", binary, "binary", {}), ("real", real, "regression", {"lambda_l1": 0.5, "lambda_l2": 2.0}),
        ("multi", multi, "multiclass", {"num_class": 3}), ("binary", binary, "binary", {"max_depth": 3, "max_bin": 15}),
        ("weighted", binary, "binary", {"min_gain_to_split": 0.5, "min_data_in_leaf": 50}),
    ]:
        parameters = {"objective": objective, "verbosity": -1, "num_threads": 1, "num_leaves": 15, **extra}
        data = lightgbm.Dataset(x, label, weight=weights if name == "weighted" else None, params=parameters)
        model = lightgbm.train(parameters, data, 20)
        content["models"].append({
            "library": "lightgbm", "label": "binary" if name == "weighted" else name, "weighted": name == "weighted",
            "parameters": extra, "text": model.model_to_string(),
            "scores": np.asarray(model.predict(rows, raw_score=True)).reshape(len(rows), -1).T.ravel(),
            "train_scores": np.asarray(model.predict(x, raw_score=True)).reshape(n, -1).T.ravel(),
        })
    for name, label, objective, extra in [
        ("binary", binary, "binary:logistic", {}), ("real", real, "reg:squarederror", {"gamma": 0.1}),
        ("multi", multi, "multi:softprob", {"num_class": 3}),
    ]:
        parameters = {"objective": objective, "nthread": 1, "max_depth": 4, "tree_method": "hist", **extra}
        data = xgboost.DMatrix(x, label)
        model = xgboost.train(parameters, data, 10)
        text = model.save_raw("json").decode()
        content["models"].append({
            "library": "xgboost", "label": name, "weighted": False, "parameters": extra, "text": text,
            "scores": np.asarray(model.predict(xgboost.DMatrix(rows), output_margin=True), dtype=float)
            .reshape(len(rows), -1).T.ravel(),
            "train_scores": np.asarray(model.predict(data, output_margin=True), dtype=float).reshape(n, -1).T.ravel(),
        })
    save("BoostingTests/Golden/originals.json", content)


def calendar():
    rows = []
    for zone in ("Asia/Kolkata", "America/New_York", "Europe/London", "Australia/Lord_Howe"):
        for year in (1995, 2006, 2013, 2021, 2024, 2037):
            for month in range(1, 13):
                for day, hour in ((1, 3), (10, 6), (14, 7), (29, 1), (28, 22)):
                    if month == 2 and day > 28:
                        continue
                    instant = datetime(year, month, day, hour, 59, 59, tzinfo=timezone.utc)
                    local = instant.astimezone(ZoneInfo(zone))
                    rows.append([zone, int(instant.timestamp()), local.hour, local.minute, local.weekday(), local.day])
    save("TickDataTests/Golden/zones.json", {"made_by": f"Python {sys.version.split()[0]} zoneinfo", "rows": rows})


if __name__ == "__main__":
    makers = {"features": features, "evaluation": evaluation, "boosting": boosting, "objectives": objectives, "trees": trees,
              "conformance": conformance,
              "calendar": calendar}
    for wanted in sys.argv[1:] or makers:
        makers[wanted]()
