#if Serving
import Hummingbird
import NIOCore

/// The reference system's predictions: `GET /predict/{symbol}` and `POST /predict`.
struct PredictRoutes {
  let predictor: RequestPredictor

  static let refusals: [(status: Int, description: String, content: [OpenAPIOperation.Content])] = [
    (401, "No API key of the service.", [.json(ProblemAnswer.self)]),
    (403, "From another site's page, or for a name that is not the service's.", [.json(ProblemAnswer.self)]),
    (404, "Unknown symbol or model.", [.json(ProblemAnswer.self)]),
    (405, "Another method.", [.json(ProblemAnswer.self)]),
    (413, "Too long a body.", [.json(ProblemAnswer.self)]),
    (414, "Too long a path.", [.json(ProblemAnswer.self)]),
    (422, "What is wrong, where, and what is allowed.", [.json(ProblemAnswer.self)]),
    (429, "Too much at once; Retry-After says when to try again.", [.json(ProblemAnswer.self)]),
    (503, "Too many requests at once, or not ready; Retry-After says when to try again.", [.json(ProblemAnswer.self)]),
  ]

  func add(to book: RouteBook) {
    let predictor = predictor
    book.add(
      OpenAPIOperation(
        "GET", "/predict/{symbol}", id: "predictSymbol", tag: "predictions",
        "Predicts from the newest features of a symbol.",
        parameters: [
          .init(
            name: "symbol", place: "path", description: "The symbol.",
            schema: .plain("string", .init(minLength: 1, maxLength: 128))),
          .init(
            name: "models", place: "query", description: "Names of models with commas between them; all without.",
            schema: .plain("string")),
          .init(
            name: "explain", place: "query", description: "How many contributions to show of each prediction.",
            schema: .plain("integer", .init(minimum: 0, maximum: 1000))),
        ], answers: [(200, "The predictions.", [.json(PredictionResponse.self)])] + Self.refusals),
      immediate: { symbol, _ in try predictor.immediate(String(symbol), models: [])?.json() }
    ) { call in
      let symbol = try call.parameter("symbol")
      if let problem = PredictionQuery.symbolProblem(symbol) {
        throw RequestProblem("value_error", ["path", "symbol"], problem, input: symbol)
      }
      let query = try QueryParameters(call.request, allowed: ["models", "explain"])
      let answer = try await predictor.live(symbol, models: query.names("models"), place: ["query", "models"])
      return try await Self.response(answer, explain: try query.count("explain", 0...1000) ?? 0, call.gate)
    }
    book.add(
      OpenAPIOperation(
        "POST", "/predict", id: "predict", tag: "predictions",
        "Predicts from ticks or features in the request, or from the newest features of a symbol.",
        body: [.json(PredictionRequest.self)],
        answers: [(200, "The predictions.", [.json(PredictionResponse.self)])] + Self.refusals),
      immediate: { _, body in
        try body.withUnsafeReadableBytes { bytes in
          let query = try PredictionQuery(bytes)
          guard query.explain == 0 else { return nil }
          switch query.source {
          case .ticks: return nil
          case .live: return try predictor.immediate(query.symbol, models: query.models)?.json()
          case .tick, .features: return try predictor.given(query, bytes)?.json()
          }
        }
      }
    ) { call in
      let body = try await call.body()
      let read = { @Sendable in try body.withUnsafeReadableBytes { try PredictionQuery($0) } }
      // What is long takes long to read, and a list of ticks makes as many rows of features.
      let isLong = body.bytes.readableBytes > Self.shortBody
      let query = isLong ? try await call.gate.heavy(read) : try read()
      let give = { @Sendable in try body.withUnsafeReadableBytes { try predictor.given(query, $0) } }
      let given = isLong || query.hasManyTicks ? try await call.gate.heavy(give) : try give()
      let answer: PredictionAnswer
      if let given {
        answer = given
      } else {
        answer = try await predictor.waiting(query)
      }
      return try await Self.response(answer, explain: query.explain, call.gate)
    }
  }

  /// Bytes of a body that is read on the thread that answers.
  private static let shortBody = 16 * 1024

  private static func response(_ answer: PredictionAnswer, explain: Int, _ gate: RequestGate) async throws -> Response {
    guard explain > 0 else { return Response.json(try answer.json()) }
    return Response.json(try await gate.heavy { try answer.json(explain: explain) })
  }
}

/// The parameters behind `?`.
struct QueryParameters {
  private var values: [String: String] = [:]

  /// - Throws: ``RequestProblem`` for a name that is not allowed or given twice.
  init(_ request: Request, allowed: Set<String>) throws(RequestProblem) {
    guard request.uri.query != nil else { return }
    for (name, value) in request.uri.queryParameters {
      let name = String(name)
      guard allowed.contains(name) else {
        throw RequestProblem(
          "unknown", ["query", .name(String(name.prefix(100)))],
          "there is no parameter '\(name.prefix(100))'; \(allowed.sorted().joined(separator: ", ")) are allowed",
          input: name)
      }
      guard values.updateValue(String(value), forKey: name) == nil else {
        throw RequestProblem("value_error", ["query", .name(name)], "the parameter '\(name)' is given twice")
      }
    }
  }

  func text(_ name: String) -> String? { values[name] }

  /// Names with commas between them.
  func names(_ name: String) -> [String] {
    (values[name] ?? "").split(separator: ",").map(String.init)
  }

  func count(_ name: String, _ range: ClosedRange<Int>) throws(RequestProblem) -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw RequestProblem(
        "value_error", ["query", .name(name)],
        "\(name) is '\(text.prefix(100))'; a whole number in \(range.lowerBound)...\(range.upperBound) is needed",
        input: text)
    }
    return number
  }
}
#endif
