#if Programs && Serving
import ArgumentParser
import Foundation
import ModelServing
import ProgramSupport
import ServiceLifecycle

/// How the service listens.
struct ServerOptions: ParsableArguments {
  @Option(help: "Address to listen on; 0.0.0.0 for all, which wants --api-key-file and TLS.") var host = "127.0.0.1"
  @Option(
    parsing: .upToNextOption,
    help: "Further names of the service, such as a proxy's: those that pages and requests may name.")
  var allowedHost: [String] = []
  @Option(help: "Port; 0 for a free one.") var port = 8000
  @Option(help: "File that gets the port once it listens.") var portFile: String?
  @Option(
    help:
      "File of API keys, one a line (# begins a comment): requests have to carry one as X-API-Key or Authorization: Bearer."
  )
  var apiKeyFile: String?
  @Option(name: [.long, .customLong("ssl-certfile")], help: "Certificate for HTTPS, PEM.") var tlsCertificate: String?
  @Option(name: [.long, .customLong("ssl-keyfile")], help: "Its private key, PEM.") var tlsKey: String?
  @Option(help: "Threads that read and answer; batches and explanations have their own.") var threads = 1
  @Option(help: "Most bytes of a body.") var bodyLimit = 64 * 1024 * 1024
  @Option(help: "Most bytes of all bodies that are held at once; further ones get 503.") var bodyMemory =
    512 * 1024 * 1024
  @Option(help: "Most rows of a batch.") var batchLimit = 100_000
  @Option(help: "Requests that are worked on at once; further ones get 503.") var concurrency = 512
  @Option(help: "Batches and explanations that are worked on at once; further ones get 429.") var batchConcurrency = 4
  @Option(help: "Open connections; further ones wait.") var connections = 2048
  @Option(help: "Seconds that a request may take to come in whole, and its answer to be taken.") var requestTimeout =
    30.0
  @Option(help: "Seconds that a connection may be idle.") var idleTimeout = 75.0
  @Option(help: "Seconds of answering with Connection: close between SIGTERM and the end.") var drainTime = 0.5
  @Flag(help: "Log every request; those that fail are logged in any case.") var accessLog = false
  @Option(help: "Folder for Parquet files with every answer of /predict.") var predictionLog: String?

  func validate() throws {
    if (tlsCertificate == nil) != (tlsKey == nil) {
      throw ValidationError("--tls-certificate and --tls-key belong together; one of them is missing")
    }
  }

  func options() throws -> ServingOptions {
    var options = ServingOptions()
    options.host = host
    options.allowedHosts = allowedHost
    options.port = port
    options.apiKeys = try keys()
    if let tlsCertificate, let tlsKey { options.tls = .init(certificateFile: tlsCertificate, privateKeyFile: tlsKey) }
    options.threads = threads
    options.bodyLimit = bodyLimit
    options.bodyMemory = bodyMemory
    options.batchLimit = batchLimit
    options.concurrency = concurrency
    options.batchConcurrency = batchConcurrency
    options.connections = connections
    options.requestTimeout = requestTimeout
    options.idleTimeout = idleTimeout
    options.drainTime = drainTime
    options.accessLog = accessLog
    return options
  }

  /// Keys come from a file: what stands on a command line is seen by everybody on the machine.
  private func keys() throws -> [String] {
    guard let apiKeyFile else { return [] }
    let text: String
    do {
      text = try String(contentsOfFile: apiKeyFile, encoding: .utf8)
    } catch {
      throw ValidationError("--api-key-file '\(apiKeyFile)' cannot be read: \(error.localizedDescription)")
    }
    let keys = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter {
      !$0.isEmpty && !$0.hasPrefix("#")
    }
    if keys.isEmpty { throw ValidationError("--api-key-file '\(apiKeyFile)' holds no key; one a line is needed") }
    return keys
  }
}

/// Tells the port to who started the program.
struct PortFile: Service {
  let path: String
  let service: PredictionService

  func run() async throws {
    while service.port == nil, !Task.isCancelled, !Task.isShuttingDownGracefully {
      try? await Task.sleep(for: .milliseconds(20))  // Cancelled: the loop ends.
    }
    if let port = service.port { try "\(port)\n".write(toFile: path, atomically: true, encoding: .utf8) }
    try? await gracefulShutdown()  // Cancelled is an end too.
  }
}
#endif
