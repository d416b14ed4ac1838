import Compute

/// How rows are drawn for a bootstrap interval.
public enum Resampling: Sendable, Hashable, Codable {
  /// Rows one by one, with replacement (Efron 1979): only for rows that are independent.
  case independent
  /// Blocks of neighbouring rows, from the last on to the first again (circular; Politis and Romano 1992): for labels that overlap in
  /// time. The length should be many times the label's horizon in rows.
  case blocks(length: Int)
  /// Blocks of random length with this mean (stationary; Politis and Romano 1994).
  case stationary(meanLength: Double)
}

/// An expanded percentile interval of a score by the bootstrap.
///
/// Percentiles of few independent parts are too narrow: the spread of b of them is that of b - 1, and estimated. So the tails are cut where
/// Student's t with b - 1 degrees of freedom puts them, times the root of b / (b - 1) (Hesterberg 2015, expanded percentile
/// interval); b is the number of rows, or of blocks that fill them. With many parts these are the usual percentiles.
/// - Parameters:
///   - rows: Number of rows; for blocks in the order of time, those of several symbols mixed and the blocks as many times longer,
///     so that a block keeps what symbols share at a time.
///   - resampling: How rows are drawn.
///   - resamples: Bootstrap samples, at least 20.
///   - confidence: Between 0 and 1, such as 0.95.
///   - seed: Seed of the draws; sample k is the same whatever the number of threads.
///   - threads: Threads that score samples.
///   - score: The score of drawn rows (indices, some several times); NaN for a sample that has none, which is left out.
/// - Returns: The score of all rows, and the two quantiles of the samples' scores, at most the least and the greatest; NaN bounds where no
///   sample has a score, and with fewer than two blocks, which cannot tell how they differ.
/// - Throws: ``EvaluationError`` with code `invalidOption` naming what is not allowed.
/// - Complexity: `resamples` times that of the score.
public func bootstrapInterval(
  rows: Int, resampling: Resampling, resamples: Int = 1000, confidence: Double = 0.95, seed: UInt64 = 1,
  threads: Int = 1,
  score: @escaping @Sendable ([Int]) -> Double
) throws(EvaluationError) -> ScoreInterval {
  try bootstrapIntervals(
    rows: rows, resampling: resampling, resamples: resamples, confidence: confidence, seed: seed, threads: threads
  ) { [score($0)] }[0]
}

/// Expanded percentile intervals of several scores by one bootstrap: each sample is drawn once for all of them.
///
/// - Parameters:
///   - scores: The scores of drawn rows, as many for every sample; NaN for one that a sample does not have.
/// - Returns: As ``bootstrapInterval(rows:resampling:resamples:confidence:seed:threads:score:)``, one interval a score.
/// - Throws: ``EvaluationError``: `invalidOption` naming what is not allowed; `shapeMismatch` if samples have different numbers of scores.
/// - Complexity: `resamples` times that of the scores.
public func bootstrapIntervals(
  rows: Int, resampling: Resampling, resamples: Int = 1000, confidence: Double = 0.95, seed: UInt64 = 1,
  threads: Int = 1, scores: @escaping @Sendable ([Int]) -> [Double]
) throws(EvaluationError) -> [ScoreInterval] {
  guard rows >= 1, resamples >= 20, confidence > 0, confidence < 1 else {
    throw EvaluationError(
      .invalidOption,
      "rows \(rows), resamples \(resamples), confidence \(confidence); at least 1, at least 20, between 0 and 1")
  }
  switch resampling {
  case .blocks(let length) where length < 1:
    throw EvaluationError(.invalidOption, "blocks of \(length) rows; at least 1 is needed")
  case .stationary(let length) where !(length >= 1):
    throw EvaluationError(.invalidOption, "blocks of \(length) rows on average; at least 1 is needed")
  default: break
  }
  let samples = parallelMap(count: resamples, threads: threads) { sample in
    var random = RandomStream(seed: seed, path: UInt64(sample))
    return scores(resampling.draw(rows, &random))
  }
  let values = scores(Array(0..<rows))
  guard samples.allSatisfy({ $0.count == values.count }) else {
    throw EvaluationError(.shapeMismatch, "all rows have \(values.count) scores and some sample another number")
  }
  let parts = resampling.parts(rows)
  return values.enumerated().map { place, value in
    expandedInterval(value, samples: samples.map { $0[place] }, parts: parts, confidence: confidence)
  }
}

/// The expanded percentile interval of the scores of samples of `parts` independent parts; NaN scores are left out.
package func expandedInterval(_ value: Double, samples: [Double], parts: Int, confidence: Double) -> ScoreInterval {
  let known = samples.filter { !$0.isNaN }.sorted()
  guard !known.isEmpty, parts >= 2 else { return ScoreInterval(value: value, lower: .nan, upper: .nan) }
  let count = Double(parts)
  let reach =
    StudentDistribution.quantile((1 + confidence) / 2, degrees: parts - 1) * (count / (count - 1)).squareRoot()
  let tail = NormalDistribution.cumulative(-reach)
  return ScoreInterval(value: value, lower: quantile(sorted: known, tail), upper: quantile(sorted: known, 1 - tail))
}

extension Resampling {
  /// How many independent parts rows are taken to be.
  func parts(_ rows: Int) -> Int {
    switch self {
    case .independent: rows
    case .blocks(let length): rows / length
    case .stationary(let meanLength): Int(Double(rows) / meanLength)
    }
  }

  /// Rows of one sample.
  func draw(_ rows: Int, _ random: inout RandomStream) -> [Int] {
    var drawn: [Int] = []
    drawn.reserveCapacity(rows)
    switch self {
    case .independent:
      for _ in 0..<rows { drawn.append(random.index(below: rows)) }
    case .blocks(let length):
      while drawn.count < rows {
        let start = random.index(below: rows)
        for step in 0..<min(length, rows - drawn.count) { drawn.append((start + step) % rows) }
      }
    case .stationary(let meanLength):
      var row = random.index(below: rows)
      while drawn.count < rows {
        drawn.append(row)
        row = random.uniform() * meanLength < 1 ? random.index(below: rows) : (row + 1) % rows
      }
    }
    return drawn
  }
}
