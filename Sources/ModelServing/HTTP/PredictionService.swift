#if Serving
import CoreMetrics
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import Modeling
import NIOCore
import NIOPosix
import NIOSSL
public import ServiceLifecycle
import Synchronization
import TickStreaming

/// Answers requests for predictions by HTTP, keeps live features, and runs a prediction stream: all of serving in one process.
///
/// ```swift
/// let service = try PredictionService(models: "models", source: .socket(TickClientOptions(url: "ws://127.0.0.1:8765/")))
/// try await ServiceGroup(services: [service], gracefulShutdownSignals: [.sigterm], logger: logger).run()
/// ```
/// Routes and bodies are in the document that it serves at `/openapi.json`.
public final class PredictionService: Service {
  /// What else a service does.
  public struct Extras: Sendable {
    /// Names of the models that are served; empty for all.
    public var models: [String] = []
    /// A DuckDB store whose newest ticks stand in for symbols without live ones; nil for none.
    public var storePath: String?
    /// A folder in which every answer of `/predict` is logged to Parquet; nil for none.
    public var logFolder: String?
    /// The share of symbols that challengers answer, 0...1; nil to score them in the shadow of the champions.
    public var challengerShare: Double?
    /// Training anew in the background; nil for never.
    public var retraining: RetrainingOptions?
    /// Symbols whose live features are kept at most, of sources without a stream.
    public var symbolLimit = 10_000
    /// Whether the process's metrics (swift-metrics) are shown at `/metrics`: this sets the process's metrics system, which can be done once.
    public var collectsMetrics = false

    /// Makes the defaults.
    public init() {}
  }

  private let options: ServingOptions
  private let state: ServingState
  private let source: (any Service)?
  private let retrainer: Retrainer?
  private let logger: Logger
  private let tls: TLSConfiguration?
  private let bound = Shared<Int?>(nil)
  /// What takes connections, once it does.
  private let listener = Shared<(any Channel)?>(nil)

  /// Loads the models and makes a service that does not listen yet.
  ///
  /// - Parameters:
  ///   - models: A bundle, or a folder of bundles or versions.
  ///   - source: Where ticks come from.
  /// - Throws: `ModelingError` with code `badBundle` if a bundle is refused or missing; `StreamingError` with code `invalidOption` naming an option;
  ///   `StorageError` if the store cannot be opened.
  public init(
    models: String, source: ServiceSource = .none, _ options: ServingOptions = .init(), watch: WatchOptions = .init(),
    _ extras: Extras = .init(), logger: Logger = Logger(label: "serve-models")
  ) throws {
    let share = extras.challengerShare
    if let problem = options.problem() ?? watch.problem() ?? extras.retraining?.problem() {
      throw StreamingError(.invalidOption, problem)
    }
    if let share, !(0...1 ~= share) {
      throw StreamingError(.invalidOption, "challengerShare is \(share); 0...1 is allowed")
    }
    if extras.symbolLimit < 1 {
      throw StreamingError(.invalidOption, "symbolLimit is \(extras.symbolLimit); at least 1 is needed")
    }
    self.options = options
    self.logger = logger
    tls = try options.tls.map(Self.tls)
    let host = try ModelHost(path: models, names: extras.models, share: share)
    let table = LiveTable()
    let counts: (@Sendable () -> PredictionStreamStatistics)?
    (self.source, counts) = try Self.service(source, host, table, extras.symbolLimit, logger)
    var store: MetricsStore?
    if extras.collectsMetrics {
      let own = MetricsStore()
      MetricsSystem.bootstrap(own)
      store = own
    }
    let predictor = RequestPredictor(
      host: host, table: table, store: try extras.storePath.map { try NewestTicks(path: $0) }, staleAfter: 60,
      log: try extras.logFolder.map { try PredictionLog(folder: $0) })
    let watcher = ServingWatch(watch, logger)
    let isMember = if case .stream = source { true } else { false }
    state = ServingState(
      predictor: predictor, gate: RequestGate(options, logger), metrics: store, watch: watcher, streamCounts: counts
    ) { counts.map { !isMember || $0().partitions > 0 } ?? false }
    retrainer = try extras.retraining.map { try Retrainer($0, host: host, watch: watcher, logger: logger) }
  }

  private static func service(
    _ source: ServiceSource, _ host: ModelHost, _ table: LiveTable, _ symbolLimit: Int, _ logger: Logger
  ) throws -> ((any Service)?, (@Sendable () -> PredictionStreamStatistics)?) {
    func feed() -> TickFeed { TickFeed(host: host, table: table, symbolLimit: symbolLimit, logger: logger) }
    switch source {
    case .none: return (nil, nil)
    case .stream(let kafka, let options, let configure):
      let stream = try PredictionStream(
        host: host, table: table, kafka: kafka, options, logger: logger, configure: configure)
      return (stream, { stream.statistics })
    case .topic(let kafka, let options):
      let feed = feed()
      return (
        TopicFeed(feed: feed, kafka: kafka, topic: options.topic, stateTopic: options.stateTopic, logger: logger),
        { feed.statistics }
      )
    case .socket(let client):
      let feed = feed()
      _ = try TickClient(client)
      return (SocketFeed(feed: feed, options: client, logger: logger), { feed.statistics })
    }
  }

