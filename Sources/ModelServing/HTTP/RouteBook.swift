#if Serving
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The routes of the service: each with its handler, its metrics, and what the OpenAPI document says of it.
final class RouteBook {
  /// How errors are told.
  enum ErrorStyle {
    /// `{"detail": …}`, as FastAPI's clients know it.
    case detail
    /// `{"error": "…"}`, as the Open Inference Protocol wants it, with 400 for what is wrong in a body.
    case inference
  }

  /// What a handler is given.
  struct Call {
    let request: Request
    let context: ServingRequestContext
    let gate: RequestGate

    /// The whole body, up to a limit; nil for that of any body.
    func body(limit: Int? = nil) async throws -> RequestBody {
      try await gate.body(of: request, limit: limit)
    }

    /// A part of the path, decoded.
    func parameter(_ name: String) throws -> String {
      let text = context.parameters.get(name) ?? ""
      guard let decoded = text.removingPercentEncoding else {
        throw RequestProblem(
          "value_error", ["path", .name(name)], "'\(text.prefix(100))' is not percent-encoded UTF-8", input: text)
      }
      return decoded
    }
  }

  typealias Handler = @Sendable (Call) async throws -> Response

  let router: Router<ServingRequestContext>
  private let gate: RequestGate
  private(set) var operations: [OpenAPIOperation] = []
  private(set) var immediates: [ImmediateRoute] = []
  private var methods: [String: Set<HTTPRequest.Method>] = [:]

  init(_ gate: RequestGate) {
    self.gate = gate
    router = Router(context: ServingRequestContext.self, options: [.autoGenerateHeadEndpoints])
  }

  /// Adds a route, with `{name}` for the parts of its path that vary.
  ///
  /// - Parameter immediate: The handler for what needs no waiting, tried first; nil without one.
  func add(
    _ operation: OpenAPIOperation, style: ErrorStyle = .detail, isOpen: Bool = false,
    immediate: ImmediateRoute.Handler? = nil, _ handler: @escaping Handler
  ) {
    guard let method = HTTPRequest.Method(operation.method) else { preconditionFailure("no method") }
    operations.append(operation)
    methods[operation.path, default: []].insert(method)
    let metrics = gate.metrics(method: operation.method, path: operation.path)
    if let immediate {
      immediates.append(
        ImmediateRoute(operation: operation, metrics: metrics, isOpen: isOpen, style: style, handler: immediate))
    }
    let gate = gate
    router.on(RouterPath(operation.path), method: method) { request, context in
      await gate.answer(request, context, metrics, style, isOpen: isOpen, handler)
    }
  }

  /// Adds a page or what belongs to it; the OpenAPI document is about the service, so it does not name them.
  func add(
    page path: String, method: HTTPRequest.Method = .get, isOpen: Bool = true, _ handler: @escaping Handler
  ) {
    methods[path, default: []].insert(method)
    let metrics = gate.metrics(method: method.rawValue, path: path)
    let gate = gate
    router.on(RouterPath(path), method: method) { request, context in
      await gate.answer(request, context, metrics, .detail, isOpen: isOpen, handler)
    }
  }

  /// Refuses what no route takes: 405 where there is another method, 404 elsewhere.
  func finish() -> ServingResponder {
    let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .delete, .patch, .options, .trace, .connect]
    let gate = gate
    for (path, known) in methods {
      let metrics = gate.metrics(method: "other", path: path)
      // What is read can be asked for without its body.
      let allowed = known.contains(.get) ? known.union([.head]) : known
      let list = allowed.map(\.rawValue).sorted().joined(separator: ", ")
      for method in all where !allowed.contains(method) {
        router.on(RouterPath(path), method: method) { request, context in
          await gate.answer(request, context, metrics, .detail, isOpen: true) { _ in
            var response = Problems.response(
              RequestProblem(405, "\(request.method.rawValue) is not allowed here; \(list) is"), .detail)
            response.headers[.allow] = list
            return response
          }
        }
      }
    }
    return ServingResponder(base: router.buildResponder(), gate: gate)
  }
}

/// Sends requests to their routes; one that no route takes is answered, counted and logged alike.
struct ServingResponder: HTTPResponder {
  typealias Context = ServingRequestContext
  let base: RouterResponder<ServingRequestContext>
  let gate: RequestGate

  func respond(to request: Request, context: ServingRequestContext) async throws -> Response {
    let response = try await base.respond(to: request, context: context)
    // All that routes answer carries an id.
    guard response.headers[.requestID] == nil else { return response }
    return await gate.answer(request, context, gate.unrouted, .detail, isOpen: true) { _ in
      throw RequestProblem(404, "there is nothing at this path; /openapi.json lists what there is")
    }
  }
}
#endif
