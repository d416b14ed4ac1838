"""Loads models that `benchmarks boosting --model NAME` wrote with the original libraries and compares raw scores.

python3 check_models.py --data table.bin --columns 64 --rows 200000 --model NAME
"""
import argparse
import json
import os

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--rows", type=int, default=200_000)
parser.add_argument("--columns", type=int, default=64)
parser.add_argument("--model", required=True)
args = parser.parse_args()

raw = np.fromfile(args.data, dtype=np.float64)
total = raw.size // (args.columns + 1)
x = raw[: total * args.columns].reshape(total, args.columns)[args.rows:]
ours = np.fromfile(args.model + ".scores", dtype=np.float64)

import lightgbm

scores = lightgbm.Booster(model_file=args.model + ".txt").predict(x, raw_score=True)
report = {"lightgbm": lightgbm.__version__, "lightgbm_largest_difference": float(np.abs(scores - ours).max())}
if os.path.exists(args.model + ".json"):
    import xgboost

    model = xgboost.Booster(model_file=args.model + ".json")
    data = xgboost.DMatrix(x, feature_names=model.feature_names)
    scores = model.predict(data, output_margin=True).astype(float)
    report["xgboost"] = xgboost.__version__
    report["xgboost_largest_difference"] = float(np.abs(scores - ours).max())
print(json.dumps(report))
