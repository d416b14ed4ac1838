#if Streaming
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing
import TickData
import TickStreaming

/// A log that nobody reads.
let quietLog = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Ticks of a small market in the order of time.
func marketTicks(_ count: Int, symbols: Int = 5) throws -> TickBatch {
  var options = MarketOptions()
  options.ticks = count
  options.symbols = symbols
  return TickBatch(merging: try SyntheticMarket(options).ticks())
}

/// Runs a server while the body runs.
func withServer<Value: Sendable>(
  _ replay: TickReplay, _ change: (inout TickServerOptions) -> Void = { _ in },
  _ body: @escaping @Sendable (TickServer, String) async throws -> Value
) async throws -> Value {
  var options = TickServerOptions()
  options.port = 0
  options.pace = .unlimited
  change(&options)
  let server = TickServer(replay, options, logger: quietLog)
  return try await withThrowingTaskGroup { group in
    group.addTask {
      try await server.run()
      return Value?.none
    }
    group.addTask {
      while server.port == nil { try await Task.sleep(for: .milliseconds(5)) }
      return try await body(server, "ws://127.0.0.1:\(server.port!)/")
    }
    defer { group.cancelAll() }
    while let result = try await group.next() {
      if let result { return result }
    }
    throw CancellationError()
  }
}

/// What a reader of a client has seen.
final class Seen: Sendable {
  private let ticks = Mutex<[TickMessage]>([])
  private let events = Mutex<[TickClientEvent]>([])
  var all: [TickMessage] { ticks.withLock { $0 } }
  var told: [TickClientEvent] { events.withLock { $0 } }
  func take(_ frame: TickFrame, behind last: TickMessage? = nil) {
    ticks.withLock { $0 += frame.ticks.first == last ? frame.ticks.dropFirst() : frame.ticks[...] }
  }
  func hear(_ event: TickClientEvent) { events.withLock { $0.append(event) } }
}

@Suite("WebSocket") struct WebSocketTests {
  @Test("a client gets every tick in order, one a frame or many", arguments: [1, 7, 512])
  func all(_ batch: Int) async throws {
    let replay = try TickReplay(try marketTicks(3000), stream: "day", loops: 2)
    let seen = Seen()
    try await withServer(replay) { _, url in
      var options = TickClientOptions(url: url)
      options.batch = batch
      try await TickClient(options) { seen.hear($0) }.run { seen.take($0) }
    }
    #expect(seen.all == (0..<6000).map { replay[$0] })
    #expect(seen.told.last == .end)
  }

  @Test("some symbols only, from the earliest tick that is known on")
  func some() async throws {
    let replay = try TickReplay(try marketTicks(2000), stream: "day")
    let seen = Seen()
    try await withServer(replay) { _, url in
      var options = TickClientOptions(url: url)
      options.symbols = ["SYM002", "SYM004"]
      try await TickClient(options).run(resuming: { stream, symbols in
        #expect(stream == "day" && symbols.count == 5)
        return [("SYM002", 100), ("SYM004", 50)]
      }) { seen.take($0) }
    }
    let wanted = (0..<2000).map { replay[$0] }.filter { ["SYM002", "SYM004"].contains($0.tick.symbol) }
    let first = wanted.firstIndex { ($0.tick.symbol, $0.sequence) == ("SYM002", 100) }!
    let second = wanted.firstIndex { ($0.tick.symbol, $0.sequence) == ("SYM004", 50) }!
    #expect(seen.all == Array(wanted[min(first, second)...]))
  }

