#if Serving
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import Modeling
import NIOCore
import NIOPosix
import NIOSSL
public import ServiceLifecycle
import Synchronization
import TickStreaming

/// Answers requests for predictions by HTTP.
public final class PredictionService: Service {
  private let options: ServingOptions
  private let state: ServingState
  private let logger: Logger
  private let bound = Mutex<Int?>(nil)

  package init(
    host: ModelHost, table: LiveTable, storePath: String?, logFolder: String?, metrics: MetricsStore?,
    _ options: ServingOptions, logger: Logger
  ) throws {
    if let problem = options.problem() { throw StreamingError(.invalidOption, problem) }
    self.options = options
    self.logger = logger
    let predictor = RequestPredictor(
      host: host, table: table, store: try storePath.map { try NewestTicks(path: $0) }, staleAfter: 60,
      log: try logFolder.map { try PredictionLog(folder: $0) })
    state = ServingState(
      predictor: predictor, gate: RequestGate(options, logger), metrics: metrics, watch: ServingWatch())
  }

  /// The port, once it listens.
  public var port: Int? { bound.withLock { $0 } }

  /// Answers until it is shut down; requests that have come in are answered before it returns.
  public func run() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
    let book = RouteBook(state.gate)
    ServiceRoutes(state: state).add(to: book)
    PredictRoutes(predictor: state.predictor).add(to: book)
    let responder = book.finish()
    var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
    decoder.maxHeaderListSize = options.headerLimit
    let (state, routes) = (state, book.immediates)
    let http = HTTPServerBuilder.http1(
      configuration: .init(
        additionalChannelHandlers: [
          ConnectionHandler(state.gate, routes) { state.isDraining.load(ordering: .relaxed) }
        ], httpDecoderConfiguration: decoder))
    let app = Application(
      responder: responder, server: http,
      configuration: ApplicationConfiguration(
        address: .hostname(options.host, port: options.port), serverName: nil, backlog: 1024,
        availableConnectionsDelegate: .maximum(options.connections, logger: logger)),
      onServerRunning: { channel in self.bound.withLock { $0 = channel.localAddress?.port } },
      eventLoopGroupProvider: .shared(group), logger: logger)
    do {
      if options.threads == 1, ProcessInfo.processInfo.environment["TB_NOEXEC"] == nil {
        let executor = EventLoopExecutor(group.next())
        try await withTaskExecutorPreference(executor) { try await app.run() }
      } else {
        try await app.run()
      }
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
    try await group.shutdownGracefully()
  }
}

/// Runs tasks on the thread that reads and writes, so that a request changes threads nowhere.
final class EventLoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  init(_ loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
#endif
