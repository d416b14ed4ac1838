#!/usr/bin/env python3
"""Makes Tests/FeaturesTests/Golden/talib.json: every TA-Lib function but the patterns over six made series.

Usage: make_indicators.py [FILE]. Needs numpy and TA-Lib (the wheel of 0.8.2 made the file in the repository): Scripts/peers
installs both. The file holds the series and, for each function and set of parameters, the results as base64 of
little-endian doubles; integers are written as doubles, and what precedes the look-back as NaN.
"""

import base64
import json
import sys

import numpy as np
import talib
from talib import abstract

ROWS = 170
# Parameters besides the defaults: other periods, the smallest allowed, and every kind of average.
EXTRA = {
    "MA": [[n, t] for t in range(14) for n in (1, 2, 7) if t not in (7, 10, 11)] + [[5, 7]],
    "EMA": [[1], [2], [5]], "RMA": [[1], [3]], "SMA": [[1], [2], [64]], "WMA": [[1], [2], [9]], "TRIMA": [[1], [2], [8], [9]],
    "DEMA": [[1], [4]], "TEMA": [[1], [4]], "T3": [[1, 0.7], [3, 0.3]], "HMA": [[1], [2], [3], [4], [16]],
    "ZLEMA": [[1], [2], [3], [8]], "KAMA": [[1], [2], [10]], "VWMA": [[1], [5]], "MAVP": [[1, 9, 0], [2, 9, 1], [3, 8, 2]],
    "BBANDS": [[5, 1.5, 0.5, 0], [10, 2.0, 2.0, 1], [12, 2.0, 2.0, 3], [9, 2.0, 2.0, 6]],
    "MACD": [[5, 12, 4], [26, 12, 9], [3, 4, 1]], "MACDEXT": [[12, 1, 26, 1, 9, 1], [5, 2, 9, 0, 4, 5], [20, 0, 7, 1, 3, 2]],
    "MACDFIX": [[1]], "APO": [[12, 26, 0], [26, 12, 1], [4, 9, 2], [3, 5, 6]], "PPO": [[12, 26, 0], [26, 12, 1]],
    "PVO": [[5, 9, 0]], "STOCH": [[14, 3, 0, 3, 0], [5, 3, 1, 3, 1], [1, 1, 0, 1, 0], [8, 4, 2, 5, 3]],
    "STOCHF": [[14, 3, 0], [5, 1, 0], [7, 4, 1]], "STOCHRSI": [[7, 5, 3, 0], [9, 4, 3, 1]], "KDJ": [[5, 2, 0, 4, 1], [9, 1, 13, 1, 13]],
    "RSI": [[2], [5]], "CMO": [[2], [5]], "CMOU": [[2], [5]], "ADX": [[2], [5]], "ADXR": [[2], [5]], "DX": [[2], [5]],
    "PLUS_DI": [[1], [2], [5]], "MINUS_DI": [[1], [2], [5]], "PLUS_DM": [[1], [2], [5]], "MINUS_DM": [[1], [2], [5]],
    "ATR": [[1], [2], [7]], "NATR": [[1], [2], [7]], "AROON": [[2], [5]], "AROONOSC": [[2], [5]], "CCI": [[2], [5]],
    "MFI": [[2], [5]], "IMI": [[2], [5]], "WILLR": [[2], [5]], "ULTOSC": [[3, 2, 1], [5, 9, 7]], "VHF": [[2], [5]],
    "VORTEX": [[1], [2]], "TRIX": [[1], [5]], "TSI": [[3, 2], [2, 5]], "SMI": [[5, 3, 4, 2]], "ER": [[2], [3]],
    "DPO": [[2], [3], [7]], "FOSC": [[2], [9]], "FRACTAL": [[1, 1], [3, 1], [1, 4]], "QSTICK": [[1], [3]],
    "MOM": [[1], [3]], "ROC": [[1], [3]], "ROCP": [[1]], "ROCR": [[1]], "ROCR100": [[1]], "COPPOCK": [[1, 1, 1], [4, 9, 3]],
    "ERI": [[1], [4]], "EFI": [[1], [4]], "KC": [[5, 9, 1.5], [12, 3, 2.0], [8, 1, 1.0]], "SUPERTREND": [[2, 1.0], [7, 0.5]],
    "SAR": [[0.05, 0.1], [0.3, 0.2]], "SAREXT": [[95.0, 0.01, 0.02, 0.02, 0.2, 0.03, 0.03, 0.3], [-105.0, 0, 0.5, 0.1, 0.2, 0.02, 0.02, 0.2]],
    "ACCBANDS": [[2], [5]], "DONCHIAN": [[2], [5]], "MIDPOINT": [[2]], "MIDPRICE": [[2]], "MAMA": [[0.9, 0.1]],
    "MAX": [[2], [7]], "MIN": [[2], [7]], "MAXINDEX": [[2], [7]], "MININDEX": [[2], [7]], "MINMAX": [[2]], "MINMAXINDEX": [[3]],
    "SUM": [[2], [7]], "BETA": [[1], [2], [20]], "CORREL": [[1], [2], [5]], "LINEARREG": [[2], [5]], "LINEARREG_SLOPE": [[2]],
    "LINEARREG_ANGLE": [[3]], "LINEARREG_INTERCEPT": [[3]], "TSF": [[2], [5]], "PERCENTILE": [[5, 0.0], [5, 100.0], [10, 33.3]],
    "PERCENTRANK": [[2], [20]], "STDDEV": [[2, 1.0], [20, 2.0]], "VAR": [[1, 1.0], [2, 1.0], [20, 3.0]], "AVGDEV": [[2], [5]],
    "ADR": [[1], [5]], "CVI": [[3, 1], [2, 5]], "MASSI": [[3, 2]], "RVI": [[1, 2], [5, 3]], "CMF": [[2], [5]],
    "ADOSC": [[10, 3], [2, 5]], "RVOL": [[1], [5]], "AO": [[34, 5], [2, 3]], "AC": [[3, 7, 2]],
}


