import Boosting
import Features
package import Modeling

/// A version of a bundle that has passed its warm-up, with what its answers need; not copied from tick to tick.
package final class ServedModel: Sendable {
  package let bundle: ModelBundle
  /// The way to its features.
  package let lane: LiveModels.Lane
  /// The place of each feature by its name.
  let featurePlaces: [String: Int]
  /// The features' names in order.
  let featureNames: FeatureNames
  /// What stands in JSON before and behind its prediction.
  let prefix: [UInt8]
  let suffix: [UInt8]
  package let statistics = ServedModelStatistics()

  package var name: String { bundle.name }
  package var version: String { bundle.modelVersion }

  /// Warms a bundle up.
  ///
  /// - Throws: `ModelingError` with code `badBundle` if a golden row, or one without any value, gives no prediction that makes sense.
  package init(_ bundle: ModelBundle) throws {
    self.bundle = bundle
    lane = LiveModels.Lane(recipe: bundle.recipe, cleaning: bundle.cleaning)
    let names = bundle.model.featureNames
    featurePlaces = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    featureNames = FeatureNames(names)
    prefix = Array("\"\(bundle.name)\":{\"prediction\":".utf8)
    suffix = Array(",\"version\":\"\(bundle.modelVersion)\"}".utf8)
    for row in bundle.warmUpRows + [[Double](repeating: .nan, count: names.count)] {
      let answer = try bundle.prediction(row: row)
      let sum = answer.probabilities.reduce(0, +)
      guard answer.prediction.isFinite, answer.probabilities.isEmpty || abs(sum - 1) < 1e-9 else {
        throw ModelingError(
          .badBundle,
          "the bundle '\(bundle.name)' version '\(bundle.modelVersion)' does not pass its warm-up: it predicts \(answer.prediction) "
            + "with probabilities \(answer.probabilities)")
      }
    }
  }
}

extension BundlePrediction {
  /// How strongly it speaks for a rise: its probability for classes, of which a middle one counts half; the return itself for returns.
  var signal: Double {
    guard !probabilities.isEmpty else { return prediction }
    let last = Double(probabilities.count - 1)
    let middle = last / 2
    return probabilities.enumerated().reduce(0) { sum, entry in
      let label = Double(entry.offset)
      return sum + (label > middle ? entry.element : label == middle ? entry.element / 2 : 0)
    }
  }
}
