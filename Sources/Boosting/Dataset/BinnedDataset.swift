import Compute

/// Training data in bins: made once, trained on any number of times, one byte a value in each of two layouts.
///
/// The table it was made from is not needed any more, but for linear leaves, for which it is kept.
public struct BinnedDataset: Sendable {
  /// Names of the features, one a column.
  public let featureNames: [String]
  /// Labels, one a row.
  public let labels: [Double]
  /// Row weights; nil for equal weights.
  public let weights: [Double]?
  /// Scores to start from, as in ``TrainingData/initScores``.
  public var initScores: [Double]?
  let matrix: BinnedMatrix
  /// The values themselves, where linear leaves need them.
  let table: NumericTable?
  /// Whose rules the bins follow.
  let growth: BoostingOptions.Growth

  /// Bins training data by the options' growth, `maxBin`, `minDataInBin`, `binConstructSampleCount` and threads.
  ///
  /// - Throws: ``BoostingError`` with code `invalidOption` naming the option that is not allowed.
  /// - Complexity: O(rows · features), and sorting the sampled rows of every feature.
  public init(_ data: TrainingData, _ options: BoostingOptions) throws(BoostingError) {
    try options.validate()
    try options.validate(features: data.featureCount)
    let threads = options.threadCount
    let mappers = BinnedMatrix.mappers(data, options, threads: threads)
    self.init(data, mappers, options.growth, threads, keepsTable: options.linearTree)
  }

  /// Bins other data, such as validation rows, by the bins of a dataset.
  ///
  /// - Parameters:
  ///   - threads: Threads; 0 for all processors.
  /// - Throws: ``BoostingError`` with code `shapeMismatch` if the features have other names.
  public init(_ data: TrainingData, binnedAs other: BinnedDataset, threads: Int = 0) throws(BoostingError) {
    guard data.featureNames == other.featureNames else {
      throw BoostingError(
        .shapeMismatch,
        "the validation data's features are \(data.featureNames.prefix(20).joined(separator: ", ")); those of the training "
          + "data, in this order, are \(other.featureNames.prefix(20).joined(separator: ", "))")
    }
    var options = BoostingOptions()
    options.numThreads = max(0, threads)
    self.init(data, other.matrix.mappers, other.growth, options.threadCount, keepsTable: other.table != nil)
  }

  private init(
    _ data: TrainingData, _ mappers: [BinMapper], _ growth: BoostingOptions.Growth, _ threads: Int, keepsTable: Bool
  ) {
    table = keepsTable ? data.table : nil
    featureNames = data.featureNames
    labels = data.labels
    weights = data.weights
    initScores = data.initScores
    self.growth = growth
    matrix = BinnedMatrix(data.table, mappers: mappers, threads: threads)
  }

  init(
    matrix: BinnedMatrix, growth: BoostingOptions.Growth, featureNames: [String], labels: [Double], weights: [Double]?
  ) {
    self.matrix = matrix
    table = nil
    self.growth = growth
    self.featureNames = featureNames
    self.labels = labels
    self.weights = weights
  }

  /// Whether every feature has a byte of the rows for itself, and the same bins so laid out: the twin of shared bytes.
  package var sharesNoByte: Bool { matrix.layout.groups.allSatisfy { $0.count == 1 } }
  package func unshared() -> BinnedDataset {
    BinnedDataset(
      matrix: BinnedMatrix(unsharing: matrix), growth: growth, featureNames: featureNames, labels: labels,
      weights: weights)
  }

  /// Number of rows.
  public var rowCount: Int { labels.count }
  /// Number of features.
  public var featureCount: Int { featureNames.count }
}

extension BoostingOptions {
  /// Threads that are really used; the pool gives at most 256.
  package var threadCount: Int { min(256, numThreads == 0 ? WorkerPool.availableProcessors : numThreads) }
}
