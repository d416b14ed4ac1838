#if Serving
import Foundation
import Hummingbird
import Modeling

/// What tools read: `/openapi.json` and `/metrics`.
struct DocumentRoutes {
  let state: ServingState

  func add(to book: RouteBook) throws {
    let state = state
    book.add(
      OpenAPIOperation(
        "GET", "/metrics", id: "metrics", tag: "service", "Metrics in Prometheus' text format.",
        answers: [(200, "The metrics.", [.raw("text/plain; version=0.0.4; charset=utf-8")])] + PredictRoutes.refusals)
    ) { _ in Response.data(Array(ServiceMetrics.text(state).utf8), "text/plain; version=0.0.4; charset=utf-8") }
    let document = OpenAPIDocument(book.operations, version: libraryVersion)
    let bytes = Array(try JSONEncoder.sorted.encode(document))
    book.add(page: "/openapi.json") { _ in Response.json(bytes) }
  }
}
#endif
