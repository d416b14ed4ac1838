#if Streaming
import Foundation
public import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
public import ServiceLifecycle
import Synchronization

/// Serves a replay of ticks to WebSocket clients.
///
/// `ws://HOST:PORT/ticks` sends at once, with `?symbols=A,B&from=start&batch=100` as wanted; `ws://HOST:PORT/` waits for
/// `{"type":"subscribe", …}` and says besides ticks what it does: `hello`, `subscribed`, `dropped`, `end`, `error`. A frame is one tick as ``TickMessage``
/// writes it, or a JSON array of ticks where a batch was asked for. Memory does not grow with subscribers who are slow.
///
/// ```swift
/// let server = try TickServer(TickReplay(ticks, stream: "day"), options)
/// try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm], logger: logger).run()
/// ```
public final class TickServer: Service {
  let replay: TickReplay
  let options: TickServerOptions
  let logger: Logger
  let counts = Mutex(TickServerStatistics())
  private let boundPort = Mutex<Int?>(nil)
  /// Connections that no session has taken up yet; nil once the server ends.
  private let waiting = Mutex<[ObjectIdentifier: any Channel]?>([:])

  /// Makes a server that does not listen yet.
  public init(
    _ replay: TickReplay, _ options: TickServerOptions = .init(), logger: Logger = Logger(label: "tick-server")
  ) {
    self.replay = replay
    self.options = options
    self.logger = logger
  }

  /// What it has done so far.
  public var statistics: TickServerStatistics { counts.withLock { $0 } }

  /// The port it listens at; nil while it does not.
  public var port: Int? { boundPort.withLock { $0 } }

  /// Listens and serves until shut down, cancelled, or forever.
  ///
  /// - Throws: `IOError` if the address cannot be listened at.
  public func run() async throws {
    try options.validate()
    let listening = try await ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .bind(host: options.host, port: options.port) { channel in self.prepare(channel) }
    // Asked on its own loop: elsewhere the address may not be known yet.
    let bound = try await listening.channel.eventLoop.submit { listening.channel.localAddress?.port }.get()
    boundPort.withLock { $0 = bound }
    logger.info("listening at ws://\(options.host):\(port ?? 0)/ticks", metadata: ["stream": "\(replay.stream)"])
    let start = ContinuousClock.now
    do {
      try await cancelledOnShutdown {
        try await withThrowingDiscardingTaskGroup { group in
          // Nobody would ever answer those that were accepted and not taken up.
          defer { self.closeWaiting() }
          try await listening.executeThenClose { inbound in
            for try await upgrade in inbound { group.addTask { await self.serve(upgrade, since: start) } }
          }
          group.cancelAll()
        }
      }
    } catch is CancellationError {
      // The end that was asked for.
    }
  }

  /// Where a connection comes to when its first request was read.
  enum Upgrade {
    case socket(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>, uri: String)
    case refused(NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>)
  }

  private static let requestLimit = 1 << 16

  private func closeWaiting() {
    let left = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting ?? [:]
    }
    for channel in left.values { channel.close(promise: nil) }
  }

  /// Keeps a connection until a session takes it up; false once the server ends.
  private func keep(_ channel: any Channel) -> Bool {
    let isKept = waiting.withLock { waiting in
      waiting?[ObjectIdentifier(channel)] = channel
      return waiting != nil
    }
    channel.closeFuture.whenComplete { _ in self.release(channel) }
    return isKept
  }

  private func release(_ channel: any Channel) {
    waiting.withLock { _ = $0?.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  private func prepare(_ channel: any Channel) -> EventLoopFuture<EventLoopFuture<Upgrade>> {
    channel.eventLoop.makeCompletedFuture {
      let upgrader = NIOTypedWebSocketServerUpgrader<Upgrade>(
        maxFrameSize: Self.requestLimit,
        shouldUpgrade: { channel, head in
          let path = head.uri.prefix { $0 != "?" }
          return channel.eventLoop.makeSucceededFuture(path == "/" || path == "/ticks" ? HTTPHeaders() : nil)
        },
        upgradePipelineHandler: { channel, head in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 64, maxAccumulatedFrameSize: Self.requestLimit))
            return Upgrade.socket(try NIOAsyncChannel(wrappingChannelSynchronously: channel), uri: head.uri)
          }
        })
      let configuration = NIOUpgradableHTTPServerPipelineConfiguration(
        upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
          upgraders: [upgrader],
          notUpgradingCompletionHandler: { channel in
            channel.eventLoop.makeCompletedFuture {
              try channel.pipeline.syncOperations.addHandler(ResponsePartHandler())
              return Upgrade.refused(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
            }
          }))
      // One that never finishes its request holds a connection for ten seconds, no longer.
      let deadline = channel.eventLoop.scheduleTask(in: .seconds(10)) { channel.close(promise: nil) }
      let upgrade = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
        configuration: configuration)
      upgrade.whenComplete { result in
        deadline.cancel()
        // What speaks no HTTP gets no answer.
        if case .failure = result { channel.close(promise: nil) }
      }
      if !self.keep(channel) { channel.close(promise: nil) }
      return upgrade
    }
  }

  private func serve(_ upgrade: EventLoopFuture<Upgrade>, since start: ContinuousClock.Instant) async {
    do {
      switch try await upgrade.get() {
      case .socket(let channel, let uri):
        counts.withLock {
          $0.connections += 1
          $0.accepted += 1
        }
        defer { counts.withLock { $0.connections -= 1 } }
        release(channel.channel)
        await TickSession(server: self, channel: channel, start: start).run(uri)
      case .refused(let channel):
        counts.withLock { $0.refused += 1 }
        try await refuse(channel)
      }
    } catch {
      // A peer that went, or that speaks no HTTP, concerns nobody else.
      counts.withLock { $0.refused += 1 }
      logger.debug("a connection failed", metadata: ["error": "\(error)"])
    }
  }

  private func refuse(
    _ channel: NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>
  ) async throws {
    let text = ByteBuffer(string: "WebSocket only: ws://HOST:PORT/ticks, or / and a message to subscribe\n")
    var head = HTTPResponseHead(version: .http1_1, status: .upgradeRequired)
    head.headers.add(name: "content-length", value: "\(text.readableBytes)")
    head.headers.add(name: "content-type", value: "text/plain; charset=utf-8")
    head.headers.add(name: "upgrade", value: "websocket")
    head.headers.add(name: "connection", value: "upgrade, close")
    try await channel.executeThenClose { _, outbound in
      try await outbound.write(contentsOf: [.head(head), .body(text), .end(nil)])
    }
  }
}

/// Turns buffers into parts of a response.
private final class ResponsePartHandler: ChannelOutboundHandler {
  typealias OutboundIn = HTTPPart<HTTPResponseHead, ByteBuffer>
  typealias OutboundOut = HTTPServerResponsePart

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let part: HTTPServerResponsePart =
      switch unwrapOutboundIn(data) {
      case .head(let head): .head(head)
      case .body(let buffer): .body(.byteBuffer(buffer))
      case .end(let trailers): .end(trailers)
      }
    context.write(wrapOutboundOut(part), promise: promise)
  }
}
#endif
