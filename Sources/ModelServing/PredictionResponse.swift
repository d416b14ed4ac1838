import Features
public import Modeling

/// The answer to a prediction request, with the reference system's field names; also what `predict --json` prints.
public struct PredictionResponse: Sendable, Codable, Hashable {
  /// The prediction of one model.
  public struct Prediction: Sendable, Codable, Hashable {
    /// The predicted class, or the predicted return.
    public let prediction: Double
    /// Probability of every class; empty for returns.
    public let probabilities: [Double]
    /// The version of the model that gave it.
    public let version: String
  }

  /// The symbol.
  public let symbol: String
  /// Event time of the tick that the features end with, ns since 1970 UTC.
  public let timestamp: Int64
  /// Predictions by the name of the bundle.
  public let predictions: [String: Prediction]
  /// Probability of the predicted class by the name of the bundle; bundles of returns have none.
  public let confidence: [String: Double]

  /// Predicts one row of features with bundles of one recipe.
  ///
  /// - Parameters:
  ///   - row: Features in the order of the recipe of every bundle.
  /// - Throws: `BoostingError` with code `shapeMismatch` if the row has another number of features.
  public init(symbol: String, timestamp: Int64, row: [Double], bundles: [ModelBundle]) throws {
    var predictions: [String: Prediction] = [:]
    var confidence: [String: Double] = [:]
    for bundle in bundles {
      let result = try bundle.prediction(row: row)
      predictions[bundle.name] = Prediction(
        prediction: result.prediction, probabilities: result.probabilities, version: bundle.modelVersion)
      if let value = result.confidence { confidence[bundle.name] = value }
    }
    self.symbol = symbol
    self.timestamp = timestamp
    self.predictions = predictions
    self.confidence = confidence
  }

  /// Joins answers for one symbol and time that came from bundles of different recipes; at least one is needed.
  public init(merging responses: [PredictionResponse]) {
    precondition(!responses.isEmpty, "nothing to join")
    symbol = responses[0].symbol
    timestamp = responses[0].timestamp
    predictions = responses.reduce(into: [:]) { $0.merge($1.predictions) { first, _ in first } }
    confidence = responses.reduce(into: [:]) { $0.merge($1.confidence) { first, _ in first } }
  }
}
