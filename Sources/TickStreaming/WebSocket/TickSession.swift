#if Streaming
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Synchronization

/// One subscriber's connection: what it asks for, and where in the replay it stands.
final class TickSession: Sendable {
  private typealias Socket = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
  private typealias Writer = NIOAsyncChannelOutboundWriter<WebSocketFrame>

  private let server: TickServer
  private let channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
  private let start: ContinuousClock.Instant
  /// Counts requests: a task that sends for an earlier one ends.
  private let generation = Atomic(0)
  private let lastHeard = Mutex(ContinuousClock.now)
  /// Whether ticks wait for the socket to take them.
  private let isWriting = Atomic(false)

  /// Ticks that are written at once, so that cancelling and other subscribers get their turn.
  private static let burst = 4096
  /// Seconds between two looks for ticks that are due: a market's ticks come one by one, not in a heap each millisecond.
  private static let shortestWait = 0.0002

  init(
    server: TickServer, channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, start: ContinuousClock.Instant
  ) {
    self.server = server
    self.channel = channel
    self.start = start
  }

  /// Serves until the peer goes or the task is cancelled.
  func run(_ uri: String) async {
    do {
      try await channel.executeThenClose { inbound, outbound in
        guard server.statistics.connections <= server.options.connectionLimit else {
          server.counts.withLock { $0.refused += 1 }
          return try await close(outbound, .unknown(1013), "there are too many subscribers")
        }
        try await withThrowingTaskGroup { group in
          group.addTask { try await self.beat() }
          if uri.hasPrefix("/ticks") {
            try await answer(requestOf(uri), outbound, isQuiet: true) { send in group.addTask { try await send() } }
          } else {
            let replay = server.replay
            try await notify(outbound, TickNotice(type: "hello", stream: replay.stream, symbols: replay.symbols))
          }
          for try await frame in inbound {
            lastHeard.withLock { $0 = .now }
            let goesOn = try await take(frame, outbound) { send in group.addTask { try await send() } }
            if !goesOn { break }
          }
          if Task.isCancelled {
            // Not by the writer, which is cancelled too.
            let frame = closing(.goingAway, "the server ends")
            channel.channel.writeAndFlush(frame, promise: nil)
          }
          group.cancelAll()
        }
      }
    } catch {
      // The peer went, or sent what is no WebSocket; both end this connection only.
      server.logger.debug("a subscriber's connection ended", metadata: ["error": "\(error)"])
    }
  }

  // MARK: - Requests

