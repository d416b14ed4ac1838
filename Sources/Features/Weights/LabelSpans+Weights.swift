import Foundation

extension LabelSpans {
  /// Whether the return into a label's first row, which it cannot earn, counts in ``returnAttribution(of:entry:)``.
  public enum EntryReturn: String, Sendable, Hashable, Codable {
    /// It counts, as in the source's snippet and in mlfinlab and mlfinpy.
    case included
    /// Only returns behind the first row count.
    case excluded
  }

  /// Weights by the size of the return that a label can claim: |Σ rₜ/cₜ| over its rows, with the log return rₜ into row t and
  /// the concurrency cₜ, scaled to a mean of 1 (section 4.4, snippet 4.10).
  ///
  /// - Parameters:
  ///   - series: Prices of the rows; rows without a price have no return, and it counts in the next row with one.
  ///   - entry: Whether the return into the first row counts.
  /// - Returns: One weight a label; all 1 where no label has a return.
  /// - Throws: ``FeatureError`` with code `shapeMismatch` unless the series has ``rowCount`` rows.
  /// - Complexity: O(labels + rows).
  public func returnAttribution(
    of series: PriceSeries, entry: EntryReturn = .included
  ) throws(FeatureError) -> [Double] {
    guard series.count == rowCount else {
      throw FeatureError(
        .shapeMismatch, "a series of \(counted(series.count, "row")) was given to spans of \(counted(rowCount, "row"))")
    }
    let concurrency = concurrency()
    var shares = [Double](repeating: 0, count: rowCount)
    for (row, before) in zip(series.rows.dropFirst(), series.rows) where concurrency[row] > 0 {
      shares[row] = (log(series.prices[row]) - log(series.prices[before])) / Double(concurrency[row])
    }
    let sums = PrefixSums(shares)
    let weights = starts.indices.map { label in
      let first = entry == .included ? starts[label] : starts[label] + 1
      return first <= ends[label] ? abs(sums.sum(first...ends[label])) : 0
    }
    let total = weights.reduce(0, +)
    return total > 0 ? weights.map { $0 * Double(count) / total } : weights.map { _ in 1 }
  }

  /// Factors that fall with age, measured in uniqueness: linear from 1 at the newest label (section 4.7, snippet 4.11).
  ///
  /// Labels are ordered by their first row; labels of the same row by their position.
  ///
  /// - Parameter oldest: c, finite and above −1. 1 is no decay; from 0 to 1 the line would reach c at age of all uniqueness; below
  ///   0 the oldest share −c of the uniqueness gets 0; above 1 older labels weigh more.
  /// - Returns: One factor a label, in the order of the labels.
  /// - Throws: ``FeatureError`` with code `invalidOption` for a c that is not above −1.
  /// - Complexity: O(rows + labels · log labels).
  public func timeDecay(oldest: Double) throws(FeatureError) -> [Double] {
    guard oldest > -1, oldest.isFinite else {
      throw FeatureError(.invalidOption, "the weight of the oldest is \(oldest); a finite number above -1 is needed")
    }
    let uniqueness = averageUniqueness()
    let order = starts.indices.sorted { (starts[$0], $0) < (starts[$1], $1) }
    let total = order.reduce(0) { $0 + uniqueness[$1] }
    let slope = oldest >= 0 ? (1 - oldest) / total : 1 / ((oldest + 1) * total)
    var factors = [Double](repeating: 0, count: count)
    var age = 0.0
    // From the newest back: the newest factor is exactly 1.
    for label in order.reversed() {
      factors[label] = max(0, 1 - slope * age)
      age += uniqueness[label]
    }
    return factors
  }
}
