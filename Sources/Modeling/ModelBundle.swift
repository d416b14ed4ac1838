public import Boosting
import Compute
public import Features
public import TickData
public import Tuning

/// Everything a prediction needs: recipe, model, target, fitted bounds, and where they came from.
public struct ModelBundle: Sendable {
  /// The version of the bundle format that this library writes.
  public static let currentVersion = 1

  /// A feature and how much the model uses it.
  public struct Importance: Sendable, Hashable, Codable {
    /// The feature's name.
    public let feature: String
    /// Sum of the gains of its splits.
    public let gain: Double
    /// Number of its splits.
    public let splits: Int
  }

  /// Rows of features with the raw scores that the model must give for them.
  struct GoldenRow: Sendable, Hashable, Codable {
    let features: [Double]
    let scores: [Double]
  }

  /// What stands beside the model in the file.
  struct Manifest: Sendable, Hashable, Codable {
    var version: Int
    var libraryVersion: String
    var kind: ModelKind
    var target: TargetConfiguration
    var bounds: BucketBounds?
    var recipe: FeatureRecipe
    var cleaning: CleaningOptions?
    // Absent from bundles that were written before these were kept.
    var options: StoredOptions?
    var data: DataSummary
    var scores: [FoldScores]
    /// Nil without a search, and in bundles of before there was one.
    var tuning: TuningSummary?
    var importances: [Importance]
    var modelFingerprint: String
    var goldenRows: [GoldenRow]
  }

  /// The model.
  public let model: BoostingModel
  /// Rows that the model was trained on, to see whether live features drift; nil in bundles that were written before these were kept.
  public let reference: ReferenceRows?
  let manifest: Manifest

  /// The kind of the model.
  public var kind: ModelKind { manifest.kind }
  /// What is predicted.
  public var target: TargetConfiguration { manifest.target }
  /// Bounds of return classes; nil for other targets.
  public var bounds: BucketBounds? { manifest.bounds }
  /// The features that the model wants.
  public var recipe: FeatureRecipe { manifest.recipe }
  /// How ticks must be cleaned before they are predicted, as those were that it was trained on; nil for not at all.
  public var cleaning: CleaningOptions? { manifest.cleaning }
  /// With what it was trained; nil for a bundle that was written before this was kept.
  public var options: BoostingOptions? { manifest.options?.options }
  /// How many configurations a search tried before this one was chosen; nil without a search.
  public var trials: Int? { manifest.tuning?.trials.count }
  /// The data it was trained on.
  public var data: DataSummary { manifest.data }
  /// Scores by fold.
  public var scores: [FoldScores] { manifest.scores }
  /// How its options were searched; nil where they were not.
  public var tuning: TuningSummary? { manifest.tuning }
  /// Features in the order of their gain.
  public var importances: [Importance] { manifest.importances }
  /// The name of the bundle and of its folder: `direction_5_lightgbm`.
  public var name: String { "\(target.name)_\(kind.rawValue)" }
  /// A name of this very model: the hash of its text.
  public var modelVersion: String { manifest.modelFingerprint }

  /// The rows of features with which the bundle proves itself.
  package var warmUpRows: [[Double]] { manifest.goldenRows.map(\.features) }

  init(
    kind: ModelKind, target: TargetConfiguration, bounds: BucketBounds?, recipe: FeatureRecipe,
    cleaning: CleaningOptions?, options: BoostingOptions, model: BoostingModel, data: DataSummary,
    scores: [FoldScores], tuning: TuningSummary? = nil, samples: [[Double]], reference: ReferenceRows? = nil
  ) throws(BoostingError) {
    let gains = model.importance(.gain)
    let splits = model.importance(.split)
    var importances = model.featureNames.indices.map {
      Importance(feature: model.featureNames[$0], gain: gains[$0], splits: Int(splits[$0]))
    }
    importances.sort { ($1.gain, $0.feature) < ($0.gain, $1.feature) }
    var golden: [GoldenRow] = []
    for row in samples { golden.append(GoldenRow(features: row, scores: try model.rawScores(row: row))) }
    self.model = model
    self.reference = reference
    manifest = Manifest(
      version: Self.currentVersion, libraryVersion: libraryVersion, kind: kind, target: target, bounds: bounds,
      recipe: recipe, cleaning: cleaning, options: StoredOptions(options), data: data, scores: scores, tuning: tuning,
      importances: importances,
      modelFingerprint: modelFingerprint(try model.lightGBMText()), goldenRows: golden)
  }

  init(manifest: Manifest, model: BoostingModel, reference: ReferenceRows?) {
    self.manifest = manifest
    self.reference = reference
    self.model = model
  }
}

func modelFingerprint(_ text: String) -> String {
  var hash = Fingerprint()
  hash.add(text)
  return hash.hex
}
