"""Times the standard feature set and the microstructure of ticks with pandas, numpy and TA-Lib, as asked line by line.

Usage: pipeline_pandas.py TICKS.parquet < requests > answers
The file holds ticks of one symbol, each with its quote. A request is any line; the answer: seconds of the standard set, seconds of
the microstructure, and the sum of each of its columns without what is missing. No loop over rows, no apply.
"""

import sys
import time

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

import features_pandas


def microstructure(t):
    bid, ask, bid_size, ask_size = t["bid"], t["ask"], t["bid_size"], t["ask_size"]
    price, size, side, seconds = t["price"], t["size"], t["side"], t["seconds"]
    out = {}
    mid = out["MID"] = (bid + ask) / 2
    out["QSPREAD"] = ask - bid
    out["RSPREAD"] = (ask - bid) / mid
    total = bid_size + ask_size
    out["MICROPRICE"] = (ask * bid_size + bid * ask_size) / total
    out["QIMB"] = (bid_size - ask_size) / total
    change = price.diff()
    rule = np.sign(change).replace(0, np.nan).ffill().fillna(0)
    rule.iloc[0] = np.nan
    out["TICKRULE"] = rule
    out["LEEREADY"] = np.sign(price - mid).where(price != mid, rule.fillna(0))
    flow = side * size
    out["SIGNEDVOL"] = flow.rolling(20).sum()
    before_bid, before_ask = bid.shift(), ask.shift()
    imbalance = (
        bid_size.where(bid >= before_bid, 0)
        - bid_size.shift().where(bid <= before_bid, 0)
        + ask_size.shift().where(ask >= before_ask, 0)
        - ask_size.where(ask <= before_ask, 0)
    )
    imbalance.iloc[0] = np.nan
    out["OFI"] = imbalance.rolling(20).sum()
    out["ESPREAD"] = 2 * side * (price - mid)
    out["REALSPREAD"] = 2 * side.shift(5) * (price.shift(5) - mid)
    out["IMPACT"] = 2 * side.shift(5) * (mid - mid.shift(5))
    covariance = change.rolling(20).cov(change.shift())
    out["ROLL"] = 2 * np.sqrt((-covariance).clip(lower=0))
    returns = np.log(price).diff()
    out["RV"] = (returns * returns).rolling(50).sum()
    size_of = returns.abs()
    out["BIPOWER"] = (size_of * size_of.shift()).rolling(49).sum() * (np.pi / 2)
    a, b, c = size_of, size_of.shift(), size_of.shift(2)
    middle = np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
    out["MEDRV"] = (middle * middle).rolling(48).sum() * (np.pi / (6 - 4 * np.sqrt(3) + np.pi) * 50 / 48)
    least = np.minimum(a, b)
    out["MINRV"] = (least * least).rolling(49).sum() * (np.pi / (np.pi - 2) * 50 / 49)
    square = (flow * flow).rolling(50).sum()
    out["KYLE_T"] = ((flow * change).rolling(50).sum() / square).where(square > 0, 0)
    money = flow * price
    square = (money * money).rolling(50).sum()
    out["AMIHUD_T"] = ((money * returns).rolling(50).sum() / square).where(square > 0, 0)
    span = seconds - seconds.shift(50)
    out["INTENSITY"] = (50 / span).where(span > 0)
    out["INTERARRIVAL"] = span / 50
    return out


def main():
    path = sys.argv[1]
    table = features_pandas.read(path)
    ticks = pq.read_table(path, columns=["ts_ns", "price", "size", "bid", "ask", "bid_size", "ask_size", "side"]).to_pandas()
    ticks["side"] = ticks["side"].astype(np.float64)
    ticks["seconds"] = (ticks["ts_ns"] - ticks["ts_ns"].iloc[0]) * 1e-9
    print(f"pandas {pd.__version__}", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        features_pandas.compute(table, "NSE", [5, 10, 20, 50], features_pandas.Fast)
        standard = time.perf_counter() - start
        start = time.perf_counter()
        columns = microstructure(ticks)
        micro = time.perf_counter() - start
        sums = [float(np.nansum(column.to_numpy())) for column in columns.values()]
        print(standard, micro, *sums, flush=True)


if __name__ == "__main__":
    main()
