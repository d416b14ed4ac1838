"""Times TA-Lib's own C functions on the columns of a file, as asked line by line on standard input.

Usage: talib_peer.py COLUMNS ROWS REPEATS < requests > answers
COLUMNS holds doubles, column after column: open, high, low, close, volume, periods. A request is a line `NAME`: the answer
is the time in nanoseconds a value of each run, all with TA-Lib's defaults, called in the C library of the wheel on arrays that exist
already. A function that TA-Lib
lacks is answered by `-`.
"""

import ctypes
import glob
import os
import sys
import time

import numpy as np
import talib
from talib import abstract

INTEGER_OUTPUTS = {"integer", "minidx", "maxidx", "trend"}
COLUMNS = ["open", "high", "low", "close", "volume", "periods"]


def library():
    folder = os.path.join(os.path.dirname(os.path.dirname(talib.__file__)), "ta_lib.libs")
    lib = ctypes.CDLL(glob.glob(os.path.join(folder, "*.so*"))[0])
    lib.TA_Initialize()
    return lib


def input_columns(info, table):
    names = []
    for value in info["input_names"].values():
        names += [value] if isinstance(value, str) else list(value)
    return [table[name] for name in names]


def call(lib, name, table, count, outputs):
    info = abstract.Function(name).info
    arguments = [ctypes.c_int(0), ctypes.c_int(count - 1)]
    arguments += [ctypes.c_void_p(column.ctypes.data) for column in input_columns(info, table)]
    for value in info["parameters"].values():
        arguments.append(ctypes.c_double(value) if isinstance(value, float) else ctypes.c_int(value))
    arguments += [ctypes.byref(ctypes.c_int()), ctypes.byref(ctypes.c_int())]
    for place, output in enumerate(info["output_names"]):
        buffer = outputs[place].view(np.int32) if output in INTEGER_OUTPUTS else outputs[place]
        arguments.append(ctypes.c_void_p(buffer.ctypes.data))
    function = getattr(lib, "TA_" + name)
    start = time.perf_counter_ns()
    code = function(*arguments)
    taken = time.perf_counter_ns() - start
    if code != 0:
        raise RuntimeError(f"TA_{name} returned {code}")
    return taken / count


def main():
    path, count, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    data = np.fromfile(path, dtype=np.float64).reshape(len(COLUMNS), count)
    table = {name: np.ascontiguousarray(data[place]) for place, name in enumerate(COLUMNS)}
    outputs = [np.full(count, 0.0) for _ in range(4)]  # Written once, so that no run pays for new pages.
    lib = library()
    known = set(talib.get_functions())
    print(f"TA-Lib {talib.__version__}", flush=True)
    for line in sys.stdin:
        name = line.strip()
        if name not in known:
            print("-", flush=True)
            continue
        print(" ".join(f"{call(lib, name, table, count, outputs):.4f}" for _ in range(repeats)), flush=True)


if __name__ == "__main__":
    main()
