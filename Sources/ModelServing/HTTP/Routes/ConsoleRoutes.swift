#if Serving
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The console: one page, its events, and its charts.
struct ConsoleRoutes {
  let state: ServingState

  /// What the page may load: nothing from elsewhere.
  private static let policy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"

  func add(to book: RouteBook) {
    let state = state
    for (path, bytes, type) in [
      ("/", PackageResources.console_html, "text/html; charset=utf-8"),
      ("/console/console.css", PackageResources.console_css, "text/css; charset=utf-8"),
      ("/console/console.js", PackageResources.console_js, "text/javascript; charset=utf-8"),
    ] {
      book.add(page: path) { _ in Self.page(bytes, type) }
    }
    for (name, type) in [("dygraph.min.js", "text/javascript"), ("dygraph.css", "text/css")] {
      let file = "\(state.gate.options.chartFolder)/\(name)"
      book.add(page: "/console/\(name)") { _ in
        let data = try await state.gate.file(file)
        guard let data else {
          throw RequestProblem(404, "the chart library is not installed; tables are shown instead")
        }
        return Self.page(data, "\(type); charset=utf-8")
      }
    }
    book.add(page: "/console/snapshot", isOpen: false) { _ in Response.json(try await state.consoleText()) }
    book.add(page: "/console/history", isOpen: false) { call in
      let symbol = try QueryParameters(call.request, allowed: ["symbol"]).text("symbol") ?? ""
      guard let place = state.predictor.table.place(symbol) else {
        throw RequestProblem(404, "no ticks of '\(symbol.prefix(128))' come in")
      }
      return try Response.encoding(ConsoleHistory(place))
    }
    book.add(page: "/console/events", isOpen: false) { call in try Self.events(state, call) }
    book.add(page: "/console/session", method: .post) { call in try await Self.session(call) }
  }

  private static func page(_ bytes: [UInt8], _ type: String) -> Response {
    var response = Response.data(bytes, type)
    response.headers[.contentSecurityPolicy] = policy
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.cacheControl] = "no-cache"
    return response
  }

  /// A snapshot a second until the client goes or the service ends.
  private static func events(_ state: ServingState, _ call: RouteBook.Call) throws -> Response {
    guard state.gate.streams.enter() else {
      throw RequestProblem(
        503, "\(state.gate.options.eventStreams) consoles are open already", retryAfter: 10)
    }
    let place = StreamPlace(state.gate.streams)
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        // Left whichever way the body ends.
        defer { place.leave() }
        while !state.isDraining.load(ordering: .relaxed) {
          let bytes = try await state.consoleText()
          var buffer = ByteBuffer(string: "event: snapshot\ndata: ")
          buffer.writeBytes(bytes)
          buffer.writeString("\n\n")
          try await writer.write(buffer)
          try await Task.sleep(for: .seconds(1))
        }
        try await writer.finish(nil)
      })
  }

  /// A stream's place among those that are open: given back once, also where the body is never written.
  private final class StreamPlace: Sendable {
    private let limit: WorkLimit
    private let isLeft = Atomic(false)

    init(_ limit: WorkLimit) { self.limit = limit }
    deinit { leave() }

    func leave() {
      if !isLeft.exchange(true, ordering: .relaxed) { limit.leave() }
    }
  }

  /// Takes a key and gives a cookie for it.
  private static func session(_ call: RouteBook.Call) async throws -> Response {
    struct Key: Decodable { let key: String }
    let sessions = call.gate.sessions
    func refuse(_ problem: RequestProblem) -> RequestProblem {
      sessions.fail() ? RequestProblem(429, "too many wrong keys; try again in a minute", retryAfter: 60) : problem
    }
    // Anybody may ask here, so no more is read than a key takes, and what is no key is a wrong one.
    let body = try await call.body(limit: 4096)
    // None where the body is no such object.
    guard let given = try? JSONDecoder().decode(Key.self, from: Data(body.bytes.readableBytesView)) else {
      throw refuse(RequestProblem("type_error", ["body"], "an object with key is needed"))
    }
    guard call.gate.accepts(key: given.key) else {
      throw refuse(RequestProblem(401, "the key is not one of the service's"))
    }
    var response = Response.empty()
    let isSecure = call.gate.options.tls == nil ? "" : "; Secure"
    response.headers[.setCookie] =
      "\(ConsoleSessions.cookieName)=\(sessions.open()); Path=/; HttpOnly; SameSite=Strict\(isSecure)"
    return response
  }
}

extension HTTPField.Name {
  static let xContentTypeOptions = HTTPField.Name("X-Content-Type-Options")!
}
#endif
