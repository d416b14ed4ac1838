#if Serving
import Foundation

/// How the prediction service listens, and what it refuses.
public struct ServingOptions: Sendable, Hashable {
  /// Files of a certificate and its key, both PEM.
  public struct TLS: Sendable, Hashable {
    /// The certificate, with those that vouch for it behind it.
    public var certificateFile: String
    /// The private key.
    public var privateKeyFile: String

    /// Names the files.
    public init(certificateFile: String, privateKeyFile: String) {
      self.certificateFile = certificateFile
      self.privateKeyFile = privateKeyFile
    }
  }

  /// The address to listen on; the default is reached from this machine only.
  public var host = "127.0.0.1"
  /// Further names of the service, such as those of a proxy: their pages may ask it, and where it listens on loopback without keys
  /// requests for them are answered, those for other names than this machine's refused.
  public var allowedHosts: [String] = []
  /// The port; 0 for a free one.
  public var port = 8000
  /// Keys of which a request has to carry one, as `X-API-Key` or `Authorization: Bearer`; empty for open access.
  ///
  /// `/health`, `/v2/health/…`, `/openapi.json` and the console's empty page with its files and login need none.
  public var apiKeys: [String] = []
  /// The certificate for HTTPS; nil for plain HTTP.
  public var tls: TLS?
  /// Threads that read and answer requests, at least 1; what takes long is done by others.
  public var threads = 1
  /// Most bytes of a body.
  public var bodyLimit = 64 * 1024 * 1024
  /// Most bytes of all bodies that are held at once; further ones get 503 with Retry-After.
  public var bodyMemory = 512 * 1024 * 1024
  /// Most rows of a batch.
  public var batchLimit = 100_000
  /// Most bytes of a path with its query; longer ones get 414.
  public var targetLimit = 8192
  /// Most bytes of all headers of a request.
  public var headerLimit = 16 * 1024
  /// Requests that are worked on at once; further ones get 503 with Retry-After.
  public var concurrency = 512
  /// Batches and explanations that are worked on at once; further ones get 429 with Retry-After.
  public var batchConcurrency = 4
  /// Open connections; further ones wait to be accepted.
  public var connections = 2048
  /// Open event streams of consoles; further ones get 503.
  public var eventStreams = 64
  /// Seconds that a request may take to come in whole, and its answer to be taken.
  public var requestTimeout = 30.0
  /// Seconds that a connection may be idle between requests.
  public var idleTimeout = 75.0
  /// Seconds between being told to end and closing: meanwhile requests are answered with `Connection: close`, and
  /// `/v2/health/ready` says no.
  public var drainTime = 0.5
  /// Whether every request is logged; those that fail are in any case.
  public var accessLog = false
  /// Folder of charts for the console: Debian's libjs-dygraphs; the console shows tables without it.
  public var chartFolder = "/usr/share/javascript/dygraphs"

  /// Makes the defaults.
  public init() {}

  /// Whether only this machine reaches it.
  public var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }

  /// What is not allowed; nil if all is.
  func problem() -> String? {
    let numbers: [(String, Double, ClosedRange<Double>)] = [
      ("port", Double(port), 0...65_535), ("threads", Double(threads), 1...1024),
      ("bodyLimit", Double(bodyLimit), 1...4_294_967_296), ("bodyMemory", Double(bodyMemory), 1...1_099_511_627_776),
      ("batchLimit", Double(batchLimit), 1...100_000_000),
      ("targetLimit", Double(targetLimit), 64...65_536), ("headerLimit", Double(headerLimit), 1024...1_048_576),
      ("concurrency", Double(concurrency), 1...1_000_000), ("batchConcurrency", Double(batchConcurrency), 1...1024),
      ("connections", Double(connections), 1...1_000_000), ("eventStreams", Double(eventStreams), 0...100_000),
      ("requestTimeout", requestTimeout, 0.01...86_400), ("idleTimeout", idleTimeout, 0.01...86_400),
      ("drainTime", drainTime, 0...3600),
    ]
    func text(_ value: Double) -> String { value == value.rounded() ? String(format: "%.0f", value) : "\(value)" }
    for (name, value, range) in numbers where !range.contains(value) {
      return "\(name) is \(text(value)); \(text(range.lowerBound))...\(text(range.upperBound)) is allowed"
    }
    if apiKeys.contains(where: { $0.utf8.count < 8 }) { return "an API key has fewer than 8 characters" }
    return nil
  }
}
#endif
