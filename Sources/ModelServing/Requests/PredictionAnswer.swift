import Boosting
import Compute
import Features
import Foundation
import Modeling
import TickData
import TickStreaming

/// What is predicted for a request, before it is written: rows of features and what is known of them.
package struct PredictionAnswer {
  let symbol: String
  /// Event time of the newest trade behind the features; nil where features came with the request.
  var featureTime: Int64?
  var quality: [String] = []
  /// Models with their rows.
  var rows: [(model: ServedModel, row: [Double])] = []
  /// Versions that are tried beside those that answer, with their rows, for the log.
  var shadows: [(model: ServedModel, row: [Double])] = []
  /// What the models predict; made by ``predict()``.
  private(set) var results: [BundlePrediction] = []

  init(symbol: String) { self.symbol = symbol }

  /// Predicts all rows, and counts how long each took.
  mutating func predict() throws {
    results.reserveCapacity(rows.count)
    var isMissing = false
    for (model, row) in rows {
      let begin = ContinuousClock.now
      results.append(try model.bundle.prediction(row: row))
      model.statistics.latency.add((ContinuousClock.now - begin).nanoseconds)
      if !isMissing, row.contains(where: \.isNaN) { isMissing = true }
    }
    if isMissing, !quality.contains("missing_features") { quality.insert("missing_features", at: 0) }
  }

  /// Writes the answer as ``PredictionResponse``.
  ///
  /// - Parameter explain: How many contributions each model's prediction gets; 0 for none.
  package func json(explain: Int = 0) throws -> [UInt8] {
    var writer = JSONWriter(capacity: 512)
    writer.open("{")
    writer.key("symbol")
    writer.string(symbol)
    writer.key("timestamp")
    writer.integer(featureTime ?? now())
    writer.key("feature_time")
    if let featureTime { writer.integer(featureTime) } else { writer.raw("null".utf8) }
    writer.key("predictions")
    writer.open("{")
    for (index, result) in results.enumerated() {
      writer.raw(rows[index].model.prefix)
      writer.value(result.prediction)
      writer.key("probabilities")
      writer.open("[")
      for value in result.probabilities { writer.double(value) }
      writer.close("]")
      writer.append(rows[index].model.suffix)
    }
    writer.close("}")
    writer.key("confidence")
    writer.open("{")
    for (index, result) in results.enumerated() {
      guard let confidence = result.confidence else { continue }
      writer.key(rows[index].model.name)
      writer.double(confidence)
    }
    writer.close("}")
    writer.key("quality")
    writer.open("[")
    for name in quality { writer.string(name) }
    writer.close("]")
    if explain > 0 { try write(contributions: explain, to: &writer) }
    writer.close("}")
    return writer.bytes
  }

  private func write(contributions count: Int, to writer: inout JSONWriter) throws {
    writer.key("explanations")
    writer.open("{")
    for (index, result) in results.enumerated() {
      let (model, row) = rows[index]
      let explanation = try PredictionResponse.Explanation(model.bundle, row: row, result, count: count)
      writer.key(model.name)
      writer.raw(try JSONEncoder().encode(explanation))
    }
    writer.close("}")
  }
}

extension PredictionResponse.Explanation {
  /// Explains a prediction by exact Shapley values of the trees.
  ///
  /// - Complexity: O(trees · leaves · depth²).
  init(_ bundle: ModelBundle, row: [Double], _ prediction: BundlePrediction, count: Int) throws {
    let model = bundle.model
    let width = model.featureNames.count + 1
    let values = try model.contributions(NumericTable(columns: row.map { [$0] }), threads: 1)
    // Of several classes the one that is predicted.
    let own = model.scoresPerRow == 1 ? 0 : Int(prediction.prediction)
    let shares = Array(values[own * width..<(own + 1) * width])
    expected = shares[width - 1]
    score = shares.reduce(0, +)
    contributions = shares.dropLast().enumerated().filter { $0.element != 0 }.sorted {
      (abs($1.element), $0.offset) < (abs($0.element), $1.offset)
    }.prefix(count).map {
      Contribution(
        feature: model.featureNames[$0.offset], value: row[$0.offset].isFinite ? row[$0.offset] : nil,
        contribution: $0.element)
    }
  }
}
