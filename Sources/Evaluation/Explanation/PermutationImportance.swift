import Compute

/// How much a score falls when the values of a column, or of a group of columns, are shuffled between rows.
///
/// Source: Breiman, "Random forests" (2001); scikit-learn's `permutation_importance`: the score as it is less the score with shuffled values, for each
/// repeat. With groups it is the clustered importance of López de Prado, "Machine Learning for Asset Managers" (2020), chapter 6: columns that stand
/// in for each other hide each other's worth when they are shuffled alone, so clusters of them (``FeatureClustering``) are shuffled together. The columns of a group
/// are moved by one order, so that what they say of each other stays true and only the tie to the label is cut.
///
/// Meaningful on rows that the model was not trained on.
public struct PermutationImportance: Sendable, Hashable, Codable {
  /// The score of the columns as they are.
  public let baseline: Double
  /// The columns of each group, as given.
  public let groups: [[Int]]
  /// For each group the fall of the score in each repeat: `baseline − shuffled`, positive where the group helps.
  public let drops: [[Double]]

  /// Mean fall of each group.
  public var means: [Double] { drops.map { mean($0) } }

  /// Standard deviation (n, as numpy's `std`) of each group's falls.
  public var deviations: [Double] {
    drops.map { falls in
      let centre = mean(falls)
      return (compensatedSum(falls.map { ($0 - centre) * ($0 - centre) }) / Double(falls.count)).squareRoot()
    }
  }

  /// The groups by their mean fall, the largest first; equal ones in their order.
  public var order: [Int] {
    let means = means
    return means.indices.sorted { (means[$1], $0) < (means[$0], $1) }
  }

  /// Shuffles columns and scores them.
  ///
  /// - Parameters:
  ///   - columns: One array a column, all of one length; NaN is a value like others. In time order where `blockLength` is above 1.
  ///   - groups: The columns that are shuffled together; nil: each column by itself.
  ///   - repeats: Shufflings of each group, at least 1.
  ///   - blockLength: Values are moved in blocks of this many neighbouring rows, so that a column keeps its own course in time within a block (1: each row by
  ///     itself, as scikit-learn).
  ///   - seed: Decides the shufflings; one of a group and repeat is the same whatever the number of threads.
  ///   - threads: Threads that score.
  ///   - score: The score of columns of the same form; larger is better.
  /// - Throws: ``EvaluationError``: `shapeMismatch` for no rows, unequal columns, or groups of columns that do not exist or are empty; `invalidOption` for repeats or block
  ///   lengths out of range; `invalidLabel` where the score of the columns as they are is not finite; or what `score` throws.
  /// - Complexity: groups · repeats times that of the score.
  public init(
    columns: [[Double]], groups: [[Int]]? = nil, repeats: Int = 5, blockLength: Int = 1, seed: UInt64 = 1,
    threads: Int = 1, score: @escaping @Sendable (_ columns: [[Double]]) throws -> Double
  ) throws {
    let rows = try checkColumns(columns)
    let chosen = groups ?? columns.indices.map { [$0] }
    guard chosen.allSatisfy({ !$0.isEmpty && Set($0).count == $0.count && $0.allSatisfy(columns.indices.contains) })
    else {
      throw EvaluationError(
        .shapeMismatch, "groups \(chosen) of \(columns.count) columns; each needs columns that exist, none twice")
    }
    guard repeats >= 1, 1...rows ~= blockLength else {
      throw EvaluationError(
        .invalidOption, "repeats \(repeats), block length \(blockLength) of \(rows) rows; at least 1, 1...rows")
    }
    let own = try score(columns)
    guard own.isFinite else {
      throw EvaluationError(.invalidLabel, "the score of the columns as they are is \(own); a finite one is needed")
    }
    let results = parallelMap(count: chosen.count * repeats, threads: threads) { task in
      let group = chosen[task / repeats]
      var random = RandomStream(seed: seed, path: UInt64(task / repeats), UInt64(task % repeats))
      let order = shuffledOrder(rows, blockLength, &random)
      var shuffled = columns
      for column in group { shuffled[column] = order.map { columns[column][$0] } }
      return Result { try score(shuffled) }
    }
    let scores = try results.map { try $0.get() }
    baseline = own
    self.groups = chosen
    drops = chosen.indices.map { group in (0..<repeats).map { own - scores[group * repeats + $0] } }
  }
}

/// The number of rows of columns; throws `shapeMismatch` for no columns, no rows, or columns of different lengths.
func checkColumns(_ columns: [[Double]]) throws(EvaluationError) -> Int {
  let rows = columns.first?.count ?? 0
  guard rows > 0, columns.allSatisfy({ $0.count == rows }) else {
    throw EvaluationError(
      .shapeMismatch, "\(columns.count) columns, the first of \(rows) rows; columns of one length, not 0, are needed")
  }
  return rows
}
