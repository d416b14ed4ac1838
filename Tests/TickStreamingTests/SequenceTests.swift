import Foundation
import Testing
import TickData
import TickStreaming

@Suite("Numbers of ticks") struct SequenceTests {
  private func message(_ symbol: String, _ sequence: Int64?, _ stream: String = "s") -> TickMessage {
    TickMessage(Tick(symbol: symbol, time: 1, price: 1), stream: stream, sequence: sequence)
  }

  @Test("gaps and repetitions are found by symbol and stream")
  func verdicts() {
    var tracker = SequenceTracker()
    #expect(tracker.check(message("A", nil)) == .unnumbered)
    #expect(tracker.check(message("A", 5)) == .next)
    #expect(tracker.check(message("A", 6)) == .next)
    #expect(tracker.check(message("B", 0)) == .next)
    #expect(tracker.check(message("A", 6)) == .repeated)
    #expect(tracker.check(message("A", 9)) == .gap(missing: 2))
    #expect(tracker.check(message("A", 7)) == .repeated)
    // Another stream counts for itself, and the first one is not forgotten.
    #expect(tracker.check(message("A", 0, "t")) == .next)
    #expect(tracker.check(message("A", 9)) == .repeated)
    #expect(tracker.check(message("A", 10)) == .next)
    #expect(tracker.last("A", "t") == 0 && tracker.last("A", "s") == 10 && tracker.last("C", "s") == nil)
    #expect(SequenceTracker(tracker.entries()) == tracker)
    tracker.remove(["A"])
    #expect(tracker.last("A", "s") == nil && tracker.last("B", "s") == 0)
  }

  @Test(
    "keys go to the partitions of Java's clients",
    arguments: [
      ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
      ("a-little-bit-longer-string", -1_486_304_829),
      ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
    ] as [(String, Int)])
  func partitions(_ key: String, _ hash: Int) {
    // The hashes are those that Kafka's own tests publish (UtilsTest).
    for partitions in [1, 2, 3, 7, 1000] {
      let expected = (hash & 0x7fff_ffff) % partitions
      #expect(Int(KafkaPartitioner.partition(of: key.utf8, partitions: partitions)) == expected)
    }
  }
}

@Suite("Frames of ticks") struct TickFrameTests {
  @Test("an array keeps what can be read, and says what cannot")
  func arrays() {
    let frame = TickFrame(Array(#"[{"symbol":"A","price":1}, {"price":2},{"symbol":"B","price":3,"x":[1]} ]"#.utf8))
    #expect(frame.ticks.map(\.tick.symbol) == ["A", "B"])
    #expect(frame.rejects.map { String(decoding: $0.json, as: UTF8.self) } == [#"{"price":2}"#])
    #expect(String(decoding: frame.json(1), as: UTF8.self) == #"{"symbol":"B","price":3,"x":[1]}"#)
    #expect(TickFrame(Array("[]".utf8)).ticks.isEmpty)
    #expect(TickFrame(Array(#"{"symbol":"A","price":1}"#.utf8)).ticks.count == 1)
  }

  @Test(
    "what is broken is rejected from there on",
    arguments: [
      (#"[{"symbol":"A","price":1},{"symbol":"B","#, 1), (#"[{"symbol":"A","price":1}"#, 1),
      (#"[{"symbol":"A","price":1}] x"#, 1), ("nonsense", 0), ("[1,2]", 0), ("", 0),
    ])
  func broken(_ text: String, _ ticks: Int) {
    let frame = TickFrame(Array(text.utf8))
    #expect(frame.ticks.count == ticks && !frame.rejects.isEmpty)
  }
}

@Suite("Replays") struct TickReplayTests {
  private func replay(loops: Int? = 1) throws -> TickReplay {
    var batch = TickBatch()
    let second: Int64 = 1_000_000_000
    for (row, symbol) in ["A", "B", "A", "A", "B"].enumerated() {
      batch.append(Tick(symbol: symbol, time: 1_620_627_300 * second + Int64(row) * second, price: Double(row + 1)))
    }
    return try TickReplay(batch, stream: "s", loops: loops)
  }

  @Test("ticks are numbered by symbol, over all loops, and their times go on")
  func numbers() throws {
    let replay = try replay(loops: 3)
    #expect(replay.total == 15)
    let messages = (0..<15).map { replay[$0] }
    #expect(messages.filter { $0.tick.symbol == "A" }.map(\.sequence) == (0..<9).map { Int64($0) })
    #expect(messages.filter { $0.tick.symbol == "B" }.map(\.sequence) == (0..<6).map { Int64($0) })
    let times = messages.map(\.tick.time)
    #expect(times == times.sorted() && times[5] - times[0] == 86_400_000_000_000)
    #expect(try self.replay(loops: nil).total == .max)
  }

  @Test("a bad replay is refused")
  func refused() throws {
    #expect(throws: TickDataError.self) { try TickReplay(TickBatch(), stream: "s") }
    #expect(throws: TickDataError.self) { try replay(loops: 0) }
  }
}
