"""Optuna and LightGBM search the options of a model on tables that `benchmarks search` has made; prints one line of JSON.

python3 search_lightgbm.py --table FOLDER --trials 50 --rounds 100 --patience 20 --seed 0 --threads 2
FOLDER holds train.npy, test.npy and outer.npy, each beside its -labels.npy, all float32. One Dataset serves all trials, the median
pruner looks after every round, and the ranges are those of TickBoost's SearchSpace.lightGBM.
"""
import argparse
import json
import os
import resource
import time

parser = argparse.ArgumentParser()
parser.add_argument("--table", required=True)
parser.add_argument("--trials", type=int, default=50)
parser.add_argument("--rounds", type=int, default=100)
parser.add_argument("--patience", type=int, default=20)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(args.threads)

import lightgbm
import numpy as np
import optuna
from scipy.stats import rankdata


def load(name):
    return np.load(os.path.join(args.table, name + ".npy"))


x, y, test, test_labels = load("train"), load("train-labels"), load("test"), load("test-labels")
optuna.logging.set_verbosity(optuna.logging.WARNING)
start = time.perf_counter()
settings = {"verbosity": -1, "num_threads": args.threads, "feature_pre_filter": False}
train = lightgbm.Dataset(x, y, params=settings, free_raw_data=False).construct()
valid = lightgbm.Dataset(test, test_labels, reference=train, params=settings, free_raw_data=False).construct()
binned = time.perf_counter() - start
rounds = 0
best = None


def objective(trial):
    params = settings | {
        "objective": "binary", "metric": "auc",
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
        "num_leaves": trial.suggest_int("num_leaves", 2, 256),
        "min_child_samples": trial.suggest_int("min_child_samples", 5, 100),
        "feature_fraction": trial.suggest_float("feature_fraction", 0.4, 1),
        "bagging_fraction": trial.suggest_float("bagging_fraction", 0.4, 1),
        "bagging_freq": trial.suggest_int("bagging_freq", 1, 7),
        "lambda_l1": trial.suggest_float("lambda_l1", 1e-8, 10, log=True),
        "lambda_l2": trial.suggest_float("lambda_l2", 1e-8, 10, log=True),
    }

    def after_round(env):
        global rounds
        rounds += 1
        trial.report(env.evaluation_result_list[0][2], step=env.iteration + 1)
        if trial.should_prune():
            raise optuna.TrialPruned()

    booster = lightgbm.train(
        params, train, args.rounds, valid_sets=[valid],
        callbacks=[after_round, lightgbm.early_stopping(args.patience, verbose=False)])
    global best
    score = booster.best_score["valid_0"]["auc"]
    if best is None or score > best[0]:
        best = (score, booster)
    return score


study = optuna.create_study(
    direction="maximize", sampler=optuna.samplers.TPESampler(seed=args.seed), pruner=optuna.pruners.MedianPruner())
study.optimize(objective, n_trials=args.trials)
seconds = time.perf_counter() - start
outer, labels = load("outer"), load("outer-labels") > 0
ranks = rankdata(best[1].predict(outer, num_threads=args.threads))
positives = labels.sum()
tested = (ranks[labels].sum() - positives * (positives + 1) / 2) / (positives * (len(labels) - positives))
states = [trial.state.name for trial in study.trials]
print(json.dumps({
    "seconds": seconds, "tested": float(tested), "bin_seconds": binned, "best": study.best_value,
    "pruned": states.count("PRUNED"), "rounds": rounds,
    "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0,
    "versions": f"Optuna {optuna.__version__}, LightGBM {lightgbm.__version__}"}))
