#if Programs && Serving
import ArgumentParser
import Foundation
import Logging
import ModelServing
import ProgramSupport
import TickStreaming

@main
struct ServeModels: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-models",
    abstract: "Answers requests for predictions by HTTP, with live features, a prediction stream and a console.",
    discussion: """
      With --kafka it predicts the ticks of a topic as predict-stream does, and answers from the features of that
      stream; --api-only reads the topic beside such streams and writes nothing; --stream-only answers nothing.
      --source reads a WebSocket server of ticks without brokers. Without either, requests bring ticks or features.

      The page at / shows what it does; /openapi.json says what it answers: GET /health, GET /models,
      GET /predict/{symbol}, POST /predict, POST /predict/batch, the Open Inference Protocol under /v2, /metrics.

      Example: serve-models --models models --source ws://127.0.0.1:8765/
      """)

  @Option(
    name: [.long, .customLong("bundle"), .customLong("models-folder")],
    help: "A bundle, a folder of bundles, or a registry of versions.")
  var models = "models"
  @Option(parsing: .upToNextOption, help: "Models that are served, such as direction_5_lightgbm; without it all.")
  var only: [String] = []
  @OptionGroup(title: "Ticks") var ticks: TickSourceOptions
  @OptionGroup(title: "Answers") var server: ServerOptions
  @OptionGroup(title: "Versions and watching") var watching: WatchingOptions
  @OptionGroup var log: LogOptions

  func run() async throws {
    let logger = log.logger("serve-models")
    let stream = ticks.streamOptions(only, report: log.report, reload: watching.reloadInterval)
    if ticks.streamOnly {
      let service = try PredictionStream(
        bundles: models, kafka: ticks.kafka("serve-models"), stream, logger: logger, configure: ticks.configure)
      return try await ProgramSupport.run([service], logger)
    }
    var extras = PredictionService.Extras()
    extras.models = only
    extras.storePath = ticks.store
    extras.logFolder = server.predictionLog
    extras.collectsMetrics = true
    watching.apply(to: &extras)
    let options = try server.options()
    var watch = watching.watch()
    watch.reportInterval = log.report
    let service = try PredictionService(
      models: models, source: ticks.source(stream), options, watch: watch, extras, logger: logger)
    if !options.isLoopback, options.apiKeys.isEmpty {
      logger.warning(
        "open to everybody who reaches it: there is no --api-key-file", metadata: ["host": "\(server.host)"])
    }
    let portFile = server.portFile.map { PortFile(path: $0, service: service) }
    try await ProgramSupport.run([service] + (portFile.map { [$0] } ?? []), logger)
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package traits 'Programs' and 'Serving'") }
}
#endif
