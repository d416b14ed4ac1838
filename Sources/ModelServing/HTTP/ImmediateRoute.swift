#if Serving
import HTTPTypes
import NIOCore

/// A route whose answer needs no waiting: it is given on the thread that reads, between two events, without a task.
struct ImmediateRoute: Sendable {
  /// Answers from the rest of the path behind the route's fixed part and the body; nil where the answer has to wait for something, and the other handler
  /// is to be asked.
  typealias Handler = @Sendable (_ rest: Substring, _ body: ByteBuffer) throws -> [UInt8]?

  let operation: OpenAPIOperation
  let metrics: RouteMetrics
  let isOpen: Bool
  let style: RouteBook.ErrorStyle
  let handler: Handler
  let method: HTTPRequest.Method
  /// The path, or what comes before its `{name}`.
  let prefix: String
  private let hasRest: Bool

  init(
    operation: OpenAPIOperation, metrics: RouteMetrics, isOpen: Bool, style: RouteBook.ErrorStyle,
    handler: @escaping Handler
  ) {
    self.operation = operation
    self.metrics = metrics
    self.isOpen = isOpen
    self.style = style
    self.handler = handler
    method = HTTPRequest.Method(operation.method) ?? .get
    let parts = operation.path.split(separator: "{", maxSplits: 1, omittingEmptySubsequences: false)
    prefix = String(parts[0])
    hasRest = parts.count == 2
  }

  /// What is behind the prefix; nil if the route is not for this.
  func rest(_ method: HTTPRequest.Method, _ target: String) -> Substring? {
    guard method == self.method, target.hasPrefix(prefix) else { return nil }
    let rest = target.dropFirst(prefix.count)
    guard hasRest else { return rest.isEmpty ? rest : nil }
    // Whatever is not plain goes the general way.
    let isPlain =
      !rest.isEmpty
      && rest.utf8.allSatisfy {
        $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "#")
      }
    return isPlain ? rest : nil
  }
}
#endif
