#!/usr/bin/env python3
"""Moves studies between TickBoost's exports and any storage of Optuna.

python3 -m venv venv && venv/bin/pip install optuna
venv/bin/python Scripts/optuna_exchange.py import study.json sqlite:///studies.db   # an export into a storage
venv/bin/python Scripts/optuna_exchange.py export sqlite:///studies.db NAME study.json

A storage is a URL of a database, or the path of an Optuna journal, `journal:FILE`. Scripts/optuna_exchange.py check shows
that a study of every kind of parameter comes back as it went.
"""
import json
import math
import sys
from datetime import datetime

import optuna
from optuna.distributions import distribution_to_json, json_to_distribution
from optuna.trial import TrialState

STATES = {"COMPLETE": TrialState.COMPLETE, "PRUNED": TrialState.PRUNED, "FAIL": TrialState.FAIL}


def storage_of(text):
    if text.startswith("journal:"):
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend

        return JournalStorage(JournalFileBackend(text[len("journal:") :]))
    return text


def seconds(moment):
    return None if moment is None else moment.timestamp()


def moment(seconds):
    return None if seconds is None else datetime.fromtimestamp(seconds)


def import_study(content, storage):
    study = optuna.create_study(
        study_name=content["study_name"], directions=content["directions"], storage=storage, load_if_exists=True
    )
    for trial in content["trials"]:
        if trial["state"] not in STATES:
            continue
        frozen = optuna.trial.create_trial(
            state=STATES[trial["state"]],
            values=trial["values"] if trial["state"] != "FAIL" else None,
            params=trial["params"],
            distributions={k: json_to_distribution(json.dumps(v)) for k, v in trial["distributions"].items()},
            intermediate_values={int(k): v for k, v in trial["intermediate_values"].items()},
            user_attrs=trial["user_attrs"],
            system_attrs={f"constraints:{k}": v for k, v in trial.get("constraints", {}).items()},
        )
        frozen.datetime_start = moment(trial["datetime_start"])
        frozen.datetime_complete = moment(trial["datetime_complete"])
        study.add_trial(frozen)
    return study


def export_study(study):
    trials = []
    for t in study.get_trials(deepcopy=False):
        if t.state.name not in STATES:
            continue
        constraints = {k[len("constraints:") :]: v for k, v in t.system_attrs.items() if k.startswith("constraints:")}
        # Choices that are None and attributes that are not plain have no counterpart.
        attributes = {k: v for k, v in t.user_attrs.items() if isinstance(v, (bool, int, float, str))}
        trials.append(
            {
                "number": t.number, "state": t.state.name, "values": t.values,
                "datetime_start": seconds(t.datetime_start), "datetime_complete": seconds(t.datetime_complete),
                "params": t.params,
                "distributions": {k: json.loads(distribution_to_json(d)) for k, d in t.distributions.items()},
                "intermediate_values": {str(k): v for k, v in t.intermediate_values.items()},
                "user_attrs": attributes, "constraints": constraints,
            }
        )
    return {"study_name": study.study_name, "directions": [d.name.lower() for d in study.directions], "trials": trials}


def check():
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def objective(trial):
        x = trial.suggest_float("x", -1, 1) + trial.suggest_float("r", 1e-3, 1, log=True)
        x += trial.suggest_float("s", 0, 1, step=0.25) + trial.suggest_int("n", 1, 9) + trial.suggest_int("m", 1, 64, log=True)
        trial.suggest_categorical("c", ["a", 1, 2.5, True])
        trial.set_user_attr("note", "kept")
        trial.report(x if trial.number else math.inf, 0)
        if trial.number == 3:
            raise optuna.TrialPruned()
        return x

    first = optuna.create_study(study_name="check")
    first.optimize(objective, n_trials=8)
    content = json.loads(json.dumps(export_study(first)))
    again = export_study(import_study(content, None))
    assert again == content, "the study came back changed"
    print("optuna_exchange: a study of 8 trials came back as it went")


def main(arguments):
    if arguments[:1] == ["check"]:
        check()
    elif arguments[:1] == ["import"] and len(arguments) == 3:
        with open(arguments[1], encoding="utf-8") as file:
            study = import_study(json.load(file), storage_of(arguments[2]))
        print(f"optuna_exchange: {len(study.trials)} trials in '{study.study_name}'")
    elif arguments[:1] == ["export"] and len(arguments) == 4:
        study = optuna.load_study(study_name=arguments[2], storage=storage_of(arguments[1]))
        with open(arguments[3], "w", encoding="utf-8") as file:
            json.dump(export_study(study), file)
        print(f"optuna_exchange: {len(study.trials)} trials to {arguments[3]}")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
