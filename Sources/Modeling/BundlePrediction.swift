public import Boosting
public import Features

/// What a bundle says of one row.
public struct BundlePrediction: Sendable, Hashable, Codable {
  /// The class with the largest probability, or the predicted return.
  public let prediction: Double
  /// The probability of that class; nil for returns.
  public let confidence: Double?
  /// The probability of every class; empty for returns.
  public let probabilities: [Double]
}

extension ModelBundle {
  /// Predicts every row of a table of this bundle's features.
  ///
  /// - Throws: ``ModelingError`` with code `invalidOption` if the table has other columns.
  public func predictions(_ table: FeatureTable) throws -> [BundlePrediction] {
    guard table.columns.map(\.name) == model.featureNames else {
      throw ModelingError(.invalidOption, "the feature table has other columns than the bundle '\(name)' wants")
    }
    return try predictions(NumericTable(columns: table.columns.indices.map { table.column($0) }))
  }

  /// Predicts every row of a table of numbers whose columns are this bundle's features, in the order of the recipe.
  ///
  /// - Parameter threads: Threads; 0 for all processors.
  /// - Throws: `BoostingError` with code `shapeMismatch` for another number of columns.
  public func predictions(_ table: NumericTable, threads: Int = 0) throws -> [BundlePrediction] {
    let values = try model.predictions(table, threads: threads)
    let rows = table.rowCount
    return (0..<rows).map { row in prediction { values[$0 * rows + row] } }
  }

  /// Predicts one row of features, in the order of the recipe.
  public func prediction(row: [Double]) throws(BoostingError) -> BundlePrediction {
    let values = try model.prediction(row: row)
    return prediction { values[$0] }
  }

  /// - Parameter value: The model's value of a class; of the second alone for two.
  private func prediction(_ value: (Int) -> Double) -> BundlePrediction {
    guard let classes = target.classCount else {
      return BundlePrediction(prediction: value(0), confidence: nil, probabilities: [])
    }
    let probabilities = classes == 2 ? [1 - value(0), value(0)] : (0..<classes).map(value)
    let best = predictedClass(classes, value)
    return BundlePrediction(
      prediction: Double(best), confidence: probabilities[best], probabilities: probabilities)
  }
}