  private static func tls(_ files: ServingOptions.TLS) throws -> TLSConfiguration {
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(files.certificateFile).map {
        NIOSSLCertificateSource.certificate($0)
      }
      let key = try NIOSSLPrivateKey(file: files.privateKeyFile, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      return configuration
    } catch {
      throw StreamingError(
        .invalidOption,
        "the certificate '\(files.certificateFile)' and key '\(files.privateKeyFile)' cannot be used: \(error)")
    }
  }

  /// The port, once it listens; nil before.
  public var port: Int? { bound.withLock { $0 } }

  /// Works until it is shut down; requests that have come in are answered, and the stream's state is saved, before it returns.
  ///
  /// - Throws: What keeps it from listening, and what trying again cannot mend.
  public func run() async throws {
    // The last ends first: requests before the ticks they ask about, and the log when no more answers come.
    var services: [any Service] = [LogWriter(state: state, logger: logger), WatchLoop(state: state)]
    if let retrainer { services.append(retrainer) }
    if let source { services.append(source) }
    services.append(try server())
    try await ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger)).run()
  }

  /// The server with all routes.
  private func server() throws -> some Service {
    let book = RouteBook(state.gate)
    ServiceRoutes(state: state).add(to: book)
    PredictRoutes(predictor: state.predictor).add(to: book)
    BatchRoutes(predictor: state.predictor).add(to: book)
    RegistryRoutes(state: state).add(to: book)
    InferenceRoutes(state: state).add(to: book)
    ConsoleRoutes(state: state).add(to: book)
    try DocumentRoutes(state: state).add(to: book)
    let responder = book.finish()
    var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
    decoder.maxHeaderListSize = options.headerLimit
    decoder.maxHeaderFieldSize = options.headerLimit
    let (state, routes) = (state, book.immediates)
    var http = HTTPServerBuilder.http1(
      configuration: .init(
        additionalChannelHandlers: [
          ConnectionHandler(state.gate, routes) { state.isDraining.load(ordering: .relaxed) }
        ], httpDecoderConfiguration: decoder))
    if let tls { http = try .tls(http, tlsConfiguration: tls) }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
    let app = Application(
      responder: responder, server: http,
      configuration: ApplicationConfiguration(
        address: .hostname(options.host, port: options.port), serverName: nil, backlog: 1024,
        availableConnectionsDelegate: .maximum(options.connections, logger: logger)),
      onServerRunning: { channel in
        self.listener.withLock { $0 = channel }
        self.bound.withLock { $0 = channel.localAddress?.port }
        if let address = channel.localAddress {
          let scheme = self.options.tls == nil ? "http" : "https"
          self.logger.info("answering", metadata: ["url": "\(scheme)://\(self.options.host):\(address.port ?? 0)/"])
        }
      }, eventLoopGroupProvider: .shared(group), logger: logger)
    return HTTPServer(app: app, group: group, state: state, listener: listener)
  }
}

/// Runs the server until it is shut down.
private struct HTTPServer<App: ApplicationProtocol>: Service {
  let app: App
  let group: MultiThreadedEventLoopGroup
  let state: ServingState
  let listener: Shared<(any Channel)?>

  func run() async throws {
    let (app, group, state, listener) = (app, group, state, listener)
    // A group of its own, told to end later than the process: until then answers tell clients to close, so that none has
    // sent a request over a connection that goes.
    let server = ServiceGroup(configuration: ServiceGroupConfiguration(services: [app], logger: app.logger))
    let running = Task.detached {
      // With one thread tasks run on it too, so that a request changes threads nowhere.
      if state.gate.options.threads == 1 {
        try await withTaskExecutorPreference(EventLoopExecutor(group.next())) { try await server.run() }
      } else {
        try await server.run()
      }
    }
    let result = await withTaskCancellationHandler {
      await withGracefulShutdownHandler {
        await running.result
      } onGracefulShutdown: {
        state.isDraining.store(true, ordering: .relaxed)
        Task.detached {
          try await Task.sleep(for: .seconds(state.gate.options.drainTime))
          // A connection that is taken while the server closes would be dropped by it, and end the process (NIOAsyncWriter
          // insists on being finished). So none is taken any more, and those that were are with the server in a moment.
          if let listener = listener.withLock({ $0 }) {
            // An error says that it is closed, and takes none any more.
            try? await listener.setOption(.autoRead, value: false).get()
            // By turns, not by time: who connects meanwhile waits in vain.
            for _ in 0..<8 {
              for loop in group.makeIterator() { try await loop.submit {}.get() }
            }
          }
          await server.triggerGracefulShutdown()
        }
      }
    } onCancel: {
      running.cancel()
    }
    try await group.shutdownGracefully()
    do {
      try result.get()
    } catch let error as ServiceGroupError
      where error.errorCode == .alreadyFinished && state.isDraining.load(ordering: .relaxed)
    {
      // Told to end before it began.
    } catch let error as IOError {
      let options = state.gate.options
      throw StreamingError(
        .refused, "cannot listen on \(options.host) port \(options.port): \(String(cString: strerror(error.errnoCode)))"
      )
    }
  }
}

/// Runs tasks on the thread that reads and writes.
private final class EventLoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  init(_ loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
#endif