def series():
    """Six markets: bars on a grid of cents, a trend, flat stretches, a high level, tiny prices, and jumps."""
    made = {}
    for place, name in enumerate(["walk", "trend", "flat", "high", "tiny", "jumps"]):
        random = np.random.default_rng(100 + place)
        steps = random.normal(size=ROWS)
        if name == "trend":
            steps = 0.4 + 0.3 * steps
        if name == "flat":
            steps[40:75] = 0
            steps[::3] = 0
        close = 100 + np.cumsum(np.round(steps, 2))
        open_ = np.concatenate([[100.0], close[:-1]]) + np.round(random.normal(size=ROWS) * 0.2, 2)
        if name == "flat":
            open_[41:75] = close[41:75]
        if name == "jumps":
            close[60:] *= 3
            close[120:] /= 7
            open_ = close + np.round(random.normal(size=ROWS), 2)
        spread = np.round(random.uniform(0, 1.0, size=(2, ROWS)), 2)
        if name == "flat":
            spread[:, 38:78] = 0
        high = np.maximum(open_, close) + spread[0]
        low = np.minimum(open_, close) - spread[1]
        volume = np.round(random.uniform(0, 5000, size=ROWS))
        if name in ("flat", "jumps"):
            volume[50:58] = 0
        scale, shift = {"high": (1.0, 1e6), "tiny": (1e-6, 0.0)}.get(name, (1.0, 0.0))
        columns = dict(zip(["open", "high", "low", "close"], (x * scale + shift for x in (open_, high, low, close))))
        columns["volume"] = volume
        columns["periods"] = random.integers(0, 40, size=ROWS).astype(float)
        made[name] = {key: np.ascontiguousarray(value, dtype=float) for key, value in columns.items()}
    return made


def pack(column):
    return base64.b64encode(np.ascontiguousarray(column, dtype="<f8").tobytes()).decode()


def results(name, parameters, columns):
    function = abstract.Function(name)
    names = list(function.info["parameters"])
    defaults = function.info["parameters"]
    given = {key: type(defaults[key])(value) for key, value in zip(names, parameters)}
    found = function(columns, **given)
    found = found if isinstance(found, (list, tuple)) else [found]
    function.set_parameters(given)
    lookback = function.lookback
    cleaned = []
    for column in found:
        column = np.array(column, dtype=float)
        column[:lookback] = np.nan
        cleaned.append(column)
    return lookback, cleaned


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else "Tests/FeaturesTests/Golden/talib.json"
    markets = series()
    cases = []
    for name in talib.get_functions():
        if name.startswith("CDL"):
            continue
        for index, parameters in enumerate([[]] + EXTRA.get(name, [])):
            # Defaults on all six; other parameters on the series that are hardest for windows and for recursions.
            for market in markets if index == 0 else ["flat", "jumps"]:
                lookback, found = results(name, parameters, markets[market])
                cases.append([name, market, parameters, lookback, [pack(column) for column in found]])
    content = {
        "version": f"TA-Lib {talib.__version__}, numpy {np.__version__}",
        "series": {name: {key: pack(value) for key, value in columns.items()} for name, columns in markets.items()},
        "cases": cases,
    }
    with open(path, "w") as file:
        json.dump(content, file, separators=(",", ":"))
    print(f"{path}: {len(cases)} cases, {content['version']}")


if __name__ == "__main__":
    main()
