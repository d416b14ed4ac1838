#!/usr/bin/env python3
"""Compare two feature files, value by value.

    compare_features.py OURS.parquet REFERENCE.parquet [--calendar NSE|NYSE|24H]

Checks that both have the same columns, the same rows (symbol and ts_ns, after a sort by symbol that keeps the order
within a symbol), NaN in the same places, and the same values. Exit status 1 if anything differs beyond the tolerance.

Two differences are given per column, the largest over the rows:

* strict: |a - b| / |b| where both are non-zero;
* floored: |a - b| / max(|b|, floor). This one is judged, against 1e-9 (1e-6 for volume_price_correlation_*).

Why a floor. p / mean - 1 is the difference of two numbers of about 1, each rounded to 1.1e-16 of itself. Where p and the
mean agree to 1e-12, the result has four good digits whatever one does, and two correct programs differ in the fifth. So
for results that are differences of nearly equal numbers, an error has to be seen against the operands: the floor is
1e-6 of the operand. At the tolerance of 1e-9 this asks for 1e-15 of the operand, four to nine roundings, however small the
result is, and for nine digits of every result above 1e-6 of the operand. The operand, column by column:

    return_n, log_return_n, price_vs_sma_n, price_vs_vwap*, price_vs_mid, microprice_vs_mid     1
    volatility_n (of log returns, each a logarithm of a quotient of about 1)                    1
    bb_width ((upper - lower) / middle)                                                         1
    price_std_n, bb_upper, bb_middle, bb_lower, spread_mean_n (bid and ask of opposite sign)    |price|
    price_vs_ema_n                          sqrt((n+1)/2)          } a recursion with weight 2/(n+1) remembers its
    macd, macd_signal, macd_histogram       |price| sqrt(27/2)     } last (n+1)/2 roundings; they add up as a walk
    bb_position ((p - lower) / (upper - lower))                                                 |price| / (upper - lower)
    spread_vs_mean_n (spread / mean)                                            |value| x |price| / |spread_mean_n|
    volume_std_n                                                                                volume_mean_n
    volume_price_correlation_n (the condition of centring p and v)    the largest of 1, |price| / price_std_n,
                                                                                       volume_mean_n / volume_std_n
    rsi_14, stoch_k, stoch_d, williams_r (percentages)                                          100
    minutes_since_open, minutes_to_close (differences of times of day)                          1440
    anything else                                                                               0

There is no floor for price_change_n, spread, price_position_n and quote_imbalance: their operands are the given numbers, not
rounded ones, and a single subtraction of these is correctly rounded. Nor for means, quotients, or clock columns. |price|
is taken from the reference's session vwap, which every row has.

--calendar only serves the eye: it adds the local time to the worst rows.
"""

import argparse
import json
import re
import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ZONES = {"NSE": "Asia/Kolkata", "NYSE": "America/New_York", "24H": "UTC"}
KEYS = ["symbol", "ts_ns"]


