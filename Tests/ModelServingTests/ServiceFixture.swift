#if Serving
import Boosting
import Features
import Foundation
import Logging
import ModelServing
import Modeling
import ServiceLifecycle
import TestSupport
import Testing
import TickData
import TickStreaming

/// Models of a small market, in a folder of their own.
struct ServedModels {
  let folder = NSTemporaryDirectory() + "serving-\(UUID().uuidString)"
  let ticks: TickTable
  let bundles: [ModelBundle]

  init(_ names: [String] = ["direction_5", "future_return_1"], ticks count: Int = 4000) throws {
    var market = MarketOptions()
    market.ticks = count
    market.symbols = 2
    market.signalStrength = 0.2
    ticks = try SyntheticMarket(market).ticks()
    bundles = try Self.train(names, ticks, rounds: 10)
    for bundle in bundles { try bundle.write(to: folder) }
  }

  static func train(_ names: [String], _ ticks: TickTable, rounds: Int) throws -> [ModelBundle] {
    var configuration = try TrainingConfiguration(recipe: FeatureRecipe(lookbacks: [5], calendar: .nse))
    configuration.targets = try names.map { try TargetConfiguration(named: $0) }
    configuration.kinds = [.lightgbm]
    var options = ModelKind.lightgbm.defaultOptions
    options.numIterations = rounds
    configuration.options[.lightgbm] = options
    return try ModelTrainer(configuration).train(ticks)
  }

  /// Rows of features of the ticks.
  func rows(_ count: Int) throws -> [[Double]] {
    let table = try bundles[0].recipe.features(of: ticks)
    return (0..<count).map { step in
      table.columns.indices.map { table[100 + step * 7, $0] }
    }
  }

  /// Features by name, NaN as null.
  func named(_ row: [Double]) -> [String: Any] {
    Dictionary(
      uniqueKeysWithValues: zip(bundles[0].model.featureNames, row.map { $0.isNaN ? NSNull() as Any : $0 as Any }))
  }
}

/// A service that answers on a free port while a body runs.
func withService(
  _ models: String, source: ServiceSource = .none, _ extras: PredictionService.Extras = .init(),
  watch: WatchOptions = .init(), configure: (inout ServingOptions) -> Void = { _ in },
  _ body: @escaping @Sendable (Client) async throws -> Void
) async throws {
  var options = ServingOptions()
  options.port = 0
  options.drainTime = 0
  configure(&options)
  let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  let service = try PredictionService(models: models, source: source, options, watch: watch, extras, logger: quiet)
  let scheme = options.tls == nil ? "http" : "https"
  try await withThrowingTaskGroup(of: Void.self) { group in
    let services = ServiceGroup(configuration: ServiceGroupConfiguration(services: [service], logger: quiet))
    group.addTask { try await services.run() }
    group.addTask {
      while service.port == nil { try await Task.sleep(for: .milliseconds(5)) }
      do {
        try await body(Client(base: "\(scheme)://127.0.0.1:\(service.port ?? 0)"))
      } catch {
        await services.triggerGracefulShutdown()
        throw error
      }
      await services.triggerGracefulShutdown()
    }
    try await group.waitForAll()
  }
}

/// A WebSocket server that sends ticks once, as fast as it can or so many a second.
struct TickSource {
  let client: TickClientOptions
  private let task: Task<Void, any Error>

  init(_ ticks: TickTable, perSecond: Double? = nil) async throws {
    var options = TickServerOptions()
    options.port = 0
    options.pace = perSecond.map { .rate($0) } ?? .unlimited
    let server = TickServer(
      try TickReplay(TickBatch(merging: ticks), stream: "s"), options,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    task = Task { try await server.run() }
    while server.port == nil, !task.isCancelled { try await Task.sleep(for: .milliseconds(5)) }
    var client = TickClientOptions(url: "ws://127.0.0.1:\(server.port ?? 0)/")
    client.symbols = nil
    self.client = client
  }

  func stop() { task.cancel() }
}

/// A client of a service.
struct Client: Sendable {
  let base: String
  var port: UInt16 { UInt16(base.split(separator: ":").last ?? "") ?? 0 }

  struct Answer {
    let status: Int
    let headers: [String: String]
    let data: Data

    var text: String { String(decoding: data, as: UTF8.self) }
    /// The body's fields; none where it is no object.
    var object: [String: Any] { (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:] }
    func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value { try JSONDecoder().decode(type, from: data) }
    /// The first detail of a refusal.
    var detail: [String: Any] { (object["detail"] as? [[String: Any]])?.first ?? [:] }
    var message: String { detail["msg"] as? String ?? object["detail"] as? String ?? object["error"] as? String ?? "" }
  }

  func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
    try await send("GET", path, nil, headers)
  }

  func post(_ path: String, _ body: Any, headers: [String: String] = [:]) async throws -> Answer {
    try await send("POST", path, JSONSerialization.data(withJSONObject: body), headers)
  }

  /// Asks over a connection of its own, on a thread that may wait: URLSession would hold up the few threads that tests share.
  func send(
    _ method: String, _ path: String, _ body: Data?, _ headers: [String: String] = [:]
  ) async throws -> Answer {
    var text = "\(method) \(path) HTTP/1.1\r\nHost: \(base.dropFirst(7))\r\nConnection: close\r\n"
    var headers = headers
    if let body {
      headers["Content-Length"] = "\(body.count)"
      headers["Content-Type"] = headers["Content-Type"] ?? "application/json"
    }
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    let request = Data((text + "\r\n").utf8) + (body ?? Data())
    let port = port
    let answer = try await onOwnThread { try RawConnection.exchange(request, port: port) }
    let end = try #require(answer.range(of: Data("\r\n\r\n".utf8)), "\(method) \(path) has no answer")
    let lines = String(decoding: answer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    var found: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      found[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let status = try #require(Int(lines[0].split(separator: " ")[1]))
    return Answer(status: status, headers: found, data: Data(answer[end.upperBound...]))
  }
}
#endif
