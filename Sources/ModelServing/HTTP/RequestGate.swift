#if Serving
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import TickStreaming

/// What every request passes on its way in and out: its id, limits, key, metrics and log.
final class RequestGate: Sendable {
  let options: ServingOptions
  let logger: Logger
  /// Requests that are worked on.
  let requests: WorkLimit
  /// Batches and explanations that are worked on.
  let batches: WorkLimit
  /// Event streams that are open.
  let streams: WorkLimit
  let bodies: BodyMemory
  /// Requests for paths that no route has.
  let unrouted: RouteMetrics
  private let keys: APIKeys
  /// The names that the service goes by; nil where any will do.
  private let hosts: AllowedHosts?
  /// The names under which a proxy shows the service, whose pages are its own.
  private let origins: AllowedHosts
  private let routes = Mutex<[RouteMetrics]>([])
  private let files = Mutex<[String: [UInt8]]>([:])
  private let nextID = Atomic<UInt64>(.random(in: .min ... .max))

  init(_ options: ServingOptions, _ logger: Logger) {
    self.options = options
    self.logger = logger
    requests = WorkLimit(options.concurrency)
    batches = WorkLimit(options.batchConcurrency)
    streams = WorkLimit(options.eventStreams)
    bodies = BodyMemory(limit: options.bodyMemory)
    keys = APIKeys(options.apiKeys)
    hosts = options.isLoopback && options.apiKeys.isEmpty ? AllowedHosts(ofLoopback: options) : nil
    origins = AllowedHosts(options.allowedHosts)
    unrouted = RouteMetrics(method: "other", path: "other")
    routes.withLock { $0.append(unrouted) }
  }

  /// The metrics of a route that is added.
  func metrics(method: String, path: String) -> RouteMetrics {
    let metrics = RouteMetrics(method: method, path: path)
    routes.withLock { $0.append(metrics) }
    return metrics
  }

  /// The metrics of all routes.
  var allMetrics: [RouteMetrics] { routes.withLock { $0 } }

  /// Answers a request by a handler, or says why not.
  func answer(
    _ request: Request, _ context: ServingRequestContext, _ metrics: RouteMetrics, _ style: RouteBook.ErrorStyle,
    isOpen: Bool, _ handler: RouteBook.Handler
  ) async -> Response {
    let begin = ContinuousClock.now
    var context = context
    context.requestID = id(request.headers[.requestID])
    var response: Response
    let length = request.headers[.contentLength].flatMap { Int($0) }
    if let problem = refusal(request.head, length: length, isOpen: isOpen) {
      response = Problems.response(problem, style)
    } else if !requests.enter() {
      response = Problems.response(
        RequestProblem(503, "the service works on \(options.concurrency) requests already", retryAfter: 1), style)
    } else {
      defer { requests.leave() }
      do {
        response = try await handler(RouteBook.Call(request: request, context: context, gate: self))
      } catch {
        response = Problems.response(problem(error, context.requestID), style)
      }
    }
    if request.method == .head { response.body = ResponseBody(contentLength: 0) { try await $0.finish(nil) } }
    response.headers[.requestID] = context.requestID
    let status = Int(response.status.code)
    let duration = (ContinuousClock.now - begin).nanoseconds
    metrics.count(status, duration)
    log(request.method, request.uri.path, context.requestID, status, duration, metrics)
    return response
  }

  /// Why a request is not looked at; nil if it is.
  func refusal(_ head: HTTPRequest, length: Int?, isOpen: Bool) -> RequestProblem? {
    let target = head.path ?? ""
    if target.utf8.count > options.targetLimit {
      return RequestProblem(
        414, "the path and query have \(target.utf8.count) bytes; \(options.targetLimit) are allowed")
    }
    if let length, length > options.bodyLimit {
      return RequestProblem(413, "the body has \(length) bytes; \(options.bodyLimit) are allowed")
    }
    return foreign(head) ?? hosts?.problem(head.authority) ?? (isOpen ? nil : keys.problem(head.headerFields))
  }

  /// Whether the body of a request is wanted, as far as can be told before its route is known.
  func isAllowed(_ head: HTTPRequest) -> Bool {
    refusal(head, length: head.headerFields[.contentLength].flatMap { Int($0) }, isOpen: false) == nil
  }

