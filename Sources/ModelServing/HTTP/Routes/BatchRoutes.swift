#if Serving
import Foundation
import Hummingbird
import NIOCore

/// Many rows at once: `POST /predict/batch`, as JSON or Parquet.
struct BatchRoutes {
  let predictor: RequestPredictor

  static let parquet = "application/vnd.apache.parquet"

  func add(to book: RouteBook) {
    let predictor = predictor
    book.add(
      OpenAPIOperation(
        "POST", "/predict/batch", id: "predictBatch", tag: "predictions",
        "Predicts rows of features: JSON, or a Parquet file whose columns are the features.",
        parameters: [
          .init(
            name: "models", place: "query",
            description: "Names of models with commas between them, for Parquet bodies; all without.",
            schema: .plain("string"))
        ], body: [.json(BatchRequest.self), .raw(Self.parquet)],
        answers: [
          (200, "The predictions.", [.json(BatchResponse.self), .raw(Self.parquet)]),
          (415, "Another type of body.", [.json(ProblemAnswer.self)]),
        ] + PredictRoutes.refusals)
    ) { call in
      let query = try QueryParameters(call.request, allowed: ["models"])
      let type = (call.request.headers[.contentType] ?? "application/json").prefix { $0 != ";" }
        .trimmingCharacters(in: .whitespaces).lowercased()
      guard type == "application/json" || type == Self.parquet else {
        throw RequestProblem(
          415, "the body is of type '\(type.prefix(100))'; application/json and \(Self.parquet) are allowed")
      }
      let asFile = call.request.headers[.accept]?.contains(Self.parquet) ?? false
      let body = try await call.body()
      guard body.bytes.readableBytes > 0 else {
        throw RequestProblem("missing", ["body"], "the body is empty; rows in JSON or a Parquet file are needed")
      }
      let limit = call.gate.options.batchLimit
      let names = query.names("models")
      return try await call.gate.heavy {
        let batch =
          type == "application/json"
          ? try body.withUnsafeReadableBytes { try BatchQuery($0, rowLimit: limit) }
          : try Self.withFile(body.bytes) { try BatchQuery(parquet: $0, models: names, rowLimit: limit) }
        let wanted = names.isEmpty ? batch.models : names
        let place: [RequestProblem.Place] = names.isEmpty ? ["body", "models"] : ["query", "models"]
        let selection = try ModelSelection(wanted, for: "", in: predictor.host.models, place: place)
        let answer = try BatchAnswer(batch, selection, threads: 1)
        guard asFile else { return Response.json(answer.json()) }
        return try Self.withFile(ByteBuffer()) { path in
          try answer.write(parquet: path)
          return Response.data(Array(try Data(contentsOf: URL(fileURLWithPath: path))), Self.parquet)
        }
      }
    }
  }

  /// Lends a file with these bytes, which is gone afterwards: DuckDB reads and writes files only.
  private static func withFile<Value>(_ bytes: ByteBuffer, _ body: (String) throws -> Value) throws -> Value {
    let path = NSTemporaryDirectory() + "/tickboost-\(UUID().uuidString).parquet"
    defer { try? FileManager.default.removeItem(atPath: path) }  // It may not be there if writing it failed.
    if bytes.readableBytes > 0 {
      guard
        FileManager.default.createFile(
          atPath: path, contents: Data(bytes.readableBytesView), attributes: [.posixPermissions: 0o600])
      else { throw RequestProblem(503, "there is no room for the body now", retryAfter: 10) }
    }
    return try body(path)
  }
}

/// `POST /predict/batch`.
struct BatchRequest: Sendable, Codable, SchemaNoted {
  let models: [String]?
  let columns: [String]?
  let rows: [[Double?]]

  static let isClosed = true
  static let notes: [String: JSONSchema.Facets] = [
    "columns": .init(description: "Names of the numbers of a row; without, they are in the order of each model."),
    "rows": .init(description: "Rows of features; null for a missing value.", minItems: 1),
  ]
}

/// The predictions of a batch.
struct BatchResponse: Sendable, Codable {
  /// Those of a model.
  struct Predictions: Sendable, Codable {
    let version: String
    /// One a row.
    let prediction: [Double]
    /// One list a row; empty for returns.
    let probabilities: [[Double]]
  }

  let rows: Int
  let predictions: [String: Predictions]
}
#endif
