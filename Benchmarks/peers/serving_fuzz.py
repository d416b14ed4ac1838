"""Sends a running service what breaks HTTP servers, while a healthy client measures its answers.

    python serving_fuzz.py --url http://127.0.0.1:8000 --seconds 300 --pid PID

Random bytes, requests cut off or with parts changed, lengths that lie, headers without end, pipelined and chunked
bodies, clients that send or read a byte now and then. Prints one line of JSON: latencies of the healthy client before
and during it, resident memory and descriptors, and what it was sent. Exit code 1 if the service does not answer.

With two processors or more the healthy client shares the first with the service (start that with taskset -c 0), and all
else is on the others: so its latency is what the service lets it wait, not what the fuzzer takes of the machine.
"""
import argparse
import json
import multiprocessing
import os
import random
import socket
import sys
import threading
import time

BODY = b'{"symbol":"SYM001","tick_data":{"price":100.0,"volume":1}}'


def connect(address):
    return socket.create_connection(address, timeout=5)


def request(path=b"/health", body=b"", method=b"GET"):
    head = method + b" " + path + b" HTTP/1.1\r\nHost: localhost\r\n"
    if body:
        head += b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
    return head + b"\r\n" + body


def read_some(connection, limit=65536):
    try:
        return connection.recv(limit)
    except OSError:
        return b""


def noise(address, rng):
    with connect(address) as connection:
        connection.sendall(rng.randbytes(rng.randint(1, 5000)))
        connection.shutdown(socket.SHUT_WR)
        read_some(connection)


def mutated(address, rng):
    data = bytearray(request(b"/predict", BODY, b"POST"))
    for _ in range(rng.randint(1, 8)):
        place = rng.randrange(len(data))
        what = rng.random()
        if what < 0.4:
            data[place] = rng.randrange(256)
        elif what < 0.7:
            del data[place]
        else:
            data[place:place] = rng.randbytes(rng.randint(1, 20))
    with connect(address) as connection:
        connection.sendall(data)
        connection.settimeout(0.3)
        read_some(connection)


def cut(address, rng):
    data = request(b"/predict", BODY, b"POST")
    with connect(address) as connection:
        connection.sendall(data[:rng.randrange(len(data))])


def lying(address, rng):
    length = rng.choice([b"-1", b"99999999999999999999", b"1e3", b"5, 6", b"0x10", b"10000000000"])
    with connect(address) as connection:
        connection.sendall(b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + b"\r\n\r\n" + BODY)
        connection.settimeout(0.3)
        read_some(connection)


def endless(address, rng):
    with connect(address) as connection:
        connection.settimeout(2)
        connection.sendall(b"GET /health HTTP/1.1\r\n")
        try:
            for number in range(20000):
                connection.sendall(b"X-%d: %s\r\n" % (number, b"y" * 100))
        except OSError:
            pass


def pipelined(address, rng):
    parts = [request(), request(b"/predict", BODY, b"POST"), request(b"/models"), request(b"/nothing")]
    with connect(address) as connection:
        connection.sendall(b"".join(rng.choice(parts) for _ in range(rng.randint(2, 50))))
        connection.shutdown(socket.SHUT_WR)
        while read_some(connection):
            pass