  /// Why a request that changes something is not taken from a page of another site, whose browser sends it along with this one's cookie.
  private func foreign(_ head: HTTPRequest) -> RequestProblem? {
    guard head.method != .get, head.method != .head, let origin = head.headerFields[.origin] else { return nil }
    let host = origin.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map(String.init)
    guard host == head.authority || origins.has(host) else {
      return RequestProblem(403, "the request comes from a page of '\(Self.forLog(origin))', which is another site")
    }
    return nil
  }

  /// Whether a key is one of the service's.
  func accepts(key: String) -> Bool { keys.accept(key) }
  /// Sessions of the console.
  var sessions: ConsoleSessions { keys.sessions }

  /// The whole body of a request.
  ///
  /// - Parameter limit: Most bytes; nil for those of any body.
  /// - Throws: ``RequestProblem`` with 413 for one that is too long, and 503 where all bodies together are.
  func body(of request: Request, limit: Int?) async throws -> RequestBody {
    let limit = min(limit ?? options.bodyLimit, options.bodyLimit)
    // Room for all of it at once, if the client tells the truth.
    let length = min(request.headers[.contentLength].flatMap { Int($0) } ?? 0, limit)
    var whole: ByteBuffer?
    var taken = 0
    do {
      for try await part in request.body {
        guard taken + part.readableBytes <= limit else {
          throw RequestProblem(413, "the body has more than the allowed \(limit) bytes")
        }
        guard bodies.take(part.readableBytes) else {
          throw RequestProblem(
            503, "the bodies of all requests have \(options.bodyMemory) bytes already", retryAfter: 1)
        }
        taken += part.readableBytes
        if whole == nil, taken >= length {
          whole = part
        } else {
          whole = whole ?? bodies.buffer(for: length)
          whole!.writeImmutableBuffer(part)
        }
      }
    } catch {
      bodies.give(taken)
      throw error
    }
    return RequestBody(whole ?? ByteBuffer(), bodies)
  }

  /// Does what takes long on a thread of its own, if not too much of it is done already.
  ///
  /// - Throws: ``RequestProblem`` with 429.
  func heavy<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    guard batches.enter() else {
      throw RequestProblem(
        429, "the service works on \(options.batchConcurrency) batches and explanations already", retryAfter: 1)
    }
    defer { batches.leave() }
    return try await blocking(body)
  }

  /// The bytes of a file of the service's own, kept once read; nil if it is not there.
  func file(_ path: String) async throws -> [UInt8]? {
    if let known = files.withLock({ $0[path] }) { return known }
    // One that cannot be read is not there.
    let read = try await blocking { (try? Data(contentsOf: URL(fileURLWithPath: path))).map { Array($0) } }
    if let read { files.withLock { $0[path] = read } }
    return read
  }

  func problem(_ error: any Error, _ id: String) -> RequestProblem {
    if let problem = error as? RequestProblem { return problem }
    // What went wrong within is for the log; a client gets the id to ask with.
    logger.error("a request failed", metadata: ["request_id": "\(id)", "error": "\(error)"])
    return RequestProblem(500, "the service failed; its log has more under request id \(id)")
  }

  /// Logs a request that failed, or any if all are to be logged.
  func log(
    _ method: HTTPRequest.Method, _ path: String, _ id: String, _ status: Int, _ duration: Int64,
    _ metrics: RouteMetrics
  ) {
    guard options.accessLog || status >= 400 else { return }
    logger.log(
      level: status >= 500 ? .warning : .info, "request",
      metadata: [
        "request_id": "\(id)", "method": "\(method.rawValue)", "route": "\(metrics.path)",
        "path": "\(Self.forLog(path))", "status": "\(status)", "duration_us": "\(duration / 1000)",
      ])
  }

  /// A client's text as it may stand in a log: in ASCII without control characters, cut.
  static func forLog(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(200) { result += scalar.escaped(asASCII: true) }
    return result
  }

  /// The client's id of a request, or a new one.
  func id(_ given: String?) -> String {
    if let given, (1...128).contains(given.utf8.count),
      given.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
    {
      return given
    }
    // Each once in a process, and not in order over processes.
    let number = nextID.add(1, ordering: .relaxed).newValue &* 0x9E37_79B9_7F4A_7C15
    return String(number, radix: 16)
  }
}

extension HTTPField.Name {
  static let requestID = HTTPField.Name("X-Request-ID")!
  static let apiKey = HTTPField.Name("X-API-Key")!
}
#endif
