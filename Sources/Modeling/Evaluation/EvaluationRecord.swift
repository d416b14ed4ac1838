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
  private let data: DataSummary
  private let method: [String: String]
  private let backtest: BacktestOptions
  private let settings: [String: Double]

  init(_ bundle: ModelBundle, _ options: EvaluationOptions) {
    self.bundle = bundle.name
    kind = bundle.kind
    modelVersion = bundle.modelVersion
    target = bundle.target
    recipe = bundle.recipe
    cleaning = bundle.cleaning
    boosting = bundle.options ?? bundle.kind.defaultOptions
    boostingIsAssumed = bundle.options == nil
    data = bundle.data
    backtest = options.backtest
    switch options.method {
    case .laterRows: method = ["name": "later rows"]
    case .walkForward(let split):
      var window = "expanding"
      if case .rolling(let spans) = split.window { window = "rolling, \(spans) spans" }
      method = [
        "name": "walk-forward", "folds": String(split.folds), "window": window, "embargo_ns": String(split.embargo),
      ]
    }
    settings = [
      "threshold": options.threshold, "position_share": options.positionShare,
      "trials": Double(options.trials ?? bundle.trials ?? 1), "resamples": Double(options.resamples),
      "confidence": options.confidence, "explained_rows": Double(options.explainedRows),
      "repeats": Double(options.repeats), "features": Double(options.features),
      "cluster_distance": options.clusterDistance, "seed": Double(options.seed),
    ]
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = nonFiniteNumbers.encoding
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
