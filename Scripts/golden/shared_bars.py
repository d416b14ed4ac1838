"""Bars of three markets, built from real ticks that are not part of the repository.

The ticks are in ../shared/data seen from the repository, as the tests have it, or where the environment variable
TICKBOOST_SHARED_DATA says. Needs pandas and pyarrow.

Intervals without a trade give no bar: nothing is filled in. Prices are the feed's, unrounded.
"""

import os
import pathlib

import pandas as pd

MINUTE = 60_000_000_000
SECOND = 1_000_000_000
# Prints that are no part of the going price: sold out of sequence, after hours, average or derived prices, official
# opens and closes, corrections of earlier times, and odd lots. The flags are AlgoSeek's.
NO_LAST_PRICE = 0x0800 | 0x4000 | 0x0400 | 0x2000 | 0x0200 | 0x100000 | 0x1000000 | 0x4000000 | 0x2000000 | 0x80000000


def folder():
    """The folder of the data; raises FileNotFoundError with what to do where it is absent."""
    root = pathlib.Path(__file__).resolve().parents[2]
    path = pathlib.Path(os.environ.get("TICKBOOST_SHARED_DATA") or root.parent / "shared" / "data")
    if not path.is_dir():
        raise FileNotFoundError(f"{path}: no such folder; set TICKBOOST_SHARED_DATA to the folder of the shared ticks")
    return path


def trades(file, symbol):
    """The trades of a symbol as a table, in the order of the file."""
    table = pd.read_parquet(folder() / "ticks" / file, filters=[("symbol", "==", symbol)])
    return table[table.price.notna() & table.ts_ns.notna()]


def bars(table, nanoseconds):
    """Open, high, low, close and volume of each interval that has a trade; the index is its start in UTC nanoseconds."""
    groups = table.groupby(table.ts_ns.astype("int64") // nanoseconds * nanoseconds)
    price = groups.price
    return pd.DataFrame(
        {"open": price.first(), "high": price.max(), "low": price.min(), "close": price.last(), "volume": groups["size"].sum()})


def united_states(symbol="SPY", nanoseconds=MINUTE, on_exchange=False):
    """The regular session of 2013-10-08, 09:30 to 16:00 New York; rows of the tape that set no last price are left out.

    With `on_exchange` so are the trades of no exchange, market D, of which some come late and at a price of the morning.
    """
    table = trades("us_equities/us_equities_20131008_tq.parquet", symbol)
    flags = table.cond.map(lambda text: int(text, 16))
    open_ = pd.Timestamp("2013-10-08 09:30", tz="America/New_York").value
    close = pd.Timestamp("2013-10-08 16:00", tz="America/New_York").value
    keeps = (table.susp == 0) & (flags & NO_LAST_PRICE == 0) & (table.ts_ns >= open_) & (table.ts_ns < close)
    if on_exchange:
        keeps &= table.exch != "D"
    return bars(table[keeps].sort_values("ts_ns", kind="stable"), nanoseconds)


def india(symbol="RELIANCE", nanoseconds=MINUTE):
    """The session of 2021-05-11, 09:15 to 15:30; a row's size is the rise of the day's volume, 0 where that falls back."""
    table = trades("nse/nse_20210511.parquet", symbol)
    total = table.cum_volume.cummax()
    table = table.assign(size=total.diff().fillna(0.0))
    open_ = pd.Timestamp("2021-05-11 09:15", tz="Asia/Kolkata").value
    close = pd.Timestamp("2021-05-11 15:30", tz="Asia/Kolkata").value
    table = table[(table.ts_ns >= open_) & (table.ts_ns < close)]
    return bars(table.sort_values("ts_ns", kind="stable"), nanoseconds)


def crypto(symbol="BTCUSDT.spot", nanoseconds=SECOND):
    """The last six minutes of 2024-08-08, by the exchange's stamps."""
    table = trades("crypto_binance/binance_spot_usdm_20240808.parquet", symbol)
    return bars(table.sort_values("ts_ns", kind="stable"), nanoseconds)
