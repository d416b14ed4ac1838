import Compute
import Foundation
import Modeling
import Synchronization
import TickStorage
import TickStreaming

/// The hash of a row of features, the same for the same bits.
func rowFingerprint(_ row: [Double]) -> String {
  var hash = Fingerprint()
  hash.add(row)
  return hash.hex
}

/// Keeps every answer of `/predict` in Parquet files, for replay and for scores to come: a row a model and answer.
///
/// | column | what |
/// |---|---|
/// | time_ns | when the answer was made, ns since 1970 UTC |
/// | feature_time_ns | event time of the newest tick behind it; NULL where features came with the request |
/// | symbol, model, version | what was predicted by which version |
/// | role | `answer`, or `shadow` for a version that was scored beside the one that answered |
/// | prediction, confidence, signal | as in the answer; the probability of a rise, or the return |
/// | features_hash | hash of the row of features, the same for equal bits |
///
/// Answers wait in memory until a file is written, and are lost if the process is killed before; they are never waited for: where the disk cannot follow, the
/// oldest wait and further ones are left out and counted.
package final class PredictionLog: Sendable {
  /// Most answers that wait.
  static let queueLimit = 200_000

  private struct State {
    var rows: [[RecordFileWriter.Value]] = []
    var dropped = 0
    var written = 0
    var files = 0
    var failure: String?
  }

  /// The folder of the files.
  package let folder: String
  private let state = Mutex(State())

  /// - Throws: `StreamingError` with code `invalidOption` if the folder cannot be made or written.
  package init(folder: String) throws {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw StreamingError(
        .invalidOption, "the folder of the prediction log '\(folder)' cannot be made: \(error.localizedDescription)")
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw StreamingError(.invalidOption, "the folder of the prediction log '\(folder)' cannot be written")
    }
  }

  static let columns: [RecordFileWriter.Column] = [
    .integer("time_ns"), .integer("feature_time_ns"), .text("symbol"), .text("model"), .text("version"), .text("role"),
    .double("prediction"), .double("confidence"), .double("signal"), .text("features_hash"),
  ]

  /// Rows written, rows that wait, and rows left out.
  package var counts: (written: Int, waiting: Int, dropped: Int) {
    state.withLock { ($0.written, $0.rows.count, $0.dropped) }
  }

  /// Why the last file could not be written; nil if it could.
  package var failure: String? { state.withLock { $0.failure } }

  /// Adds an answer, and what the versions beside it say.
  func add(_ answer: PredictionAnswer) {
    let time = now()
    var rows = zip(answer.rows, answer.results).map { source, result in
      Self.row(time, answer, source.model, "answer", result, source.row)
    }
    for (model, row) in answer.shadows {
      // What is only watched must not fail an answer.
      guard let result = try? model.bundle.prediction(row: row) else { continue }
      rows.append(Self.row(time, answer, model, "shadow", result, row))
    }
    let added = rows
    state.withLock { state in
      guard state.rows.count + added.count <= Self.queueLimit else {
        state.dropped += added.count
        return
      }
      state.rows += added
    }
  }

  private static func row(
    _ time: Int64, _ answer: PredictionAnswer, _ model: ServedModel, _ role: String, _ result: BundlePrediction,
    _ row: [Double]
  ) -> [RecordFileWriter.Value] {
    [
      .integer(time), .integer(answer.featureTime), .text(answer.symbol), .text(model.name), .text(model.version),
      .text(role), .double(result.prediction), .double(result.confidence ?? .nan), .double(result.signal),
      .text(rowFingerprint(row)),
    ]
  }

  /// Writes what waits to a file; nothing if there is nothing.
  func flush(_ writer: RecordFileWriter) {
    do {
      // What could not be written the last time goes first; until it can, no more is taken.
      try write(writer)
      let rows = state.withLock { state in
        defer { state.rows = [] }
        return state.rows
      }
      do {
        try writer.append(rows)
      } catch {
        state.withLock { $0.dropped += rows.count }
        throw error
      }
      try write(writer)
    } catch {
      state.withLock { $0.failure = "\(error)" }
    }
  }

  private func write(_ writer: RecordFileWriter) throws {
    let count = writer.rowCount
    guard count > 0 else { return }
    let number = state.withLock { $0.files }
    let name = "predictions-\(now() / 1_000_000)-\(ProcessInfo.processInfo.processIdentifier)-\(number).parquet"
    try writer.write(to: "\(folder)/\(name)")
    state.withLock { state in
      state.files += 1
      state.written += count
      state.failure = nil
    }
  }
}
