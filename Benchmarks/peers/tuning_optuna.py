#!/usr/bin/env python3
"""The table of `benchmarks tuning` for Optuna: the same functions, seeds, trials and quartiles.

python3 -m venv venv && venv/bin/pip install optuna
venv/bin/python Benchmarks/peers/tuning_optuna.py [--seeds 50] [--trials 50] [--timed 1000,10000] [--samplers random,tpe,tpe4]
"""
import argparse
import math
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
ALPHA = [1.0, 1.2, 3.0, 3.2]
A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def branin(x):
    a, b = x[0] * 15 - 5, x[1] * 15
    return (b - 5.1 / (4 * math.pi**2) * a * a + 5 / math.pi * a - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10


def hartmann(x):
    return -sum(ALPHA[i] * math.exp(-sum(A[i][k] * (x[k] - P[i][k]) ** 2 for k in range(6))) for i in range(4))


def rosenbrock(x):
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(4))


def ackley(x):
    squares = sum(v * v for v in x) / 5
    waves = sum(math.cos(2 * math.pi * v) for v in x) / 5
    return -20 * math.exp(-0.2 * math.sqrt(squares)) - math.exp(waves) + 20 + math.e


def styblinski(x):
    return sum(v**4 - 16 * v * v + 5 * v for v in x) / 2


FUNCTIONS = [
    ("branin", 2, 0, 1, branin), ("hartmann6", 6, 0, 1, hartmann), ("rosenbrock5", 5, -5, 10, rosenbrock),
    ("ackley5", 5, -32.768, 32.768, ackley), ("styblinski5", 5, -5, 5, styblinski),
]
SAMPLERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "tpe4": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=False, constant_liar=False),
    "cma": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
}


def run(function, sampler, trials):
    _, count, low, high, formula = function
    study = optuna.create_study(sampler=sampler)
    study.optimize(lambda t: formula([t.suggest_float(f"x{i}", low, high) for i in range(count)]), n_trials=trials)
    return study.best_value


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--timed", default="1000,10000")
    parser.add_argument("--samplers", default="random,tpe,tpe4")
    options = parser.parse_args()
    print("optuna", optuna.__version__)
    for function in FUNCTIONS:
        for name in options.samplers.split(","):
            found = sorted(run(function, SAMPLERS[name](seed), options.trials) for seed in range(options.seeds))
            quartiles = [found[int(q * (len(found) - 1))] for q in (0.5, 0.25, 0.75)]
            print(f"{function[0]:18}{name:10}" + "".join(f"{q:<16.5f}" for q in quartiles))
    for count in [int(c) for c in options.timed.split(",") if c]:
        start = time.perf_counter()
        run(FUNCTIONS[2], optuna.samplers.TPESampler(seed=0), count)
        print(f"{count} trials of TPE, 5 parameters: {time.perf_counter() - start:.2f} s")
