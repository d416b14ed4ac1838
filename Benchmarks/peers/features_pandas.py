#!/usr/bin/env python3
"""The standard feature set, computed with pandas and TA-Lib.

Two uses:

* the speed peer (default): what a good practitioner would write. Vectorised per symbol, TA-Lib where it has the
  function, pandas for the rest, no loop over rows. With --moments pandas the standard deviations and correlations come
  from pandas' rolling() in place of TA-Lib's STDDEV and CORREL: slower, and in the versions tried less accurate;
* the oracle (--exact): every windowed mean, deviation, correlation and volume-weighted price is computed in two passes
  over each window on its own, in extended precision where the platform has it (80-bit on x86), and rounded once. The
  exponential means and the running session sums are carried in extended precision as well. pandas' and TA-Lib's sliding
  sums lose digits; these do not. Slow, and meant to be.

Input: a Parquet file of ticks with the columns symbol, ts_ns (UTC nanoseconds), price, size, bid, ask, bid_size,
ask_size; null means "not carried by this row". The order of the rows of a symbol is the order of events; nothing is
sorted by time. A row without a price only changes the standing quote; a row with a price changes the quote first (if
it carries one) and then gives one output row.

Output: symbol, ts_ns and the features, the symbols in order of first appearance in the file, rows in event order.

Conventions where a definition leaves a choice:

* a null (or NaN) size counts as 0; a NaN price counts as no price;
* a division by zero that no definition covers gives NaN, and so does the logarithm of anything not above 0;
* a window with a NaN in it (spread before the first quote) has no mean;
* a session starts where the local calendar day of a tick differs from that of the tick before it, in either
  direction; a tick without a time stays in the session it arrives in;
* RSI, stochastics and Williams %R are 0 where price never moved in their window, as in TA-Lib;
* TA-Lib seeds the fast mean of MACD with the 12 prices that end at tick 25, so that both means start together;
* without a time all six clock columns are NaN.
"""

import argparse
import json
import platform
import statistics
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import talib

QUOTES = ["bid", "ask", "bid_size", "ask_size"]
NAT = np.iinfo("int64").min

# name: (time zone, open, close in nanoseconds of the local day, last weekday that trades)
MINUTE = 60_000_000_000
CALENDARS = {
    "NSE": ("Asia/Kolkata", (9 * 60 + 15) * MINUTE, (15 * 60 + 30) * MINUTE, 4),
    "NYSE": ("America/New_York", (9 * 60 + 30) * MINUTE, 16 * 60 * MINUTE, 4),
    "24H": ("UTC", 0, 24 * 60 * MINUTE, 6),
}


