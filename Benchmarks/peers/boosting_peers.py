"""Trains LightGBM or XGBoost on a table that `benchmarks boosting --write` saved; prints one line of JSON.

python3 boosting_peers.py --peer lightgbm --data table.bin --columns 64 --rows 200000 --threads 2
"""
import argparse
import json
import time

import numpy as np
from sklearn.metrics import log_loss, roc_auc_score

parser = argparse.ArgumentParser()
parser.add_argument("--peer", choices=["lightgbm", "xgboost"], required=True)
parser.add_argument("--data", required=True)
parser.add_argument("--rows", type=int, default=200_000)
parser.add_argument("--columns", type=int, default=64)
parser.add_argument("--rounds", type=int, default=100)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--max-bin", type=int)
args = parser.parse_args()

raw = np.fromfile(args.data, dtype=np.float64)
total = raw.size // (args.columns + 1)
x = raw[: total * args.columns].reshape(total, args.columns)
y = raw[total * args.columns:]
train_x, train_y = np.ascontiguousarray(x[: args.rows]), y[: args.rows]
test_x, test_y = np.ascontiguousarray(x[args.rows:]), y[args.rows:]

start = time.perf_counter()
if args.peer == "lightgbm":
    import lightgbm

    parameters = {
        "objective": "binary", "learning_rate": 0.1, "num_threads": args.threads, "verbosity": -1,
        "max_bin": args.max_bin or 255, "force_row_wise": True,
    }
    model = lightgbm.train(parameters, lightgbm.Dataset(train_x, train_y, params=parameters), args.rounds)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    scores = model.predict(test_x, num_threads=args.threads)
    version = lightgbm.__version__
else:
    import xgboost

    parameters = {
        "objective": "binary:logistic", "eta": 0.1, "nthread": args.threads, "tree_method": "hist",
        "max_bin": args.max_bin or 256,
    }
    data = xgboost.QuantileDMatrix(train_x, train_y, max_bin=args.max_bin or 256, nthread=args.threads)
    model = xgboost.train(parameters, data, args.rounds)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    scores = model.inplace_predict(test_x)
    version = xgboost.__version__
print(json.dumps({
    "peer": args.peer, "version": version, "train_seconds": seconds, "predict_seconds": time.perf_counter() - start,
    "auc": roc_auc_score(test_y, scores), "log_loss": log_loss(test_y, scores),
}))