def chunked(address, rng):
    with connect(address) as connection:
        connection.sendall(b"POST /predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(rng.randint(1, 20)):
            size = rng.choice([b"5", b"fffffff", b"-1", b"zz", b"0", b"3"])
            connection.sendall(size + b"\r\n" + rng.randbytes(5) + b"\r\n")
        connection.settimeout(0.3)
        read_some(connection)


def nested(address, rng):
    body = b'{"symbol":"X","tick_data":' + b"[" * rng.randint(10, 100000) + b"}"
    with connect(address) as connection:
        connection.sendall(request(b"/predict", body, b"POST"))
        connection.settimeout(1)
        read_some(connection)


def slow(address, stop, seed):
    rng = random.Random(seed)
    while not stop.is_set():
        try:
            with connect(address) as connection:
                connection.settimeout(20)
                data = request(b"/predict", BODY, b"POST") if rng.random() < 0.5 else request(b"/models") * 200
                sends_slowly = rng.random() < 0.5
                if not sends_slowly:
                    connection.sendall(data)
                for byte in data:
                    if stop.is_set():
                        return
                    if sends_slowly:
                        connection.sendall(bytes([byte]))
                    elif not read_some(connection, 1):
                        break
                    time.sleep(0.2)
        except OSError:
            time.sleep(0.1)


def healthy(address, seconds, latencies, failures):
    connection = connect(address)
    data = request(b"/predict", BODY, b"POST")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.perf_counter()
        try:
            connection.sendall(data)
            answer = connection.recv(65536)
        except OSError:
            answer = b""
        latencies.append((time.perf_counter() - begin) * 1e6)
        if not answer.startswith(b"HTTP/1.1 200") and not answer.startswith(b"HTTP/1.1 422"):
            failures.append(answer[:40].decode("latin-1"))
            connection.close()
            connection = connect(address)
        time.sleep(0.002)
    connection.close()


def measured(address, seconds, results):
    """Starts the healthy client, and gives what waits for its latencies and failures."""
    def work():
        if os.cpu_count() > 1:
            os.sched_setaffinity(0, {0})
        latencies, failures = [], []
        healthy(address, seconds, latencies, failures)
        results.put((latencies, failures))

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()

    def wait():
        found = results.get()
        process.join()
        return found
    return wait


def percentiles(values):
    values = sorted(values)
    return {"p50_us": values[len(values) // 2], "p99_us": values[len(values) * 99 // 100], "count": len(values)}


def usage(pid):
    with open(f"/proc/{pid}/status") as status:
        memory = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return {"memory_kb": memory, "descriptors": len(os.listdir(f"/proc/{pid}/fd"))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", type=int, default=50, help="slow clients at once")
    arguments = parser.parse_args()
    host, port = arguments.url.split("//")[1].rstrip("/").split(":")
    address = (host, int(port))
    if os.cpu_count() > 1:
        os.sched_setaffinity(0, set(range(1, os.cpu_count())))
    # In a process of its own: threads of this one would take its time.
    results = multiprocessing.Queue()
    before, failures = measured(address, min(10, arguments.seconds), results)()
    stop = threading.Event()
    slow_ones = [threading.Thread(target=slow, args=(address, stop, seed)) for seed in range(arguments.slow)]
    for thread in slow_ones:
        thread.start()
    client = measured(address, arguments.seconds, results)
    rng = random.Random(arguments.seed)
    kinds = [noise, mutated, cut, lying, endless, pipelined, chunked, nested]
    sent = {kind.__name__: 0 for kind in kinds}
    looks = []
    end = time.monotonic() + arguments.seconds
    next_look = 0
    while time.monotonic() < end:
        kind = rng.choice(kinds)
        try:
            kind(address, rng)
        except OSError:
            pass
        sent[kind.__name__] += 1
        if time.monotonic() > next_look:
            looks.append(usage(arguments.pid))
            next_look = time.monotonic() + max(1, arguments.seconds / 30)
        time.sleep(0.005)
    stop.set()
    during, more = client()
    failures += more
    for thread in slow_ones:
        thread.join()
    time.sleep(1)
    looks.append(usage(arguments.pid))
    with connect(address) as connection:
        connection.sendall(request())
        is_alive = read_some(connection).startswith(b"HTTP/1.1 200")
    print(json.dumps({
        "before": percentiles(before), "during": percentiles(during), "failed": failures[:5], "failures": len(failures),
        "sent": sent, "alive": is_alive, "looks": looks}))
    sys.exit(0 if is_alive and not failures else 1)


if __name__ == "__main__":
    main()