  @Test("a server that goes is looked for again, and the client goes on where it was")
  func reconnect() async throws {
    let replay = try TickReplay(try marketTicks(40_000), stream: "day")
    let seen = Seen()
    let port = Mutex(0)
    let client = Task {
      while port.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(5)) }
      var options = TickClientOptions(url: "ws://127.0.0.1:\(port.withLock { $0 })/")
      options.batch = 50
      options.firstWait = 0.05
      try await TickClient(options) { seen.hear($0) }.run(resuming: { _, _ in
        seen.all.last.map { [($0.tick.symbol, $0.sequence!)] }
      }) { frame in
        // The tick that it goes on with comes again.
        seen.take(frame, behind: seen.all.last)
        try await Task.sleep(for: .microseconds(500))
      }
    }
    for _ in 0..<4 {
      let known = seen.all.count
      try await withServer(replay, { $0.port = port.withLock { $0 } }) { server, _ in
        port.withLock { $0 = server.port! }
        while seen.all.count < min(known + 2000, 40_000) { try await Task.sleep(for: .milliseconds(2)) }
      }
    }
    try await withServer(replay, { $0.port = port.withLock { $0 } }) { _, _ in try await client.value }
    #expect(seen.all == (0..<40_000).map { replay[$0] })
    #expect(seen.told.contains { if case .retrying = $0 { true } else { false } })
  }

  @Test("a rate is kept, and one who is slow loses ticks or goes, as the policy says")
  func slow() async throws {
    let replay = try TickReplay(try marketTicks(200_000), stream: "day")
    for policy in [TickServerOptions.SlowPolicy.drop, .disconnect] {
      let seen = Seen()
      let statistics = try await withServer(
        replay,
        {
          $0.pace = .rate(400_000)
          $0.slowPolicy = policy
          $0.lagLimit = 5000
        }
      ) { server, url in
        var options = TickClientOptions(url: url)
        options.batch = 100
        options.firstWait = 30
        let client = Task {
          // 100 ticks take 10 ms: a fortieth of the rate. The sockets between hold some ten thousands.
          try await TickClient(options) { seen.hear($0) }.run { frame in
            seen.take(frame)
            try await Task.sleep(for: .milliseconds(10))
          }
        }
        let deadline = ContinuousClock.now + .seconds(100)
        while server.statistics.dropped == 0, server.statistics.disconnected == 0, ContinuousClock.now < deadline {
          try await Task.sleep(for: .milliseconds(20))
        }
        client.cancel()
        try? await client.value  // Cancelled.
        return server.statistics
      }
      #expect((statistics.dropped > 0) == (policy == .drop))
      #expect((statistics.disconnected > 0) == (policy == .disconnect))
    }
  }

  @Test("requests that cannot be served are refused with the reason")
  func refused() async throws {
    let replay = try TickReplay(try marketTicks(100), stream: "day")
    let error = await #expect(throws: StreamingError.self) {
      try await withServer(replay) { _, url in
        var options = TickClientOptions(url: url)
        options.symbols = ["nothing"]
        try await TickClient(options).run { _ in }
      }
    }
    #expect(error?.code == .refused && error?.message.contains("SYM001") == true)
    for url in ["http://x/", "wss://x/", "nonsense", "ws:///"] {
      #expect(throws: StreamingError.self) { try TickClient(TickClientOptions(url: url)) }
    }
    var options = TickClientOptions(url: "ws://x/")
    options.batch = 0
    #expect(throws: StreamingError.self) { try TickClient(options) }
  }

  @Test("what a reader throws ends the client")
  func thrown() async throws {
    struct Enough: Error {}
    let replay = try TickReplay(try marketTicks(1000), stream: "day")
    await #expect(throws: Enough.self) {
      try await withServer(replay) { _, url in
        try await TickClient(TickClientOptions(url: url)).run { _ in throw Enough() }
      }
    }
  }

  @Test("hostile bytes end their own connection only")
  func hostile() async throws {
    let replay = try TickReplay(try marketTicks(500), stream: "day")
    let seen = Seen()
    let handshake =
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    let masked: [UInt8] = [0, 0, 0, 0]
    let attacks: [[UInt8]] = [
      Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), Array("nonsense\r\n\r\n".utf8),
      Array(handshake.utf8) + [0x81, 0x02, 0x7B, 0x7D],  // Not masked.
      Array(handshake.utf8) + [0x81, 0x82] + masked + [0x7B, 0x7D],  // No request.
      Array(handshake.utf8) + [0x82, 0x81] + masked + [0],  // Binary.
      Array(handshake.utf8) + [0x81, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0] + masked,  // A frame of 2^62 bytes.
      Array(handshake.utf8) + [0x83, 0x80] + masked,  // A reserved opcode.
      Array(handshake.utf8) + [0x00, 0x80] + masked,  // The rest of a message that never began.
    ]
    try await withServer(replay) { server, url in
      for attack in attacks {
        let answer = try await blocking { try exchange(attack, port: server.port!) }
        #expect(!answer.isEmpty || attack.starts(with: Array("nonsense".utf8)))
      }
      try await TickClient(TickClientOptions(url: url)).run { seen.take($0) }
    }
    #expect(seen.all.count == 500)
  }
}

/// Sends bytes and reads until the peer closes, at most a minute: a busy machine takes its time.
private func exchange(_ bytes: [UInt8], port: Int) throws -> [UInt8] {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = UInt16(port).bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  let connected = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  guard connected == 0 else { throw StreamingTestError.noConnection }
  var limit = timeval(tv_sec: 60, tv_usec: 0)
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  var answer: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count <= 0 { return answer }
    answer += buffer[..<count]
  }
}

private enum StreamingTestError: Error { case noConnection }
#endif
