/// The rows that each label of one symbol depends on: its own row up to the row at which it is known, both included.
///
/// It is the indicator matrix of Lopez de Prado, "Advances in Financial Machine Learning" (2018), chapter 4, kept as spans:
/// two numbers a label, not a row of zeros and ones.
public struct LabelSpans: Sendable, Hashable {
  /// First row of each label.
  public let starts: [Int]
  /// Last row of each label.
  public let ends: [Int]
  /// Rows of the series the labels lie in.
  public let rowCount: Int

  /// Takes the spans of labels.
  ///
  /// - Parameters:
  ///   - starts: The labelled rows, in any order.
  ///   - ends: The rows at which the labels are known, such as the labels' `endRow`.
  ///   - rowCount: Rows of the series.
  /// - Throws: ``FeatureError`` with code `shapeMismatch` unless `0 <= start <= end < rowCount` for each label.
  public init(starts: [Int], ends: [Int], rowCount: Int) throws(FeatureError) {
    guard starts.count == ends.count else {
      throw FeatureError(
        .shapeMismatch, "\(starts.count) starts and \(ends.count) ends were given; one of each a label is needed")
    }
    for (label, (start, end)) in zip(starts, ends).enumerated() {
      guard start >= 0, start <= end, end < rowCount else {
        throw FeatureError(
          .shapeMismatch, "label \(label) spans rows \(start) to \(end); 0 <= start <= end < \(rowCount) is needed")
      }
    }
    self.starts = starts
    self.ends = ends
    self.rowCount = rowCount
  }

  /// Number of labels.
  public var count: Int { starts.count }

  /// Number of labels that depend on each row (snippet 4.1).
  ///
  /// O(labels + rows).
  public func concurrency() -> [Int] {
    var steps = [Int](repeating: 0, count: rowCount + 1)
    for label in starts.indices {
      steps[starts[label]] += 1
      steps[ends[label] + 1] -= 1
    }
    var running = 0
    return steps.dropLast().map { step in
      running += step
      return running
    }
  }

  /// The mean over each label's rows of 1 / concurrency, in (0, 1]; 1 where it overlaps no other (snippet 4.2).
  ///
  /// O(labels + rows).
  public func averageUniqueness() -> [Double] {
    let sums = PrefixSums(concurrency().lazy.map { $0 > 0 ? 1 / Double($0) : 0 })
    return starts.indices.map { label in
      sums.sum(starts[label]...ends[label]) / Double(ends[label] - starts[label] + 1)
    }
  }
}

/// Sums of any range of values in O(1), each kept with its rounding error, so that a short range behind millions of values
/// is as exact as a long one.
struct PrefixSums {
  private var high: [Double] = [0]
  private var low: [Double] = [0]

  init(_ values: some Sequence<Double>) {
    var (sum, error) = (0.0, 0.0)
    for value in values {
      let next = sum + value
      let shadow = next - sum
      error += (sum - (next - shadow)) + (value - shadow)
      sum = next
      high.append(sum)
      low.append(error)
    }
  }

  func sum(_ range: ClosedRange<Int>) -> Double {
    (high[range.upperBound + 1] - high[range.lowerBound]) + (low[range.upperBound + 1] - low[range.lowerBound])
  }
}
