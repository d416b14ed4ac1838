#!/usr/bin/env python3
"""Draws the pictures of Docs/Indicators: one a family, from bars of real trades and this library's own values.

Usage: draw_indicators.py COMPUTE-FEATURES [FOLDER]; FOLDER is Docs/Indicators/pictures by default. Needs matplotlib, numpy,
pandas and pyarrow, and the shared ticks (Scripts/golden/shared_bars.py says where they are looked for).

Bars are of SPY's trades on exchanges in the regular session of 2013-10-08, from AlgoSeek's ticks in QuantConnect/Lean
(Apache License 2.0).
"""

import csv
import pathlib
import re
import subprocess
import sys
import tempfile

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from matplotlib.patches import PathPatch  # noqa: E402
from matplotlib.path import Path  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Scripts" / "golden"))
import shared_bars  # noqa: E402

SOURCE = "SPY, 8 October 2013, New York time"
INK, GRID = "#30363d", "#d8dee4"
COLORS = ["#0550ae", "#bc4c00", "#1a7f37", "#8250df", "#cf222e", "#57606a"]
UP, DOWN = "#1a7f37", "#cf222e"

plt.rcParams.update({
    "figure.facecolor": "white", "axes.facecolor": "white", "savefig.facecolor": "white", "axes.edgecolor": GRID,
    "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "text.color": INK, "axes.grid": True, "grid.color": GRID,
    "grid.linewidth": 0.5, "font.size": 9, "axes.titlesize": 10, "axes.titleweight": "bold", "legend.frameon": False,
    "legend.fontsize": 8, "svg.fonttype": "none", "font.family": "sans-serif", "font.sans-serif": ["Helvetica", "Arial", "DejaVu Sans"],
    "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "tickboost", "path.simplify": True,
})

# Family: title, minutes a bar, first and last bar shown, and panels: name of the axis, height, and lines. A line is an
# expression with its legend; "candles" draws the bars, "bars:" columns of a histogram, "dots:" a short dash a value.
FAMILIES = {
    "overlap": ("Averages and bands", 1, (60, 190), [
        ("price in USD", 3, ["candles", "SMA(20)", "EMA(20)", "KAMA(20)", "BBANDS(20)#1", "BBANDS(20)#3"]),
        ("price in USD", 2, ["candles", "SUPERTREND(10, 3)#1", "dots:SAR"])]),
    "momentum": ("Momentum indicators", 1, (150, 390), [
        ("close in USD", 2, ["close"]), ("RSI", 1.3, ["RSI(14)"]), ("MACD in USD", 1.3, ["MACD#1", "MACD#2", "bars:MACD#3"]),
        ("stochastic", 1.3, ["STOCH(14, 3, 0, 3, 0)#1", "STOCH(14, 3, 0, 3, 0)#2"]), ("ADX", 1.3, ["ADX(14)", "PLUS_DI(14)", "MINUS_DI(14)"])]),
    "volatility": ("Volatility indicators", 1, (20, 390), [
        ("close in USD", 2, ["close"]), ("range in USD", 1.5, ["bars:TRANGE", "ATR(14)", "ADR(14)"]), ("RVI", 1.2, ["RVI(14, 10)"]),
        ("mass index", 1.2, ["MASSI(9, 25)"])]),
    "volume": ("Volume indicators", 1, (90, 390), [
        ("price in USD", 2, ["close", "VWAP", "VWMA(30)"]), ("volume", 1, ["bars:volume"]), ("OBV, AD", 1.3, ["OBV", "AD"]),
        ("CMF", 1.1, ["CMF(20)"]), ("RVOL", 1.1, ["RVOL(20)"])]),
    "cycle": ("Cycle indicators", 1, (100, 340), [
        ("price in USD", 2, ["close", "HT_TRENDLINE", "MAMA#1", "MAMA#2"]), ("bars", 1.1, ["HT_DCPERIOD"]), ("sine", 1.2, ["HT_SINE#1", "HT_SINE#2"]),
        ("trend = 1", 0.7, ["HT_TRENDMODE"])]),
    "price": ("Price transforms", 5, (0, 78), [
        ("price in USD", 2.5, ["candles", "TYPPRICE", "WCLPRICE"]), ("Heikin-Ashi, USD", 2.5, ["heikin"]), ("deviation in USD", 1, ["AVGDEV(14)"])]),
    "statistic": ("Statistics of windows", 1, (30, 390), [
        ("price in USD", 2, ["close", "LINEARREG(30)", "PERCENTILE(60, 10)", "PERCENTILE(60, 90)"]), ("USD", 1.1, ["STDDEV(20, 1)"]),
        ("USD a bar", 1.1, ["LINEARREG_SLOPE(30)"]), ("correlation", 1.1, ["CORREL(close, volume, 30)"])]),
    "math": ("Math operators and transforms", 1, (30, 390), [
        ("price in USD", 2, ["close", "MAX(30)", "MIN(30)"]), ("bar number", 1.3, ["MAXINDEX(30)", "MININDEX(30)"]),
        ("shares", 1.2, ["SUM(volume, 30)"]), ("high − low, USD", 1.1, ["SUB(high, low)"])]),
    "transforms": ("Transforms of features", 1, (100, 390), [
        ("close in USD", 1.8, ["close", "LAG(close, 30)"]), ("z-score", 1.2, ["ZSCORE(close, 100)"]), ("rank", 1, ["RANK(close, 100)"]),
        ("USD", 1.2, ["DIFF(close, 1)", "WINSORIZE(DIFF(close, 1), 100, 5, 95)"]), ("FRACDIFF", 1, ["FRACDIFF(close, 0.4, 0.001)"])]),
    "microstructure": ("Microstructure of bars", 1, (70, 390), [
        ("close in USD", 1.6, ["close"]), ("spread, share", 1.2, ["CORWINSCHULTZ(20)"]), ("Kyle: USD a share", 1.2, ["KYLE(20)"]),
        ("variance of 50 bars", 1.2, ["RV(50)", "BIPOWER(50)", "MEDRV(50)"]), ("VPIN", 1.2, ["VPIN(50, 20)"])]),
    "patterns": ("Candlestick patterns", 5, (11, 78), [("price in USD", 4, ["candles", "marks"])]),
}
PATTERNS = ["CDLENGULFING", "CDLHARAMI", "CDLHAMMER", "CDLSHOOTINGSTAR", "CDLDOJI", "CDLMORNINGSTAR", "CDLEVENINGSTAR", "CDLHIKKAKE",
            "CDL3INSIDE", "CDL3OUTSIDE", "CDLPIERCING", "CDLMARUBOZU"]
