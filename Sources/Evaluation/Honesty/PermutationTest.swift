import Compute

/// How often a pipeline does as well on labels that were shuffled: the chance that its score is luck.
///
/// Source: Ojala and Garriga, "Permutation tests for studying classifier performance" (2010); scikit-learn's `permutation_test_score`. The whole pipeline must run inside
/// `score`, selection and tuning included, or the search itself is not tested.
public struct PermutationTest: Sendable, Hashable, Codable {
  /// The score with the true labels.
  public let score: Double
  /// Scores with shuffled labels.
  public let shuffledScores: [Double]
  /// (1 + number of shuffles that score at least as well, or have no score) / (1 + shuffles): never 0, and at most α with a chance of at most α where nothing is to be found.
  public let pValue: Double

  /// Runs the test.
  ///
  /// - Parameters:
  ///   - rows: Number of labels.
  ///   - shuffles: At least 1; 99 allow a p-value of 0.01.
  ///   - blockLength: Labels are moved in blocks of this many neighbouring rows, whose order is shuffled, so that labels which overlap in time keep what they share
  ///     (1: each row by itself). Should be many times the label's horizon.
  ///   - seed: Seed of the shuffles; shuffle k is the same whatever the number of threads.
  ///   - threads: Threads that score shuffles.
  ///   - score: The pipeline's score, larger is better, with the label of row `order[row]` given to each row.
  /// - Throws: ``EvaluationError`` with code `invalidOption`, or what `score` throws.
  public init(
    rows: Int, shuffles: Int = 99, blockLength: Int = 1, seed: UInt64 = 1, threads: Int = 1,
    score: @escaping @Sendable (_ order: [Int]) throws -> Double
  ) throws {
    guard rows >= 2, shuffles >= 1, 1...rows ~= blockLength else {
      throw EvaluationError(
        .invalidOption,
        "rows \(rows), shuffles \(shuffles), block length \(blockLength); at least 2, at least 1, 1...rows")
    }
    let own = try score(Array(0..<rows))
    guard !own.isNaN else {
      throw EvaluationError(.invalidLabel, "the score of the true labels is NaN; a number is needed")
    }
    let results = parallelMap(count: shuffles, threads: threads) { shuffle in
      var random = RandomStream(seed: seed, path: UInt64(shuffle))
      let order = shuffledOrder(rows, blockLength, &random)
      return Result { try score(order) }
    }
    let found = try results.map { try $0.get() }
    self.score = own
    shuffledScores = found
    pValue = Double(1 + found.count { !($0 < own) }) / Double(1 + shuffles)
  }
}

/// The rows in an order in which blocks of neighbouring rows have changed places.
func shuffledOrder(_ rows: Int, _ blockLength: Int, _ random: inout RandomStream) -> [Int] {
  let blocks = (rows + blockLength - 1) / blockLength
  // Blocks begin at a random row, so that no row is always at an edge.
  let offset = blockLength > 1 ? random.index(below: rows) : 0
  return random.sample(blocks, of: blocks).flatMap { block in
    (block * blockLength..<min((block + 1) * blockLength, rows)).map { ($0 + offset) % rows }
  }
}
