"""The live path as one writes it in Python: WebSocket -> Kafka -> DuckDB, batches of 1,000; two processes besides the server.

  live_chain.py relay URL BROKERS TOPIC          websockets -> confluent-kafka
  live_chain.py ingest BROKERS TOPIC FILE        confluent-kafka -> duckdb, offsets committed after each batch

Both stop on SIGTERM and print one line of JSON: ticks, seconds between the first and the last, resident peak in kB.
"""
import asyncio, json, resource, signal, sys, time

stopping = False


def stop(*_):
    global stopping
    stopping = True


def report(ticks, first, last):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"ticks": ticks, "seconds": (last - first) if first else 0, "peak_kb": peak}), flush=True)


async def relay(url, brokers, topic):
    import websockets
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "acks": "all",
                         "compression.type": "lz4", "linger.ms": 5})
    ticks, first, last = 0, None, None
    async with websockets.connect(url, max_size=None) as socket:
        while not stopping:
            try:
                frame = await asyncio.wait_for(socket.recv(), 0.5)
            except asyncio.TimeoutError:
                continue
            except websockets.ConnectionClosed:
                break
            found = json.loads(frame)
            for tick in found if isinstance(found, list) else [found]:
                while True:
                    try:
                        producer.produce(topic, json.dumps(tick).encode(), key=tick["symbol"])
                        break
                    except BufferError:
                        producer.poll(0.01)
                ticks += 1
                if ticks % 1000 == 0:
                    producer.poll(0)
            last = time.time()
            first = first or last
    producer.flush()
    report(ticks, first, last)


def ingest(brokers, topic, path):
    import duckdb, pandas
    from confluent_kafka import Consumer

    store = duckdb.connect(path)
    store.execute("CREATE TABLE IF NOT EXISTS ticks (symbol VARCHAR, ts_ns BIGINT, price DOUBLE, size DOUBLE, bid DOUBLE,"
                  " ask DOUBLE, bid_size DOUBLE, ask_size DOUBLE, side TINYINT)")
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "python", "enable.auto.commit": False,
                         "auto.offset.reset": "earliest", "fetch.wait.max.ms": 100, "fetch.queue.backoff.ms": 10})
    consumer.subscribe([topic])
    ticks, first, last = 0, None, None
    print("ready", flush=True)
    while not stopping:
        rows = []
        for message in consumer.consume(1000, 0.1):
            if message.error() is None:
                tick = json.loads(message.value())
                rows.append((tick["symbol"], tick["timestamp"], tick.get("price"), tick.get("volume"), tick.get("bid"),
                             tick.get("ask"), tick.get("bid_size"), tick.get("ask_size"), tick.get("side", 0)))
        if not rows:
            continue
        # A frame is DuckDB's fast way in from Python; executemany is 100 times slower.
        frame = pandas.DataFrame(rows)
        store.execute("INSERT INTO ticks SELECT * FROM frame")
        consumer.commit(asynchronous=False)
        ticks += len(rows)
        last = time.time()
        first = first or last
    consumer.close()
    report(ticks, first, last)


# A parent may have blocked signals, which children inherit.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
signal.signal(signal.SIGTERM, stop)
if sys.argv[1] == "relay":
    asyncio.run(relay(*sys.argv[2:5]))
else:
    ingest(*sys.argv[2:5])