COLUMNS = ["open", "high", "low", "close", "volume"]


def values(executable, bars, expressions):
    """The library's values of expressions over bars."""
    with tempfile.TemporaryDirectory() as folder:
        source, output = pathlib.Path(folder, "bars.csv"), pathlib.Path(folder, "values.csv")
        with open(source, "w") as file:
            file.write(",".join(COLUMNS) + "\n")
            for row in bars[COLUMNS].to_numpy(float):
                file.write(",".join(repr(float(value)) for value in row) + "\n")
        subprocess.run([executable, "--bars", source, "--functions", ",".join(expressions), "--output", output], check=True, capture_output=True)
        with open(output) as file:
            rows = list(csv.reader(file))
    table = dict(zip(rows[0], zip(*rows[1:])))
    # "F#1" alone gives every result of F, as F_1, F_2 and so on.
    columns = {name: table[name[:-2] + "_1" if name.endswith("#1") else name] for name in expressions}
    return {name: np.array([float(cell) if cell else np.nan for cell in column]) for name, column in columns.items()}


def results(executable):
    """The names of each function's results."""
    text = subprocess.run([executable, "--list"], check=True, capture_output=True, text=True).stdout
    return {name: names.split(", ") for name, names in re.findall(r"^(\w+).*? -> (.*?);", text, re.M)}


def sticks(axis, x, bottom, top, **style):
    """Vertical lines as one path."""
    gap = np.full(len(x), np.nan)
    axis.plot(np.column_stack([x, x, gap]).ravel(), np.column_stack([bottom, top, gap]).ravel(), **style)


def smaller(text):
    """The picture with coordinates of a tenth of a point, and without metadata and blanks between elements."""

    def path(match):
        numbers = re.sub(r"-?\d+\.\d+", lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), match[1])
        return ' d="' + re.sub(r"\s*([MLzQC])\s*", r"\1", numbers).strip() + '"'

    text = re.sub(r' d="([^"]*)"', path, text)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", text)
    text = re.sub(r">\s+<", "><", text)
    return re.sub(r'"(-?\d+\.\d{2})\d+"', r'"\1"', text)


def candles(axis, open_, high, low, close):
    """Candles: green for bars that did not fall, red for others."""
    x = np.arange(len(open_))
    for rising, color in ((True, UP), (False, DOWN)):
        chosen = (close >= open_) == rising
        rows = x[chosen]
        # One path for all wicks and one for all bodies: a file of a tenth of the size.
        sticks(axis, rows, low[rows], high[rows], color=color, linewidth=0.7)
        corners = [[(i - 0.35, open_[i]), (i + 0.35, open_[i]), (i + 0.35, close[i]), (i - 0.35, close[i])] for i in rows]
        if corners:
            body = Path.make_compound_path(*(Path(points, closed=False) for points in corners))
            axis.add_patch(PathPatch(body, facecolor="white" if rising else color, edgecolor=color, linewidth=0.7, zorder=3))
    axis.plot([], [], color=UP, marker="s", markerfacecolor="white", linestyle="none", label="close ≥ open")
    axis.plot([], [], color=DOWN, marker="s", linestyle="none", label="close < open")


