import Boosting
import Evaluation
import Foundation
import Modeling

/// How far live features and predictions have moved from those of training.
package struct DriftReport: Sendable {
  /// A column's drift.
  struct Column: Sendable {
    let name: String
    let drift: FeatureDrift

    /// Whether it has moved: a population stability index of at least 0.25, the usual bound of a significant shift.
    ///
    /// Rows of successive ticks are alike, so the p-value of Kolmogorov and Smirnov, which takes them for independent, is too
    /// small to raise alarms by.
    var hasDrifted: Bool { drift.stabilityIndex >= 0.25 }
  }

  /// The model.
  let model: String
  let version: String
  let time: Date
  /// Live rows that were looked at.
  let rows: Int
  /// Features, those that moved most first.
  let features: [Column]
  /// What the model predicts for live rows against what it predicts for its training rows; nil where it cannot be told.
  let predictions: FeatureDrift?

  /// The share of features that drifted.
  var share: Double {
    features.isEmpty ? 0 : Double(features.count(where: \.hasDrifted)) / Double(features.count)
  }

  /// Live rows that are needed at least.
  static let minimumRows = 200

  /// Compares live rows with a bundle's reference; nil without a reference or with too few rows.
  init?(_ bundle: ModelBundle, live: [[Double]]) {
    guard let reference = bundle.reference, live.count >= Self.minimumRows else { return nil }
    model = bundle.name
    version = bundle.modelVersion
    time = Date()
    rows = live.count
    var columns: [Column] = []
    for (index, name) in bundle.model.featureNames.enumerated() {
      // The reference is rounded to 32 bits, so live values are too: else equal ones would differ.
      let now = live.map { Double(Float($0[index])) }.filter(\.isFinite)
      let before = reference.column(index).filter(\.isFinite)
      // A column without values on one side has nothing to compare.
      guard let drift = try? FeatureDrift(reference: before, current: now) else { continue }
      columns.append(Column(name: name, drift: drift))
    }
    features = columns.sorted { ($1.drift.ksStatistic, $0.name) < ($0.drift.ksStatistic, $1.name) }
    func signals(_ rows: [[Double]]) -> [Double] {
      // Rows of the model's own features always predict.
      rows.compactMap { try? bundle.prediction(row: $0).signal }.filter(\.isFinite)
    }
    let before = signals((0..<reference.rowCount).map { reference.row($0) })
    // None where nothing could be predicted.
    predictions = try? FeatureDrift(reference: before, current: signals(live))
  }
}