def ratio(a, b, where_zero=np.nan):
    """a / b, and where_zero where b is 0 (NaN operands stay NaN)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(b == 0, np.where(np.isnan(a), np.nan, where_zero), a / b)


def log_ratio(a, b):
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.log(a / b)
    r[~np.isfinite(r)] = np.nan
    return r


def lagged(x, n):
    """x[t - n], NaN for the first n."""
    out = np.full(len(x), np.nan)
    if n < len(x):
        out[n:] = x[: len(x) - n]
    return out


# --- window statistics, fast ---------------------------------------------------------------------------------------


class Fast:
    name = "pandas and talib"

    @staticmethod
    def mean(x, n):
        return talib.SMA(x, timeperiod=n)

    @staticmethod
    def mean_of_gappy(x, n):
        return pd.Series(x).rolling(n).mean().to_numpy()

    @staticmethod
    def std(x, n):
        if n < 2:
            return np.full(len(x), np.nan)
        if np.isnan(x[1:]).any():  # TA-Lib never recovers from a NaN between numbers
            return pd.Series(x).rolling(n).std().to_numpy()
        return talib.STDDEV(x, timeperiod=n, nbdev=1.0) * np.sqrt(n / (n - 1))  # TA-Lib's is the population's

    @staticmethod
    def correlation(x, y, n):
        return talib.CORREL(x, y, timeperiod=n)

    @staticmethod
    def weighted_mean(x, w, n):
        return ratio(talib.SMA(x * w, timeperiod=n), talib.SMA(w, timeperiod=n))

    @staticmethod
    def session_sums(p, v, starts):
        session = np.cumsum(starts)
        sums = pd.DataFrame({"pv": p * v, "v": v}).groupby(session).cumsum()
        return sums["pv"].to_numpy(), sums["v"].to_numpy()

    @staticmethod
    def ema(p, n):
        return talib.EMA(p, timeperiod=n)

    @staticmethod
    def macd(p):
        return talib.MACD(p, fastperiod=12, slowperiod=26, signalperiod=9)

    @staticmethod
    def bands(p):
        upper, middle, lower = talib.BBANDS(p, timeperiod=20, nbdevup=2.0, nbdevdn=2.0, matype=0)
        return upper, middle, lower, ratio(p - lower, upper - lower, 0.5), ratio(upper - lower, middle)

    @staticmethod
    def stochastics(p):
        return talib.STOCH(
            p, p, p, fastk_period=14, slowk_period=3, slowk_matype=0, slowd_period=3, slowd_matype=0
        )


class PandasMoments(Fast):
    name = "pandas moments"

    @staticmethod
    def std(x, n):
        std = pd.Series(x).rolling(n).std().to_numpy(copy=True)
        std[(window_min(x, n) == window_max(x, n)) & ~np.isnan(std)] = 0.0  # pandas leaves a residue
        return std

    @staticmethod
    def correlation(x, y, n):
        return pd.Series(x).rolling(n).corr(pd.Series(y)).to_numpy()


# --- window statistics, exact: each window by itself, two passes, extended precision ---------------------------------

WIDE = np.longdouble
CHUNK = 1 << 20  # window elements held at a time


def each_window(n, statistic, *series):
    """statistic(windows of series[0], ...) over the windows of n that end at each t >= n - 1; NaN before."""
    rows = len(series[0])
    out = np.full(rows, np.nan, dtype=WIDE)
    if rows < n:
        return out
    views = [np.lib.stride_tricks.sliding_window_view(np.asarray(s, dtype=WIDE), n) for s in series]
    step = max(1, CHUNK // n)
    with np.errstate(divide="ignore", invalid="ignore"):
        for start in range(0, rows - n + 1, step):
            blocks = [view[start : start + step] for view in views]
            out[n - 1 + start : n - 1 + start + len(blocks[0])] = statistic(*blocks)
    return out


def window_mean(w):
    # Around the window's first value: a constant window gives its value exactly.
    return w[:, 0] + (w - w[:, :1]).mean(axis=1)


def centred(w):
    d = w - w[:, :1]
    return d - d.mean(axis=1, keepdims=True)


def window_std(ddof):
    def statistic(w):
        n = w.shape[1]
        if n <= ddof:
            return np.full(len(w), np.nan, dtype=WIDE)
        c = centred(w)
        std = np.sqrt((c * c).sum(axis=1) / (n - ddof))
        return np.where(w.max(axis=1) == w.min(axis=1), 0 * std, std)

    return statistic


def window_correlation(x, y):
    a, b = centred(x), centred(y)
    return (a * b).sum(axis=1) / (np.sqrt((a * a).sum(axis=1)) * np.sqrt((b * b).sum(axis=1)))


def window_weighted_mean(x, w):
    return x[:, 0] + ((x - x[:, :1]) * w).sum(axis=1) / w.sum(axis=1)


def narrow(x):
    return x.astype(np.float64)


def wide_ema(x, n, first):
    """Exponential mean seeded at index first with the mean of the n values that end there."""
    out = np.full(len(x), np.nan, dtype=WIDE)
    if first >= len(x):
        return out
    x = x.astype(WIDE)
    weight = WIDE(2) / WIDE(n + 1)
    value = x[first - n + 1 : first + 1].mean()
    out[first] = value
    for t in range(first + 1, len(x)):
        value = value + (x[t] - value) * weight
        out[t] = value
    return out


class Exact:
    name = "exact"

    @staticmethod
    def mean(x, n):
        return narrow(each_window(n, window_mean, x))

    mean_of_gappy = mean

    @staticmethod
    def std(x, n):
        return narrow(each_window(n, window_std(1), x))

    @staticmethod
    def correlation(x, y, n):
        return narrow(each_window(n, window_correlation, x, y))

    @staticmethod
    def weighted_mean(x, w, n):
        return narrow(each_window(n, window_weighted_mean, x, w))

    @staticmethod
    def session_sums(p, v, starts):
        p, v = p.astype(WIDE), v.astype(WIDE)
        pv_sum, v_sum = np.empty(len(p), dtype=WIDE), np.empty(len(p), dtype=WIDE)
        edges = [*np.flatnonzero(starts), len(p)]
        for a, b in zip(edges, edges[1:]):
            pv_sum[a:b], v_sum[a:b] = np.cumsum(p[a:b] * v[a:b]), np.cumsum(v[a:b])
        return pv_sum, v_sum

    @staticmethod
    def ema(p, n):
        return narrow(wide_ema(p, n, n - 1))

    @staticmethod
    def macd(p):
        line = wide_ema(p, 12, 25) - wide_ema(p, 26, 25)
        signal = np.full(len(p), np.nan, dtype=WIDE)
        signal[25:] = wide_ema(line[25:], 9, 8)
        line[:33] = np.nan  # TA-Lib gives all three from the first signal on
        return narrow(line), narrow(signal), narrow(line - signal)

    @staticmethod
    def bands(p):
        middle, std = each_window(20, window_mean, p), each_window(20, window_std(0), p)
        upper, lower = middle + 2 * std, middle - 2 * std
        position, width = ratio(p - lower, upper - lower, 0.5), ratio(upper - lower, middle)
        return tuple(narrow(x) for x in (upper, middle, lower, position, width))

    @staticmethod
    def stochastics(p):
        low, high = window_min(p, 14), window_max(p, 14)
        fast = 100 * ratio(p.astype(WIDE) - low, high.astype(WIDE) - low, 0)
        slow = each_window(3, lambda w: w.mean(axis=1), fast)
        slower = each_window(3, lambda w: w.mean(axis=1), slow)
        slow[:17] = np.nan  # TA-Lib gives both from the first slower one on
        return narrow(slow), narrow(slower)


# --- features --------------------------------------------------------------------------------------------------------


def window_min(x, n):
    return talib.MIN(x, timeperiod=n) if n > 1 else x


def window_max(x, n):
    return talib.MAX(x, timeperiod=n) if n > 1 else x


def price_and_volume_features(p, v, day, lookbacks, stats):
    """The features of one symbol's ticks that need its prices and sizes, in the order of the specification."""
    f = {}
    per = {n: {} for n in lookbacks}
    one_tick = log_ratio(p, lagged(p, 1))
    for n, w in per.items():
        before = lagged(p, n)
        w["price_change"] = p - before
        w["return"] = ratio(p, before) - 1
        w["log_return"] = log_ratio(p, before)
        w["price_mean"] = w["sma"] = stats.mean(p, n)
        w["price_std"] = stats.std(p, n)
        w["price_min"], w["price_max"] = low, high = window_min(p, n), window_max(p, n)
        w["price_position"] = ratio(p - low, high - low, 0.5)
        w["ema"] = stats.ema(p, n)
        w["price_vs_sma"] = ratio(p, w["sma"]) - 1
        w["price_vs_ema"] = ratio(p, w["ema"]) - 1
        w["volatility"] = stats.std(one_tick, n)
        w["volume_mean"] = stats.mean(v, n)
        w["volume_std"] = stats.std(v, n)
        v_low, v_high = window_min(v, n), window_max(v, n)
        no_volume = (v_low == 0) & (v_high == 0)
        w["volume_vs_mean"] = np.where(no_volume, 1.0, ratio(v, w["volume_mean"]))
        w["vwap"] = np.where(no_volume, p, stats.weighted_mean(p, v, n))
        w["price_vs_vwap"] = ratio(p, w["vwap"]) - 1
        constant = (low == high) | (v_low == v_high)
        w["volume_price_correlation"] = np.where(constant, 0.0, stats.correlation(v, p, n))

    def windowed(*names):
        for name in names:
            for n in lookbacks:
                f[f"{name}_{n}"] = per[n][name]

    windowed("price_change", "return", "log_return", "price_mean", "sma", "price_std", "price_min", "price_max")
    windowed("price_position", "ema", "price_vs_sma", "price_vs_ema", "volatility", "volume_mean", "volume_std")
    windowed("volume_vs_mean", "vwap", "price_vs_vwap")

    starts = np.empty(len(p), dtype=bool)
    starts[:1], starts[1:] = True, day[1:] != day[:-1]
    pv_sum, v_sum = stats.session_sums(p, v, starts)
    f["vwap"] = np.where(v_sum == 0, p, ratio(pv_sum, v_sum)).astype(np.float64)
    f["price_vs_vwap"] = ratio(p, f["vwap"]) - 1

    windowed("volume_price_correlation")
    f["rsi_14"] = talib.RSI(p, timeperiod=14)
    f["macd"], f["macd_signal"], f["macd_histogram"] = stats.macd(p)
    f["bb_upper"], f["bb_middle"], f["bb_lower"], f["bb_position"], f["bb_width"] = stats.bands(p)
    f["stoch_k"], f["stoch_d"] = stats.stochastics(p)
    f["williams_r"] = talib.WILLR(p, p, p, timeperiod=14)
    return f


