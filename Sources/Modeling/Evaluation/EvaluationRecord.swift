import Boosting
import Evaluation
import Features
import Foundation
import TickData

/// The exact configuration of an evaluation: all that is needed to make it again from the same ticks.
struct EvaluationRecord: Encodable {
  private let library = libraryVersion
  private let bundle: String
  private let kind: ModelKind
  private let modelVersion: String
  private let target: TargetConfiguration
  private let recipe: FeatureRecipe
  private let cleaning: CleaningOptions?
  private let boosting: BoostingOptions
  private let boostingIsAssumed: Bool
  /// The ticks that the bundle was made of.
  private let data: DataSummary
  /// A hash of those that it is judged on.
  private let evaluatedTicks: String
  private let method: [String: String]
  private let backtest: BacktestOptions
  private let settings: Settings

  private struct Settings: Encodable {
    let threshold: Double
    let positionShare: Double
    let trials: Int
    let resamples: Int
    let confidence: Double
    let explainedRows: Int
    let repeats: Int
    let features: Int
    let clusterDistance: Double
    let seed: UInt64
  }

  init(_ bundle: ModelBundle, _ options: EvaluationOptions, _ ticks: TickTable) {
    self.bundle = bundle.name
    kind = bundle.kind
    modelVersion = bundle.modelVersion
    target = bundle.target
    recipe = bundle.recipe
    cleaning = bundle.cleaning
    boosting = bundle.options ?? bundle.kind.defaultOptions
    boostingIsAssumed = bundle.options == nil
    data = bundle.data
    evaluatedTicks = DataSummary.fingerprint(of: ticks)
    backtest = options.backtest
    switch options.method {
    case .laterRows: method = ["name": "later rows"]
    case .walkForward(let split):
      var window = "expanding"
      if case .rolling(let spans) = split.window { window = "rolling, \(spans) spans" }
      method = [
        "name": "walk-forward", "folds": String(split.folds), "window": window,
        "embargoNanoseconds": String(split.embargo),
      ]
    }
    settings = Settings(
      threshold: options.threshold, positionShare: options.positionShare,
      trials: options.trials ?? bundle.trials ?? 1, resamples: options.resamples, confidence: options.confidence,
      explainedRows: options.explainedRows, repeats: options.repeats, features: options.features,
      clusterDistance: options.clusterDistance, seed: options.seed)
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = nonFiniteNumbers.encoding
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