  /// Takes a frame of the subscriber's; whether the connection goes on.
  private func take(
    _ frame: WebSocketFrame, _ outbound: Writer, _ start: (@escaping @Sendable () async throws -> Void) -> Void
  ) async throws -> Bool {
    guard frame.maskKey != nil else {
      try await close(outbound, .protocolError, "frames of clients must be masked")
      return false
    }
    switch frame.opcode {
    case .ping:
      try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
    case .connectionClose:
      try await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData))
      return false
    case .text:
      // Whatever is wrong with it, the answer says what a request is.
      guard let request = try? JSONDecoder().decode(TickRequest.self, from: Data(frame.unmaskedData.readableBytesView))
      else {
        try await refuse(outbound, #"a request is JSON: {"type":"subscribe","symbols":[…],"from":"start","batch":100}"#)
        return false
      }
      if let problem = request.problem(symbols: server.replay.symbols) {
        try await refuse(outbound, problem)
        return false
      }
      try await answer(request, outbound, isQuiet: false, start)
    case .binary:
      try await close(outbound, .unacceptableData, "text is needed")
      return false
    default: break
    }
    return true
  }

  private func refuse(_ outbound: Writer, _ message: String) async throws {
    server.counts.withLock { $0.refused += 1 }
    try await notify(outbound, TickNotice(type: "error", message: message))
    try await close(outbound, .policyViolation, "the request cannot be served")
  }

  /// The request that an address stands for.
  private func requestOf(_ uri: String) -> TickRequest {
    var request = TickRequest(type: "subscribe")
    for item in URLComponents(string: uri)?.queryItems ?? [] {
      switch item.name {
      case "symbols": request.symbols = item.value?.split(separator: ",").map(String.init)
      case "from": request.from = item.value
      case "batch": request.batch = item.value.map { Int($0) ?? 0 }
      default: break
      }
    }
    return request
  }

  private func answer(
    _ request: TickRequest, _ outbound: Writer, isQuiet: Bool,
    _ start: (@escaping @Sendable () async throws -> Void) -> Void
  ) async throws {
    if let problem = request.problem(symbols: server.replay.symbols) { return try await refuse(outbound, problem) }
    let mine = generation.add(1, ordering: .sequentiallyConsistent).newValue
    guard request.type == "subscribe" else { return }
    let replay = server.replay
    if !isQuiet {
      try await notify(
        outbound,
        TickNotice(type: "subscribed", stream: replay.stream, symbols: request.symbols ?? replay.symbols))
    }
    var position = request.from == "start" ? 0 : replay.due(after: elapsed, server.options.pace)
    if server.options.pace == .unlimited { position = 0 }
    if let marks = request.resume, !marks.isEmpty, request.stream == replay.stream {
      // A mark that this stream never has would silently skip or repeat: it begins at the start.
      position = marks.map { replay.position(symbol: $0.symbol, sequence: $0.sequence) ?? 0 }.min()!
    }
    let wanted = request.symbols.map { names in replay.symbols.map { names.contains($0) } }
    let (from, batch) = (position, request.batch ?? 1)
    start {
      try await self.send(from: from, wanted: wanted, batch: batch, generation: mine, isQuiet: isQuiet, outbound)
    }
  }

  // MARK: - Sending

  private var elapsed: Double { (ContinuousClock.now - start) / .seconds(1) }

  private func send(
    from: Int, wanted: [Bool]?, batch: Int, generation mine: Int, isQuiet: Bool, _ outbound: Writer
  ) async throws {
    let (replay, options) = (server.replay, server.options)
    let total = replay.total
    var position = from
    // One who has seen more than is due comes from before a restart of the server: the clock goes on from there.
    let ahead = from > 0 && from < total ? max(0, replay.dueTime(from - 1, options.pace) - elapsed) : 0
    var writer = JSONWriter(capacity: 256 * min(batch, 512))
    while position < total, !Task.isCancelled, generation.load(ordering: .sequentiallyConsistent) == mine {
      let due = replay.due(after: elapsed + ahead, options.pace)
      guard position < due else {
        let wait = replay.dueTime(position, options.pace) - elapsed - ahead
        try await Task.sleep(for: .seconds(min(max(wait, Self.shortestWait), 1)))
        continue
      }
      if options.pace != .unlimited, due - position > options.lagLimit, options.slowPolicy != .wait {
        guard options.slowPolicy == .drop else {
          server.counts.withLock { $0.disconnected += 1 }
          return try await close(outbound, .unknown(1013), "too slow: \(due - position) ticks behind")
        }
        let count = (position..<due).count { wanted?[replay.symbolIndex($0)] ?? true }
        server.counts.withLock { $0.dropped += count }
        if !isQuiet { try await notify(outbound, TickNotice(type: "dropped", count: count)) }
        position = due
        continue
      }
      let end = min(due, position + Self.burst)
      var frames: [WebSocketFrame] = []
      var (inFrame, sent) = (0, 0)
      func finishFrame() {
        guard inFrame > 0 else { return }
        if batch > 1 { writer.close("]") }
        frames.append(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: writer.bytes)))
        writer.removeAll()
        inFrame = 0
      }
      for place in position..<end where wanted?[replay.symbolIndex(place)] ?? true {
        if inFrame == 0, batch > 1 { writer.open("[") }
        replay[place].write(to: &writer)
        sent += 1
        inFrame += 1
        if inFrame == batch { finishFrame() }
      }
      finishFrame()
      position = end
      // Suspends while the socket is full: the subscriber's pace, not our memory.
      if !frames.isEmpty {
        isWriting.store(true, ordering: .releasing)
        defer { isWriting.store(false, ordering: .releasing) }
        try await outbound.write(contentsOf: frames)
      }
      server.counts.withLock { $0.sent += sent }
    }
    guard position >= total else { return }
    if !isQuiet { try await notify(outbound, TickNotice(type: "end", stream: replay.stream)) }
    try await close(outbound, .normalClosure, "all ticks were sent")
  }

  private func notify(_ outbound: Writer, _ notice: TickNotice) async throws {
    let data = try JSONEncoder().encode(notice)
    try await outbound.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: data)))
  }

  /// Says why the connection ends; the peer answers and closes.
  private func close(_ outbound: Writer, _ code: WebSocketErrorCode, _ reason: String) async throws {
    try await outbound.write(closing(code, reason))
  }

  private func closing(_ code: WebSocketErrorCode, _ reason: String) -> WebSocketFrame {
    var data = ByteBuffer()
    data.write(webSocketErrorCode: code)
    data.writeString(reason)
    return WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
  }

  /// Pings, and closes the connection of a peer that says nothing for two beats.
  private func beat() async throws {
    let interval = Duration.seconds(server.options.heartbeat)
    while true {
      try await Task.sleep(for: interval)
      // A peer that is waited for, as the policy says, may be too busy to answer.
      let isWaitedFor = server.options.slowPolicy == .wait && isWriting.load(ordering: .acquiring)
      if !isWaitedFor, lastHeard.withLock({ ContinuousClock.now - $0 > interval * 2 }) {
        server.counts.withLock { $0.disconnected += 1 }
        return try await channel.channel.close()
      }
      // Not by the writer, which waits while the socket is full.
      channel.channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()), promise: nil)
    }
  }
}
#endif