class Features:
    """One column of a feature file at a time, the rows sorted by symbol."""

    def __init__(self, path):
        self.path = path
        self.names = pq.read_schema(path).names
        self.symbol = self.ts_ns = self.order = None

    def load_keys(self):
        keys = pq.read_table(self.path, columns=KEYS)
        symbol = keys["symbol"].combine_chunks().cast(pa.string()).dictionary_encode()
        names = symbol.dictionary.to_pylist()
        rank = np.empty(len(names), dtype=np.int64)
        rank[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        codes = rank[symbol.indices.to_numpy(zero_copy_only=False)]
        if (codes[1:] < codes[:-1]).any():
            self.order = np.argsort(codes, kind="stable")
            codes = codes[self.order]
        self.symbol = np.array(sorted(names), dtype=object)[codes]
        stamps = keys["ts_ns"].combine_chunks().cast(pa.int64())
        self.ts_ns = self._sorted(pc.fill_null(stamps, np.iinfo("int64").min).to_numpy(zero_copy_only=False))

    def _sorted(self, values):
        return values if self.order is None else values[self.order]

    def column(self, name):
        values = pq.read_table(self.path, columns=[name])[name].combine_chunks().cast(pa.float64())
        return self._sorted(values.to_numpy(zero_copy_only=False))


def operand(name, value, reference):
    """The magnitude of what the column is a difference of: a number or one per row; 0 for none. See above."""
    price = lambda: np.abs(reference.column("vwap"))
    n = int(m.group(1)) if (m := re.search(r"_(\d+)$", name)) else 0
    with np.errstate(divide="ignore", invalid="ignore"):
        match re.sub(r"_\d+$", "", name):
            case "return" | "log_return" | "price_vs_sma" | "price_vs_vwap" | "volatility" | "bb_width":
                return 1.0
            case "price_vs_mid" | "microprice_vs_mid":
                return 1.0
            case "price_std" | "bb_upper" | "bb_middle" | "bb_lower" | "spread_mean":
                return price()
            case "price_vs_ema":
                return np.sqrt((n + 1) / 2)
            case "macd" | "macd_signal" | "macd_histogram":
                return price() * np.sqrt(27 / 2)
            case "bb_position":
                return price() / np.abs(reference.column("bb_upper") - reference.column("bb_lower"))
            case "spread_vs_mean":
                return np.abs(value) * price() / np.abs(reference.column(f"spread_mean_{n}"))
            case "volume_std":
                return np.abs(reference.column(f"volume_mean_{n}"))
            case "volume_price_correlation":
                of_price = price() / reference.column(f"price_std_{n}")
                of_volume = reference.column(f"volume_mean_{n}") / reference.column(f"volume_std_{n}")
                # Where either is constant the correlation is 0 by definition, not by arithmetic.
                condition = np.fmax(of_price, of_volume)
                return np.where(np.isfinite(condition), np.fmax(1.0, condition), 1.0)
            case "rsi" | "stoch_k" | "stoch_d" | "williams_r":
                return 100.0
            case "minutes_since_open" | "minutes_to_close":
                return 1440.0
    return 0.0


def compare_column(name, a, b, reference, tolerance):
    both = ~(np.isnan(a) | np.isnan(b))
    nan_mismatches = int((np.isnan(a) != np.isnan(b)).sum())
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        gap = np.where(a == b, 0.0, np.abs(a - b))
        gap[~both] = 0.0
        scale = np.fmax(np.abs(b), 1e-6 * operand(name, b, reference))
        floored = np.where(gap == 0, 0.0, np.where(np.isinf(gap), np.inf, gap / scale))
        nonzero = both & (a != 0) & (b != 0) & (gap != 0)
        strict = np.where(nonzero, gap / np.abs(b), 0.0)
    worst = int(np.argmax(floored)) if len(a) else 0
    return {
        "column": name,
        "floored": float(floored.max(initial=0.0)),
        "strict": float(strict.max(initial=0.0)),
        "tolerance": tolerance,
        "above": int((floored > tolerance).sum()),
        "zero_on_one_side": int((both & ((a == 0) != (b == 0))).sum()),
        "nan_mismatches": nan_mismatches,
        "nan_only_ours": int((np.isnan(a) & ~np.isnan(b)).sum()),
        "worst_row": worst,
        "ours": float(a[worst]) if len(a) else None,
        "reference": float(b[worst]) if len(a) else None,
    }


def place(features, row, calendar):
    text = f"{features.symbol[row]} ts_ns {features.ts_ns[row]}"
    first = int(np.argmax(features.symbol == features.symbol[row]))
    text += f" tick {row - first}"
    if calendar and features.ts_ns[row] > np.iinfo("int64").min:
        stamp = pa.scalar(int(features.ts_ns[row]), pa.timestamp("ns", tz=ZONES[calendar]))
        text += f" {pc.strftime(stamp, format='%a %Y-%m-%d %H:%M:%S').as_py()}"
    return text


def for_json(value):
    """JSON knows neither NaN nor infinity: the one becomes null, the other a string."""
    if isinstance(value, dict):
        return {key: for_json(v) for key, v in value.items()}
    if isinstance(value, float) and not np.isfinite(value):
        return None if np.isnan(value) else str(value)
    return value


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ours")
    parser.add_argument("reference")
    parser.add_argument("--calendar", choices=sorted(ZONES))
    parser.add_argument("--tolerance", type=float, default=1e-9)
    parser.add_argument("--correlation-tolerance", type=float, default=1e-6)
    parser.add_argument("--top", type=int, default=20, help="columns listed, worst first (0: all)")
    args = parser.parse_args()

    ours, reference = Features(args.ours), Features(args.reference)
    missing = [c for c in reference.names if c not in ours.names]
    extra = [c for c in ours.names if c not in reference.names]
    shared = [c for c in reference.names if c in ours.names and c not in KEYS]
    same_order = [c for c in ours.names if c in shared] == shared
    summary = {
        "ok": False,
        "missing_columns": missing,
        "extra_columns": extra,
        "same_column_order": same_order,
        "columns_compared": len(shared),
    }

    def finish(ok, **more):
        summary.update(ok=ok, **more)
        print(json.dumps(for_json(summary), allow_nan=False))
        sys.exit(0 if ok else 1)

    if missing:
        print("missing columns:", *missing)
    if extra:
        print("extra columns:", *extra)
    if any(key in missing for key in KEYS):
        finish(False, reason="no keys")

    ours.load_keys()
    reference.load_keys()
    if len(ours.symbol) != len(reference.symbol):
        print(f"rows: {len(ours.symbol)} ours, {len(reference.symbol)} reference")
        finish(False, reason="row count", rows_ours=len(ours.symbol), rows_reference=len(reference.symbol))
    strangers = (ours.symbol != reference.symbol) | (ours.ts_ns != reference.ts_ns)
    if strangers.any():
        row = int(np.argmax(strangers))
        print(f"row {row}: ours {place(ours, row, args.calendar)}, reference {place(reference, row, args.calendar)}")
        finish(False, reason="rows differ", rows_different=int(strangers.sum()))

    results = []
    for name in shared:
        tolerance = args.correlation_tolerance if name.startswith("volume_price_correlation_") else args.tolerance
        results.append(compare_column(name, ours.column(name), reference.column(name), reference, tolerance))
    results.sort(key=lambda r: (-(r["nan_mismatches"] > 0), -r["floored"] / r["tolerance"], -r["strict"]))

    print(f"{'column':<30} {'floored':>9} {'strict':>9} {'above':>8} {'0 vs not':>8} {'NaN diff':>8}  worst row")
    for r in results[: args.top or None]:
        line = f"{r['column']:<30} {r['floored']:>9.2e} {r['strict']:>9.2e} {r['above']:>8} {r['zero_on_one_side']:>8}"
        line += f" {r['nan_mismatches']:>8}"
        if r["floored"] > 0:
            line += f"  {r['ours']!r} / {r['reference']!r}  {place(reference, r['worst_row'], args.calendar)}"
        print(line)

    by_strict = max(results, key=lambda r: r["strict"], default=None)
    failing = [r["column"] for r in results if r["above"] or r["nan_mismatches"]]
    finish(
        not (failing or missing or extra),
        rows=len(reference.symbol),
        worst=results[0] if results else None,
        worst_strict={"column": by_strict["column"], "strict": by_strict["strict"]} if by_strict else None,
        nan_mismatches=sum(r["nan_mismatches"] for r in results),
        identical_columns=sum(r["floored"] == 0 and r["nan_mismatches"] == 0 for r in results),
        failing_columns=failing,
    )


if __name__ == "__main__":
    main()