def mark_patterns(axis, bars, found, shown):
    """Arrows with the names of patterns, the bullish below the bar, the bearish above it."""
    high, low = (bars[key].to_numpy(float)[slice(*shown)] for key in ("high", "low"))
    unit = np.ptp(high) / 60
    for i in range(len(high)):
        for sign, color in ((1, UP), (-1, DOWN)):
            names = [name.removeprefix("CDL") for name in PATTERNS if found[name][shown[0] + i] * sign > 0]
            if not names:
                continue
            y = low[i] - 2 * unit if sign > 0 else high[i] + 2 * unit
            axis.plot(i, y, marker="^" if sign > 0 else "v", color=color, markersize=4)
            axis.annotate(", ".join(names), (i, y), (0, -5 * sign), textcoords="offset points", rotation=90, fontsize=6.5,
                          ha="center", va="top" if sign > 0 else "bottom", color=color)
    axis.plot([], [], color=UP, marker="^", linestyle="none", label="pattern > 0")
    axis.plot([], [], color=DOWN, marker="v", linestyle="none", label="pattern < 0")
    axis.set_ylim(low.min() - 14 * unit, high.max() + 24 * unit)


def legend_name(expression, names):
    """The expression as the legend has it: a result goes by its name."""
    function, _, place = expression.partition("#")
    return f"{function} {names[function.partition('(')[0]][int(place) - 1]}" if place else function


def panel(axis, found, names, bars, shown, lines):
    """One diagram: its lines, and the legend beside it."""
    colors = iter(COLORS)
    part = bars.iloc[slice(*shown)]
    x = np.arange(len(part))
    for line in lines:
        kind, _, name = line.rpartition(":")
        if name == "candles":
            candles(axis, *(part[key].to_numpy(float) for key in COLUMNS[:4]))
        elif name == "heikin":
            candles(axis, *(found[f"HA#{k}"][slice(*shown)] for k in (1, 2, 3, 4)))
        elif name == "marks":
            mark_patterns(axis, bars, found, shown)
        else:
            y = part[name].to_numpy(float) if name in COLUMNS else found[name][slice(*shown)]
            color = next(colors)
            if kind == "bars":
                sticks(axis, x, 0 * y, y, color=color, linewidth=0.8, label=legend_name(name, names), alpha=0.7)
            elif kind == "dots":
                gap = np.full(len(x), np.nan)
                axis.plot(np.column_stack([x - 0.25, x + 0.25, gap]).ravel(), np.column_stack([y, y, gap]).ravel(), color=color,
                          linewidth=1.6, label=legend_name(name, names))
            else:
                axis.plot(x, y, color=color, linewidth=1, zorder=4, label=legend_name(name, names))
    axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.02), handlelength=1.4, borderaxespad=0.3)


def draw(executable, results_of, folder, family):
    """Draws a family's picture and returns its path."""
    title, minutes, shown, panels = FAMILIES[family]
    bars = shared_bars.united_states("SPY", minutes * shared_bars.MINUTE, on_exchange=True)
    names = [line.rpartition(":")[2] for _, _, lines in panels for line in lines]
    wanted = [name for name in names if name not in COLUMNS + ["candles", "heikin", "marks"]]
    wanted += [f"HA#{k}" for k in (1, 2, 3, 4)] if "heikin" in names else []
    wanted += PATTERNS if "marks" in names else []
    found = values(executable, bars, list(dict.fromkeys(wanted)))
    heights = [height for _, height, _ in panels]
    figure, axes = plt.subplots(len(panels), 1, sharex=True, squeeze=False, figsize=(9, 0.9 + 0.95 * sum(heights)),
                                gridspec_kw={"height_ratios": heights}, layout="constrained")
    # Room for fonts that are wider than those the picture was laid out with.
    figure.get_layout_engine().set(rect=(0, 0, 0.97, 1))
    clock = [stamp.strftime("%H:%M") for stamp in part_of_day(bars, shown)]
    for axis, (label, _, lines) in zip(axes[:, 0], panels):
        panel(axis, found, results_of, bars, shown, lines)
        axis.set_ylabel(label)
        axis.margins(x=0.01)
    ticks = [i for i, text in enumerate(clock) if text.endswith(":00" if len(clock) * minutes > 180 else ("00", "30"))]
    axes[-1, 0].set_xticks(ticks, [clock[i] for i in ticks])
    axes[-1, 0].set_xlabel("start of the bar, New York time")
    span = "bars of one minute" if minutes == 1 else f"bars of {minutes} minutes"
    figure.suptitle(f"{title}: {SOURCE}, {span}", fontsize=11, fontweight="bold", x=0.02, ha="left")
    figure.align_ylabels()
    path = pathlib.Path(folder, f"{family}.svg")
    figure.savefig(path, metadata={"Date": None, "Creator": None, "Title": f"{title} of {SOURCE}"})
    plt.close(figure)
    path.write_text(smaller(path.read_text()))
    return path


def part_of_day(bars, shown):
    """The New York times at which the shown bars start."""
    return list(pd.to_datetime(bars.index[slice(*shown)], utc=True).tz_convert("America/New_York"))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: draw_indicators.py COMPUTE-FEATURES [FOLDER]")
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) == 3 else ROOT / "Docs" / "Indicators" / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    names = results(sys.argv[1])
    for family in FAMILIES:
        path = draw(sys.argv[1], names, folder, family)
        print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