def spread_mean_features(spread, lookbacks, stats):
    means = {n: stats.mean_of_gappy(spread, n) for n in lookbacks}
    f = {f"spread_mean_{n}": mean for n, mean in means.items()}
    f.update({f"spread_vs_mean_{n}": ratio(spread, mean, 1.0) for n, mean in means.items()})
    return f


def clock_features(local, calendar):
    _, opens, closes, last_weekday = CALENDARS[calendar]
    known = local.notna().to_numpy()
    ns_of_day = np.where(known, local.to_numpy().astype("int64") % (24 * 60 * MINUTE), 0)
    weekday = local.dt.day_of_week.to_numpy(dtype=np.float64)
    is_open = known & (weekday <= last_weekday) & (ns_of_day >= opens) & (ns_of_day < closes)
    return {
        "hour": local.dt.hour.to_numpy(dtype=np.float64),
        "minute": local.dt.minute.to_numpy(dtype=np.float64),
        "day_of_week": weekday,
        "is_market_open": np.where(known, is_open.astype(np.float64), np.nan),
        "minutes_since_open": np.where(is_open, (ns_of_day - opens) / MINUTE, np.nan),
        "minutes_to_close": np.where(is_open, (closes - ns_of_day) / MINUTE, np.nan),
    }


def compute(df, calendar, lookbacks, stats):
    """The output table of a table of ticks and quotes."""
    has_quotes = df[QUOTES].notna().any(axis=None)
    order = pd.unique(df["symbol"])
    if has_quotes:
        df = df.assign(**df.groupby("symbol", sort=False)[QUOTES].ffill())
    df = df[df["price"].notna()]

    # Group the symbols in order of first appearance, rows of each in event order.
    df = df.assign(symbol=pd.Categorical(df["symbol"], categories=order))
    df = df.sort_values("symbol", kind="stable", ignore_index=True)
    edges = np.flatnonzero(np.diff(df["symbol"].cat.codes.to_numpy(), prepend=-2))
    slices = [slice(a, b) for a, b in zip(edges, [*edges[1:], len(df)])] or [slice(0, 0)]

    stamps = df["ts_ns"].to_numpy(dtype="int64", na_value=NAT).view("M8[ns]")
    local = pd.Series(stamps).dt.tz_localize("UTC").dt.tz_convert(CALENDARS[calendar][0]).dt.tz_localize(None)
    day = local.dt.normalize().to_numpy()
    if np.isnat(day).any():
        day = pd.Series(day).groupby(df["symbol"], observed=True, sort=False).transform(lambda d: d.ffill().bfill())
        day = day.to_numpy()

    p = df["price"].to_numpy(dtype=np.float64)
    v = df["size"].fillna(0.0).to_numpy(dtype=np.float64)

    columns = {"symbol": df["symbol"].astype(object), "ts_ns": df["ts_ns"]}

    def stack(parts):
        for name in parts[0]:
            columns[name] = np.concatenate([part[name] for part in parts])

    stack([price_and_volume_features(p[s], v[s], day[s], lookbacks, stats) for s in slices])
    columns.update(clock_features(local, calendar))
    if has_quotes:
        bid, ask, bid_size, ask_size = (df[c].to_numpy(dtype=np.float64) for c in QUOTES)
        spread, mid, sizes = ask - bid, (ask + bid) / 2, bid_size + ask_size
        columns["spread"], columns["relative_spread"] = spread, ratio(spread, mid)
        stack([spread_mean_features(spread[s], lookbacks, stats) for s in slices])
        columns["mid_price"], columns["price_vs_mid"] = mid, ratio(p, mid) - 1
        columns["quote_imbalance"] = ratio(bid_size - ask_size, sizes)
        columns["microprice_vs_mid"] = ratio(ratio(ask * bid_size + bid * ask_size, sizes), mid) - 1
    return pd.DataFrame(columns, copy=False)


