#!/usr/bin/env python3
"""Makes the golden file of the candlestick patterns with TA-Lib; the file says which versions made it.

python3 -m venv venv && venv/bin/pip install numpy TA-Lib==0.8.2
venv/bin/python Scripts/golden/make_patterns.py

Prices are whole numbers of ticks, so the file is small and ties are many: price = ticks / ticks_per_unit. Short windows
are picked from long random series until every value that a pattern can have occurs; with windows whose last bit decides,
as TA-Lib rounds close + body · share once, and long series, whose running totals are far from their start.
Edits change one price of a window by as many ticks as it takes to change a result, and by one less: they hold the
conditions of the rules one by one.
"""
import json
import pathlib
from fractions import Fraction

import numpy as np
import talib
import talib.abstract

TARGET = pathlib.Path(__file__).resolve().parents[2] / "Tests/FeaturesTests/Golden/patterns.json"
NAMES = sorted(name for name in talib.get_functions() if name.startswith("CDL"))
BEFORE, AFTER = 22, 6
# Kinds of series: ticks per unit, first price in ticks, largest body, largest gap, share of dojis.
KINDS = [
    (100, 5000, 3, 2, 0.15),
    (10000, 30000, 6, 4, 0.1),
    (16, 1600, 8, 4, 0.2),
    (20, 4000, 25, 12, 0.08),
    (100, 9000, 9, 30, 0.15),
]


