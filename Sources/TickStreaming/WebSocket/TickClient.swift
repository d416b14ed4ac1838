#if Streaming
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// Reads ticks from a WebSocket server, and connects again when a connection is lost.
///
/// ```swift
/// let client = try TickClient(TickClientOptions(url: "ws://localhost:8765/"))
/// try await client.run { frame in use(frame.ticks) }
/// ```
/// While the body has not returned nothing more is read from the socket: a slow reader holds the server back, not memory.
public final class TickClient: Sendable {
  /// A tick that a reader has: the symbol, and its number in the stream.
  public typealias Mark = (symbol: String, sequence: Int64)

  private typealias Socket = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

  private let options: TickClientOptions
  private let address: WebSocketAddress
  private let onEvent: @Sendable (TickClientEvent) -> Void

  /// Makes a client that does not connect yet.
  ///
  /// - Throws: ``StreamingError`` with code `invalidOption`.
  public init(
    _ options: TickClientOptions, onEvent: @escaping @Sendable (TickClientEvent) -> Void = { _ in }
  ) throws(StreamingError) {
    self.options = options
    self.onEvent = onEvent
    address = try WebSocketAddress(options.url)
    for (name, value) in [
      ("firstWait", options.firstWait), ("longestWait", options.longestWait), ("silenceLimit", options.silenceLimit),
    ] where !(value >= 0.01) {
      throw StreamingError(.invalidOption, "\(name) is \(value) s; at least 0.01 are needed")
    }
    guard 1...TickRequest.batchLimit ~= options.batch else {
      throw StreamingError(.invalidOption, "batch is \(options.batch); 1 to \(TickRequest.batchLimit) are allowed")
    }
  }

  /// Reads until the stream ends or the task is cancelled.
  ///
  /// - Parameters:
  ///   - marks: Asked at each connection, once its stream and symbols are known: ticks that are there already. The server goes on
  ///     with the earliest of them, which so comes again, as may others that are there. Nil to begin as the options say.
  ///   - body: Takes a frame.
  /// - Throws: ``StreamingError`` with code `refused`; what `marks` or the body throws, but for an error with code `lost`, after which the client
  ///   connects again.
  public func run(
    resuming marks: @escaping @Sendable (_ stream: String, _ symbols: [String]) async throws -> [Mark]? = { _, _ in nil
    },
    _ body: @escaping @Sendable (TickFrame) async throws -> Void
  ) async throws {
    var wait = options.firstWait
    while !Task.isCancelled {
      let heard = Mutex(false)
      do {
        if let socket = try await open() {
          try await read(socket, marks, body) { heard.withLock { $0 = true } }
          if !Task.isCancelled { onEvent(.end) }
          return
        }
        throw StreamingError(.lost, "\(options.url) answers, but not as a WebSocket")
      } catch let failure as ReaderFailure where !Self.isLost(failure.error) {
        throw failure.error
      } catch let error as StreamingError where error.code != .lost {
        throw error
      } catch {
        let error = (error as? ReaderFailure)?.error ?? error
        if Task.isCancelled { return }
        if heard.withLock({ $0 }) { wait = options.firstWait }
        // Clients that lost one server must not come back all at once.
        let seconds = wait * Double.random(in: 0.5...1)
        onEvent(.retrying("\(error)", seconds: seconds))
        try? await Task.sleep(for: .seconds(seconds))  // Cancelled: the loop ends.
        wait = min(wait * 2, options.longestWait)
      }
    }
  }

  private static func isLost(_ error: any Error) -> Bool { (error as? StreamingError)?.code == .lost }

  /// What a reader threw; no new connection mends it, unless the reader says so.
  private struct ReaderFailure: Error { let error: any Error }

