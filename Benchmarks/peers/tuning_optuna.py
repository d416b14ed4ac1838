#!/usr/bin/env python3
"""Our samplers and Optuna's side by side: medians of the best of some trials over seeds, and whether they differ.

python3 -m venv venv && venv/bin/pip install optuna==5.0.0 scipy
venv/bin/python Benchmarks/peers/tuning_optuna.py --program .build/release/benchmarks [--data FOLDER] [--seeds 50]
    [--trials 50] [--samplers tpe] [--timed 1000,10000] [--timed-only]

Both search in the very same functions: Optuna asks `benchmarks tuning-objective` for every value. FOLDER holds LightGBM's example
of two classes (lightgbm/binary.train.gz, binary.test.gz) and the electricity market (electricity/elecNormNew.csv.gz); without it
two problems of boosting are left out. `tpe4` wants optuna==4.5.0, whose kernels are others. p is of the Mann-Whitney test; p(worse) is that of ours being no larger: small is bad.
"""
import argparse
import json
import statistics
import subprocess
import time

import optuna
from optuna.distributions import json_to_distribution
from scipy.stats import mannwhitneyu

optuna.logging.set_verbosity(optuna.logging.ERROR)
SAMPLERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "tpe4": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=False, constant_liar=False),
    "cma": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
}


def suggest(trial, name, d):
    if isinstance(d, optuna.distributions.FloatDistribution):
        return trial.suggest_float(name, d.low, d.high, step=d.step, log=d.log)
    return trial.suggest_int(name, d.low, d.high, step=d.step, log=d.log)


class Problems:
    """The objectives, which our program computes."""

    def __init__(self, program, data):
        self.process = subprocess.Popen(
            [program, "tuning-objective", *data], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.spaces = {
            problem: {name: json_to_distribution(json.dumps(d)) for name, d in space.items()}
            for problem, space in json.loads(self.process.stdout.readline()).items()
        }

    def value(self, problem, values):
        self.process.stdin.write(json.dumps({"problem": problem, "values": values}) + "\n")
        return float(self.process.stdout.readline())

    def best(self, problem, sampler, trials):
        def objective(trial):
            return self.value(problem, {name: suggest(trial, name, d) for name, d in self.spaces[problem].items()})

        study = optuna.create_study(sampler=sampler)
        study.optimize(objective, n_trials=trials)
        return study.best_value


def ours(options, data):
    """The bests of our program, by problem and sampler."""
    arguments = [
        options.program, "tuning", "--bests", "--seeds", str(options.seeds), "--trials", str(options.trials), "--timed", "",
        "--samplers", options.samplers, *data,
    ]
    lines = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.splitlines()
    return {tuple(line.split()[:2]): [float(v) for v in line.split()[2:]] for line in lines}


def compare(options):
    data = ["--data", options.data] if options.data else []
    mine = ours(options, data)
    problems = Problems(options.program, data)
    print(f"{'problem':22}{'sampler':9}{'ours':>12}{'Optuna':>12}{'p':>9}{'p(worse)':>10}")
    for problem in problems.spaces:
        for name in options.samplers.split(","):
            theirs = [problems.best(problem, SAMPLERS[name](seed), options.trials) for seed in range(options.seeds)]
            own = mine[problem, name]
            both = mannwhitneyu(own, theirs).pvalue
            worse = mannwhitneyu(own, theirs, alternative="greater").pvalue
            print(
                f"{problem:22}{name:9}{statistics.median(own):12.5f}{statistics.median(theirs):12.5f}{both:9.3f}{worse:10.3f}",
                flush=True)


def rosenbrock(trial):
    x = [trial.suggest_float(f"x{i}", -5, 10) for i in range(5)]
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(4))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=".build/release/benchmarks")
    parser.add_argument("--data")
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--samplers", default="tpe")
    parser.add_argument("--timed", default="1000,10000")
    parser.add_argument("--timed-only", action="store_true")
    options = parser.parse_args()
    print("optuna", optuna.__version__, flush=True)
    if not options.timed_only:
        compare(options)
    # Without our program in between: what is timed is Optuna and nothing else.
    for count in [int(c) for c in options.timed.split(",") if c]:
        start, work = time.perf_counter(), time.process_time()
        optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0)).optimize(rosenbrock, n_trials=count)
        print(
            f"{count} trials of TPE, 5 parameters: {time.perf_counter() - start:.2f} s, "
            f"{time.process_time() - work:.2f} s of the processor", flush=True)
