#if Streaming
import Foundation
import TestSupport
import Testing
import TickData
import TickStreaming

private let isKafkaHere = (try? LocalBroker()) != nil  // Its error is the reason to skip.
private let kcat = Peers.program("kcat")
private let hasWebSockets = Peers.hasPython("websockets")
private let hasConfluent = isKafkaHere && Peers.hasPython("confluent_kafka")

/// The other end is a program that nobody here wrote.
@Suite("Peers of the live path", .serialized)
struct PeerTests {
  private func relay(_ replay: TickReplay, to brokers: String) async throws {
    try await withServer(replay) { _, url in
      try await TickRelay(TickClientOptions(url: url), kafka: KafkaConfiguration(brokers), logger: quietLog).run()
    }
  }

  @Test("kcat reads what the relay wrote", .enabled(if: isKafkaHere && kcat != nil, "kcat is not on this machine"))
  func readByKcat() async throws {
    let broker = try LocalBroker()
    let replay = try TickReplay(try marketTicks(500), stream: "day")
    try await relay(replay, to: broker.bootstrapServers)
    let run = try PeerProcess(
      kcat!, ["-C", "-b", broker.bootstrapServers, "-t", "tick-data", "-e", "-q", "-f", "%k %s\\n"])
    #expect(run.wait() == 0)
    var found: [String: [TickMessage]] = [:]
    for line in run.lines {
      let parts = line.split(separator: " ", maxSplits: 1)
      found[String(parts[0]), default: []].append(try TickMessage(decoding: Data(parts[1].utf8)))
    }
    #expect(found == Dictionary(grouping: (0..<500).map { replay[$0] }, by: \.tick.symbol))
  }

  @Test(
    "confluent-kafka writes with its own partitioner what a consumer of ours reads, headers and tombstones too",
    .enabled(if: hasConfluent, "Scripts/peers has not run here"))
  func writtenByConfluent() throws {
    let broker = try LocalBroker()
    try broker.createTopic("notes", partitions: 3)
    let script = """
      import sys
      from confluent_kafka import Producer
      producer = Producer({"bootstrap.servers": sys.argv[1], "enable.idempotence": True, "compression.type": "zstd"})
      for number in range(300):
          producer.produce("notes", key="k%d" % (number % 7), value="v%d" % number, headers=[("n", b"1"), ("n", b"2")])
      producer.produce("notes", key="k0", value=None)
      print(producer.flush(30))
      """
    let run = try PeerProcess(Peers.python!, ["-c", script, broker.bootstrapServers])
    #expect(run.wait() == 0 && run.lines.last == "0")
    let tail = try KafkaTail(KafkaConfiguration(broker.bootstrapServers))
    let found = try (0..<3).flatMap { try tail.messages(topic: "notes", partition: $0, from: 0) }
    #expect(found.count == 301)
    #expect(found.count { $0.value == nil } == 1)
    let byKey = Dictionary(grouping: found.filter { $0.value != nil }) { String(decoding: $0.key!, as: UTF8.self) }
    for (key, messages) in byKey {
      let own = messages.map { String(decoding: $0.value!, as: UTF8.self) }
      #expect(own == (0..<300).filter { "k\($0 % 7)" == key }.map { "v\($0)" })
      #expect(messages.allSatisfy { $0.headers == [KafkaHeader("n", "1"), KafkaHeader("n", "2")] })
    }
  }

  @Test(
    "Python's websockets reads from the server, and is read from",
    .enabled(if: hasWebSockets, "Scripts/peers has not run here"))
  func pythonWebSockets() async throws {
    let replay = try TickReplay(try marketTicks(3000), stream: "day")
    let lines = try await withServer(replay) { _, url in
      let script = """
        import asyncio, json, sys, websockets
        async def main():
            async with websockets.connect(sys.argv[1] + "ticks?from=start&batch=7") as socket:
                async for frame in socket:
                    for tick in json.loads(frame):
                        print(json.dumps(tick))
        asyncio.run(main())
        """
      let run = try PeerProcess(Peers.python!, ["-c", script, url])
      while run.wait(seconds: 0) == nil { try await Task.sleep(for: .milliseconds(20)) }
      #expect(run.wait() == 0)
      return run.lines
    }
    let expected = (0..<3000).map { replay[$0] }
    #expect(try lines.map { try TickMessage(decoding: Data($0.utf8)) } == expected)

    // A server that knows nothing of this package: one tick a frame, then it closes.
    let script = """
      import asyncio, sys, websockets
      lines = open(sys.argv[1]).read().splitlines()
      async def serve(socket):
          for line in lines:
              await socket.send(line)
          await asyncio.sleep(60)
      async def main():
          async with websockets.serve(serve, "127.0.0.1", 0) as server:
              print(server.sockets[0].getsockname()[1], flush=True)
              await asyncio.Future()
      asyncio.run(main())
      """
    let file = NSTemporaryDirectory() + "ticks-\(UUID().uuidString).jsonl"
    defer { try? FileManager.default.removeItem(atPath: file) }  // It is in the system's temporary folder.
    try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    let server = try PeerProcess(Peers.python!, ["-c", script, file])
    while server.lines.isEmpty, server.wait(seconds: 0) == nil { try await Task.sleep(for: .milliseconds(20)) }
    let port = try #require(server.lines.first.flatMap { Int($0) }, "\(server.output)")
    let seen = Seen()
    let reading = Task {
      try await TickClient(TickClientOptions(url: "ws://127.0.0.1:\(port)/")).run { seen.take($0) }
    }
    let deadline = ContinuousClock.now + .seconds(60)
    while seen.all.count < 3000, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
    reading.cancel()
    try await reading.value
    #expect(seen.all == expected)
  }
}
#endif
