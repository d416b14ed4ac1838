import Boosting
package import Evaluation
import Foundation
import Modeling

/// How far live features and predictions have moved from those of training.
package struct DriftReport: Sendable {
  /// A column's drift.
  package struct Column: Sendable {
    let name: String
    /// Of the values that are there; nil where one side has none.
    package let drift: FeatureDrift?
    /// Population stability index of being there or not, with half a row for an empty side.
    let missingIndex: Double

    /// The larger of the indices of values and of being there.
    package var stabilityIndex: Double { max(drift?.stabilityIndex ?? 0, missingIndex) }

    /// Whether it has moved: a population stability index of at least 0.25, the usual bound of a significant shift.
    ///
    /// Rows of successive ticks are alike, so the p-value of Kolmogorov and Smirnov, which takes them for independent, is too
    /// small to raise alarms by.
    package var hasDrifted: Bool { stabilityIndex >= 0.25 }

    /// Compares a column; nil where neither side has a value.
    package init?(_ name: String, before: [Double], now: [Double]) {
      self.name = name
      let (there, here) = (before.filter(\.isFinite), now.filter(\.isFinite))
      guard !there.isEmpty || !here.isEmpty, !before.isEmpty, !now.isEmpty else { return nil }
      // The only error is a side without values: then there is nothing to compare but that.
      drift = try? FeatureDrift(reference: there, current: here)
      func shares(_ count: Int, of all: Int) -> [Double] {
        [count, all - count].map { max(Double($0), 0.5) / Double(all) }
      }
      let (p, q) = (shares(there.count, of: before.count), shares(here.count, of: now.count))
      let isSame = there.count == before.count && here.count == now.count
      missingIndex = isSame ? 0 : zip(p, q).reduce(0) { $0 + ($1.1 - $1.0) * log($1.1 / $1.0) }
    }
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
      let now = live.map { Double(Float($0[index])) }
      if let column = Column(name, before: reference.column(index), now: now) { columns.append(column) }
    }
    features = columns.sorted { ($1.stabilityIndex, $0.name) < ($0.stabilityIndex, $1.name) }
    func signals(_ rows: [[Double]]) -> [Double] {
      // Rows of the model's own features always predict.
      rows.compactMap { try? bundle.prediction(row: $0).signal }.filter(\.isFinite)
    }
    let before = signals((0..<reference.rowCount).map { reference.row($0) })
    // None where nothing could be predicted.
    predictions = try? FeatureDrift(reference: before, current: signals(live))
  }
}
