#if Programs && Serving
import ArgumentParser
import Foundation
import Logging
import ModelServing
import ProgramSupport

@main
struct ServeModels: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "serve-models", abstract: "Serves.")
  @Option var models: String
  @Option var port = 8000
  @Option var threads = 1

  func run() async throws {
    let logger = Logger(label: "serve-models") { StreamLogHandler.standardError(label: $0) }
    var options = ServingOptions()
    options.port = port
    options.threads = threads
    let service = try PredictionService(
      host: ModelHost(path: models), table: LiveTable(), storePath: nil, logFolder: nil, metrics: nil, options,
      logger: logger)
    try await ProgramSupport.run([service], logger)
  }
}
#else
@main
struct NeedsPrograms {
  static func main() { print("built without the package traits 'Programs' and 'Serving'") }
}
#endif