  private func caught<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch { throw ReaderFailure(error: error) }
  }

  // MARK: - A connection

  private func open() async throws -> NIOAsyncChannel<WebSocketFrame, WebSocketFrame>? {
    let (address, limit) = (address, options.frameLimit)
    let opening = Opening()
    // Futures know nothing of tasks: a task that is cancelled closes what it waits for.
    return try await withTaskCancellationHandler {
      try await connect(address, limit, opening).get()
    } onCancel: {
      opening.close()
    }
  }

  /// The connection that is being opened.
  private final class Opening: Sendable {
    private let state = Mutex<(channel: (any Channel)?, isOver: Bool)>((nil, false))

    func begin(_ channel: any Channel) {
      let isOver = state.withLock { state in
        state.channel = channel
        return state.isOver
      }
      if isOver { channel.close(promise: nil) }
    }

    func close() {
      let channel = state.withLock { state in
        state.isOver = true
        return state.channel
      }
      channel?.close(promise: nil)
    }
  }

  private func connect(
    _ address: WebSocketAddress, _ limit: Int, _ opening: Opening
  ) async throws -> EventLoopFuture<NIOAsyncChannel<WebSocketFrame, WebSocketFrame>?> {
    let result: EventLoopFuture<Socket?> = try await ClientBootstrap(group: NIOSingletons.posixEventLoopGroup)
      .connectTimeout(.seconds(5)).channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connect(host: address.host, port: address.port) { channel in
        opening.begin(channel)
        return channel.eventLoop.makeCompletedFuture {
          let upgrader = NIOTypedWebSocketClientUpgrader<Socket?>(maxFrameSize: limit) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
              try channel.pipeline.syncOperations.addHandler(
                NIOWebSocketFrameAggregator(
                  minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 4096, maxAccumulatedFrameSize: limit))
              return try Socket(
                wrappingChannelSynchronously: channel,
                // A frame holds hundreds of ticks: few of them are enough to keep the reader busy.
                configuration: .init(backPressureStrategy: .init(lowWatermark: 2, highWatermark: 8)))
            }
          }
          var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.uri)
          head.headers.add(name: "host", value: "\(address.host):\(address.port)")
          let deadline = channel.eventLoop.scheduleTask(in: .seconds(10)) { channel.close(promise: nil) }
          var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
              upgradeRequestHead: head, upgraders: [upgrader],
              notUpgradingCompletionHandler: { channel in channel.close().map { nil } }))
          // The server's first frame may come together with its answer.
          pipeline.leftOverBytesStrategy = .forwardBytes
          let upgrade = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
            configuration: pipeline)
          upgrade.whenComplete { _ in deadline.cancel() }
          return upgrade
        }
      }
    return result
  }

  private func read(
    _ socket: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>,
    _ marks: (String, [String]) async throws -> [Mark]?, _ body: (TickFrame) async throws -> Void,
    _ isHeard: () -> Void
  ) async throws {
    let lastHeard = LastHeard()
    let silence = Duration.seconds(options.silenceLimit)
    let channel = socket.channel
    try await socket.executeThenClose { inbound, outbound in
      try await withThrowingTaskGroup { group in
        group.addTask {
          // Nobody else notices a peer that vanished.
          while true {
            try await Task.sleep(for: silence / 4)
            if lastHeard.age > silence { channel.close(promise: nil) }
          }
        }
        defer { group.cancelAll() }
        var hasEnded = false
        for try await frame in inbound {
          switch frame.opcode {
          case .text:
            isHeard()
            let content = TickFrame(Array(frame.data.readableBytesView))
            if let notice = content.notice {
              hasEnded = hasEnded || notice.type == "end"
              try await take(notice, outbound, marks)
            } else {
              // While the body waits nothing is read, which is no silence of the server's.
              lastHeard.isBusy = true
              defer { lastHeard.isBusy = false }
              try await caught { try await body(content) }
            }
          case .binary: throw StreamingError(.lost, "\(options.url) sends a binary frame; text is needed")
          case .ping: try await outbound.write(Self.frame(.pong, frame.data))
          case .connectionClose:
            if hasEnded { return }
            throw StreamingError(.lost, "the server closes the connection: \(Self.reason(frame.data))")
          default: break
          }
          lastHeard.renew()
        }
        if hasEnded || Task.isCancelled { return }
        throw StreamingError(.lost, "the connection to \(options.url) was lost")
      }
    }
  }

  private func take(
    _ notice: TickNotice, _ outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>,
    _ marks: (String, [String]) async throws -> [Mark]?
  ) async throws {
    switch notice.type {
    case "hello":
      let (stream, symbols) = (notice.stream ?? "", notice.symbols ?? [])
      let found = try await caught { try await marks(stream, symbols) }
      let request = TickRequest(
        type: "subscribe", symbols: options.symbols, from: options.fromStart ? "start" : "now", stream: stream,
        resume: found?.map { TickRequest.Mark(symbol: $0.symbol, sequence: $0.sequence) }, batch: options.batch)
      let data = try JSONEncoder().encode(request)
      try await outbound.write(Self.frame(.text, ByteBuffer(bytes: data)))
    case "subscribed": onEvent(.subscribed(stream: notice.stream ?? "", symbols: notice.symbols ?? []))
    case "dropped": onEvent(.dropped(notice.count ?? 0))
    case "error": throw StreamingError(.refused, "the server refuses: \(notice.message ?? "no reason given")")
    default: break
    }
  }

  /// When a peer last said something.
  private final class LastHeard: Sendable {
    private let time = Mutex((last: ContinuousClock.now, isBusy: false))
    /// The time since then; none while the reader itself is busy.
    var age: Duration { time.withLock { $0.isBusy ? .zero : ContinuousClock.now - $0.last } }
    var isBusy: Bool {
      get { time.withLock { $0.isBusy } }
      set { time.withLock { $0 = (.now, newValue) } }
    }
    func renew() { time.withLock { $0.last = .now } }
  }

  private static func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
    WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
  }

  private static func reason(_ data: ByteBuffer) -> String {
    var data = data
    let code = data.readInteger(as: UInt16.self).map(String.init) ?? "no code"
    return "\(code) \(String(decoding: data.readableBytesView, as: UTF8.self))"
  }
}
#endif
