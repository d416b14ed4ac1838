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

  /// What a model's prediction is made of, in raw scores: log-odds for classes, returns for returns.
  public struct Explanation: Sendable, Codable, Hashable {
    /// A feature's share.
    public struct Contribution: Sendable, Codable, Hashable {
      /// The feature.
      public let feature: String
      /// Its value; nil where it is missing.
      public let value: Double?
      /// Its share in the raw score (a Shapley value): of the predicted class where there are more than two.
      public let contribution: Double
    }

    /// The mean raw score of the training rows.
    public let expected: Double
    /// The raw score; all contributions and ``expected`` add up to it.
    public let score: Double
    /// The largest contributions, the largest first.
    public let contributions: [Contribution]
  }

  /// The symbol.
  public let symbol: String
  /// Event time of the tick that the features end with, ns since 1970 UTC; where features came with the request the time of the answer.
  public let timestamp: Int64
  /// Event time of the tick that the features end with, ns since 1970 UTC; nil where features came with the request.
  public let featureTime: Int64?
  /// Predictions by the name of the bundle.
  public let predictions: [String: Prediction]
  /// Probability of the predicted class by the name of the bundle; bundles of returns have none.
  public let confidence: [String: Double]
  /// What is wrong with the data behind it: `missing_features`, `late`, `gap`, `no_history`, `stale`, or `cleaned` where the last ticks given were dropped.
  public let quality: [String]
  /// Contributions by the name of the bundle, if they were asked for.
  public let explanations: [String: Explanation]?

  private enum CodingKeys: String, CodingKey {
    case symbol
    case timestamp
    case featureTime = "feature_time"
    case predictions
    case confidence
    case quality
    case explanations
  }

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
    featureTime = timestamp
    self.predictions = predictions
    self.confidence = confidence
    quality = row.contains(where: \.isNaN) ? ["missing_features"] : []
    explanations = nil
  }

  /// Joins answers for one symbol and time that came from bundles of different recipes; at least one is needed.
  public init(merging responses: [PredictionResponse]) {
    precondition(!responses.isEmpty, "nothing to join")
    symbol = responses[0].symbol
    timestamp = responses[0].timestamp
    featureTime = responses[0].featureTime
    predictions = responses.reduce(into: [:]) { $0.merge($1.predictions) { first, _ in first } }
    confidence = responses.reduce(into: [:]) { $0.merge($1.confidence) { first, _ in first } }
    quality = Set(responses.flatMap(\.quality)).sorted()
    explanations = nil
  }
}