def read(path):
    stored = pq.read_schema(path).names
    wanted = ["symbol", "ts_ns", "price", "size", *QUOTES]
    table = pq.read_table(path, columns=[c for c in wanted if c in stored])
    # A nullable integer, because a float64 cannot hold nanoseconds.
    df = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return df.reindex(columns=wanted) if len(df.columns) < len(wanted) else df


def write(df, path):
    # Column by column from numpy: through pandas every NaN would become a null.
    features = {name: df[name].to_numpy() for name in df.columns[2:]}
    keys = {"symbol": pa.array(df["symbol"], pa.string()), "ts_ns": pa.array(df["ts_ns"], pa.int64())}
    pq.write_table(pa.table({**keys, **features}), path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--ticks", required=True)
    parser.add_argument("--output", help="Parquet file to write (none: only time it)")
    parser.add_argument("--calendar", required=True, choices=sorted(CALENDARS))
    parser.add_argument("--lookbacks", default="5,10,20,50")
    parser.add_argument("--repeat", type=int, default=1)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--exact", action="store_true", help="two passes per window in extended precision: the oracle")
    mode.add_argument("--moments", choices=["talib", "pandas"], default="talib", help="deviations and correlations by")
    args = parser.parse_args()
    lookbacks = [int(n) for n in args.lookbacks.split(",")]
    stats = Exact if args.exact else PandasMoments if args.moments == "pandas" else Fast

    clock = time.perf_counter()
    ticks = read(args.ticks)
    read_seconds = time.perf_counter() - clock

    seconds, result = [], None
    for _ in range(max(1, args.repeat)):
        result = None
        clock = time.perf_counter()
        result = compute(ticks, args.calendar, lookbacks, stats)
        seconds.append(time.perf_counter() - clock)
    compute_seconds = statistics.median(seconds)

    clock = time.perf_counter()
    if args.output:
        write(result, args.output)
    write_seconds = time.perf_counter() - clock

    report = {
        "mode": stats.name,
        "input_rows": len(ticks),
        "rows": len(result),
        "columns": len(result.columns),
        "features": len(result.columns) - 2,
        "symbols": int(result["symbol"].nunique()),
        "read_seconds": round(read_seconds, 4),
        "compute_seconds": round(compute_seconds, 4),
        "compute_seconds_each": [round(s, 4) for s in seconds],
        "write_seconds": round(write_seconds, 4),
        "rows_per_second": round(len(result) / compute_seconds),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "pandas": pd.__version__,
        "talib": talib.__version__,
        "talib_c": talib.__ta_version__.decode().split()[0],
        "pyarrow": pa.__version__,
    }
    if args.exact:
        report["mantissa_bits"] = int(np.finfo(WIDE).nmant) + 1
    print(json.dumps(report))


if __name__ == "__main__":
    main()