def walk(seed, count, kind):
    """Open, high, low, close in ticks; a tenth of the bars in flat stretches, bodies and shadows of mixed sizes."""
    per_unit, first, size, gap, doji = kind
    rng = np.random.default_rng(seed)
    scale = rng.choice([0.3, 1, 1, 2.5], count)
    body = np.rint(rng.integers(-size, size + 1, count) * scale).astype(int)
    body[rng.random(count) < doji] = 0
    jump = rng.integers(-gap, gap + 1, count) * (rng.random(count) < 0.5)
    flat = np.repeat(rng.random(count // 20 + 1) < 0.1, 20)[:count]
    body[flat] = 0
    jump[flat] = 0
    close = np.cumsum(body + jump)
    close += first - min(0, int(close.min()))
    open_ = close - body
    upper, lower = (rng.integers(0, size + 1, count) * rng.choice([0, 0, 1, 1, 2], count) * ~flat for _ in range(2))
    return np.stack([open_, np.maximum(open_, close) + upper, np.minimum(open_, close) - lower, close])


def results(name, ticks, per_unit, **parameters):
    return getattr(talib, name)(*(ticks / per_unit), **parameters)


def windows_for_every_value(pool):
    """Few short windows in which each pattern has each value that it has in the pool."""
    wanted, places = {}, {}
    for number, (kind, ticks) in enumerate(pool):
        for name in NAMES:
            values = results(name, ticks, kind[0])
            for value in set(values[values != 0].tolist()):
                found = [i for i in np.flatnonzero(values == value).tolist() if i >= BEFORE][:40]
                places.setdefault((name, value), []).extend((number, i) for i in found)
    wanted = {key for key, found in places.items() if found}
    chosen = []
    for key in sorted(wanted, key=lambda key: (len(places[key]), key)):  # Rare ones first: they come with common ones.
        if key not in wanted:
            continue
        for number, place in places[key]:
            kind, ticks = pool[number]
            window = ticks[:, place - BEFORE : place + AFTER]
            has = {(name, int(v)) for name in NAMES for v in np.unique(results(name, window, kind[0])) if v}
            if key in has:  # In the window totals start anew, so ties may fall otherwise.
                chosen.append((kind[0], window))
                wanted -= has
                break
    assert not wanted, wanted
    return chosen


def windows_rounded_once(pool):
    """Windows in which it decides a result that close + body · share is rounded once, one for each outcome."""
    rules = [("CDLMORNINGSTAR", 2, 0.3), ("CDLMORNINGDOJISTAR", 2, 0.3), ("CDLABANDONEDBABY", 2, 0.3)]
    chosen = []
    for name, back, share in rules:
        outcomes = set()
        for kind, ticks in pool:
            per_unit = kind[0]
            open_, high, low, close = ticks / per_unit
            first, body = close[:-back], np.abs(close - open_)[:-back]
            near = np.flatnonzero(np.abs(close[back:] - (first + body * share)) < 1e-9) + back
            for i in near[(near >= BEFORE) & (near < ticks.shape[1] - AFTER)].tolist():
                first, body = close[i - back], abs(close[i - back] - open_[i - back])
                once = float(Fraction(first) + Fraction(body) * Fraction(share))
                if close[i] not in (once, first + body * share) or once == first + body * share:
                    continue
                window = ticks[:, i - BEFORE : i + AFTER]
                raised = window.copy()
                raised[[1, 3], BEFORE] += 1
                value = int(results(name, window, per_unit)[BEFORE])
                if results(name, raised, per_unit)[BEFORE] == 100 and value not in outcomes:
                    outcomes.add(value)
                    chosen.append((per_unit, window))
        print(name, "rounded once:", sorted(outcomes))
    return chosen


def edits(name, windows):
    """Series, row, column, ticks, row of the result, result: for one occurrence of each value."""
    found, seen = [], set()
    for number, (per_unit, window) in enumerate(windows):
        values = results(name, window, per_unit)
        for place in np.flatnonzero(values).tolist():
            if int(values[place]) in seen:
                continue
            seen.add(int(values[place]))
            for row in range(place - 4, place + 1):
                for column, step in [(column, step) for column in range(4) for step in (1, -1)]:
                    last = int(values[place])
                    for count in range(1, 80):
                        edited = window.copy()
                        edited[column, row] += step * count
                        value = int(results(name, edited, per_unit)[place])
                        if value != last:
                            if count > 1:
                                found.append([number, row, column, int(edited[column, row]) - step, place, last])
                            found.append([number, row, column, int(edited[column, row]), place, value])
                            break
    return found


def main():
    pool = [(kind, walk(1000 + number, 150_000, kind)) for number, kind in enumerate(KINDS)]
    pool += [(kind, walk(2000 + number, 700_000, kind)) for number, kind in enumerate(KINDS)]
    windows = windows_for_every_value(pool) + windows_rounded_once(pool)
    print(len(windows), "windows")
    # Decimal ticks, whose sums are rounded, and sixteenths, whose sums are exact: both have ties, of two sorts.
    series = windows + [(kind[0], ticks[:, :length]) for (kind, ticks), length in zip(pool, (600, 400, 1500))]
    penetrations = {name: [None] for name in NAMES}
    for name in NAMES:
        if "penetration" in talib.abstract.Function(name).info["parameters"]:
            penetrations[name] += [0.0, 0.05, 1.0]
    content = {
        "made_by": f"TA-Lib {talib.__version__} (C {talib.__ta_version__.decode().split()[0]}), numpy {np.__version__}",
        "lookbacks": {name: talib.abstract.Function(name).lookback for name in NAMES},
        "series": [
            {"ticks_per_unit": per_unit, **dict(zip(("open", "high", "low", "close"), ticks.tolist()))}
            for per_unit, ticks in series
        ],
        "cases": [],
        "edits": {name: edits(name, windows) for name in NAMES},
    }
    for name in NAMES:
        for penetration in penetrations[name]:
            parameters = {} if penetration is None else {"penetration": penetration}
            signals = []  # Series, row, value of each result that is not 0.
            for number, (per_unit, ticks) in enumerate(series):
                values = results(name, ticks, per_unit, **parameters)
                signals += [[number, i, int(values[i])] for i in np.flatnonzero(values).tolist()]
            content["cases"].append({"name": name, "parameters": list(parameters.values()), "signals": signals})
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(content, separators=(",", ":")) + "\n")
    print(TARGET.name, TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
