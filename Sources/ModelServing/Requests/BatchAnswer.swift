import Boosting
import Features
import Foundation
import Modeling
import TickStorage
import TickStreaming

/// Predictions of rows, by model.
struct BatchAnswer {
  let rowCount: Int
  let results: [(model: ServedModel, predictions: [BundlePrediction])]

  /// - Parameter threads: Threads of a batch.
  init(_ query: BatchQuery, _ selection: ModelSelection, threads: Int) throws {
    rowCount = query.rowCount
    results = try selection.models.map { model, _ in
      let begin = ContinuousClock.now
      let found = try model.bundle.predictions(query.table(model), threads: threads)
      model.statistics.add(batch: found.count, (ContinuousClock.now - begin).nanoseconds)
      return (model, found)
    }
  }

  /// Writes ``BatchResponse``.
  func json() -> [UInt8] {
    var writer = JSONWriter(capacity: rowCount * results.count * 64 + 256)
    writer.open("{")
    writer.key("rows")
    writer.integer(Int64(rowCount))
    writer.key("predictions")
    writer.open("{")
    for (model, predictions) in results {
      writer.key(model.name)
      writer.open("{")
      writer.key("version")
      writer.string(model.version)
      writer.key("prediction")
      writer.open("[")
      for prediction in predictions { writer.double(prediction.prediction) }
      writer.close("]")
      writer.key("probabilities")
      writer.open("[")
      for prediction in predictions where !prediction.probabilities.isEmpty {
        writer.open("[")
        for value in prediction.probabilities { writer.double(value) }
        writer.close("]")
      }
      writer.close("]")
      writer.close("}")
    }
    writer.close("}")
    writer.close("}")
    return writer.bytes
  }

  /// Writes a Parquet file: a column for each model's prediction, and one for each probability.
  func write(parquet path: String) throws {
    var columns: [(name: String, value: (Int) -> Double)] = []
    for (model, predictions) in results {
      columns.append((model.name, { predictions[$0].prediction }))
      for label in 0..<(model.bundle.target.classCount ?? 0) {
        columns.append(("\(model.name)_p\(label)", { predictions[$0].probabilities[label] }))
      }
    }
    let writer = try RecordFileWriter(columns: columns.map { .double($0.name) })
    try writer.append((0..<rowCount).map { row in columns.map { .double($0.value(row)) } })
    try writer.write(to: path)
  }
}
