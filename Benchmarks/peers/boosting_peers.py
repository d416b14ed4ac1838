"""Trains one of the originals on a table that `benchmarks boosting` has made; prints one line of JSON.

python3 boosting_peers.py --peer xgboost-leafwise --table FOLDER --rounds 100 --threads 2
FOLDER holds train.npy, train-labels.npy, test.npy and test-labels.npy, all float32.
"""
import argparse
import json
import os
import resource
import time

parser = argparse.ArgumentParser()
parser.add_argument("--peer", required=True, choices=[
    "lightgbm", "lightgbm-quantized", "xgboost-leafwise", "xgboost-levelwise", "hessboost-leafwise",
    "hessboost-levelwise"])
parser.add_argument("--table", required=True)
parser.add_argument("--rounds", type=int, default=100)
parser.add_argument("--leaves", type=int, default=63)
parser.add_argument("--depth", type=int, default=6)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()
for name in ("OMP_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = str(args.threads)

import numpy as np


def load(name, **options):
    return np.load(os.path.join(args.table, name + ".npy"), **options)


def area_under_curve(scores, labels):
    # Ranks of equal scores are averaged.
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = labels.sum()
    return (ranks[labels > 0].sum() - positives * (positives + 1) / 2) / (positives * (len(labels) - positives))


x, y = load("train", mmap_mode="r"), load("train-labels")
library, _, mode = args.peer.partition("-")
clock = time.perf_counter
if library == "lightgbm":
    import lightgbm

    version = lightgbm.__version__
    options = {
        "objective": "binary", "learning_rate": 0.1, "num_leaves": args.leaves, "max_bin": 255, "verbosity": -1,
        "num_threads": args.threads, "force_row_wise": True, "use_quantized_grad": mode == "quantized",
    }
    start = clock()
    data = lightgbm.Dataset(x, y, params=options)
    data.construct()
    bin_seconds = clock() - start
    start = clock()
    model = lightgbm.train(options, data, args.rounds)
    train_seconds = clock() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    test = load("test")
    start = clock()
    scores = model.predict(test, num_threads=args.threads)
    predict_seconds = clock() - start
else:
    options = {
        "objective": "binary:logistic", "eta": 0.1, "max_bin": 256, "nthread": args.threads, "tree_method": "hist",
        "reg_lambda": 0, "min_child_weight": 1e-3,
    }
    if mode == "leafwise":
        options.update(grow_policy="lossguide", max_leaves=args.leaves, max_depth=0)
    else:
        options.update(grow_policy="depthwise", max_depth=args.depth)
    if library == "xgboost":
        import xgboost as original

        start = clock()
        data = original.QuantileDMatrix(x, y, max_bin=256, nthread=args.threads)
    else:
        import hessboost as original

        start = clock()
        data = original.DMatrix(np.asarray(x), y)
    version = original.__version__
    bin_seconds = clock() - start
    start = clock()
    model = original.train(options, data, args.rounds)
    train_seconds = clock() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    test = load("test")
    asked = test if library == "xgboost" else original.DMatrix(test)
    start = clock()
    scores = model.inplace_predict(asked) if library == "xgboost" else model.predict(asked)
    predict_seconds = clock() - start
print(json.dumps({
    "trainer": args.peer, "version": version, "bin_seconds": bin_seconds, "train_seconds": train_seconds,
    "peak_memory_bytes": peak * 1024, "predict_seconds": predict_seconds,
    "auc": float(area_under_curve(np.asarray(scores, dtype=np.float64).ravel(), load("test-labels"))),
}))
