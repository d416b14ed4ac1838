public import Compute

/// Draws labels with replacement so that those overlapping what was drawn already become less likely.
///
/// A label's probability is in proportion to the mean over its rows of 1/(1 + draws that hold the row): Lopez de Prado,
/// "Advances in Financial Machine Learning" (2018), section 4.5, snippets 4.4 and 4.5. The textbook recomputes every label
/// after every draw; here a draw changes only the labels that overlap it, and a tree of sums finds the next.
public struct SequentialBootstrap: Sendable {
  private let starts: [Int]
  private let ends: [Int]
  /// Labels by their first row, and those rows.
  private let order: [Int]
  private let sortedStarts: [Int]
  private let longest: Int
  /// Draws that hold each row.
  private var draws: [Int]
  private var tree: SumTree

  /// Starts with nothing drawn.
  ///
  /// O(rows + labels · log labels).
  ///
  /// - Throws: ``FeatureError`` with code `shapeMismatch` if there is no label.
  public init(_ spans: LabelSpans) throws(FeatureError) {
    guard spans.count > 0 else { throw FeatureError(.shapeMismatch, "there is no label to draw") }
    (starts, ends) = (spans.starts, spans.ends)
    let order = spans.starts.indices.sorted { (spans.starts[$0], $0) < (spans.starts[$1], $1) }
    self.order = order
    sortedStarts = order.map { spans.starts[$0] }
    longest = zip(spans.starts, spans.ends).reduce(0) { max($0, $1.1 - $1.0 + 1) }
    draws = [Int](repeating: 0, count: spans.rowCount)
    tree = SumTree([Double](repeating: 1, count: spans.count))
  }

  /// The probability of each label at the next draw; they sum to 1.
  public var probabilities: [Double] {
    let total = tree.total
    return starts.indices.map { tree.value($0) / total }
  }

  /// Draws the next label.
  ///
  /// O(rows of the label + labels that begin within the longest label of it · log labels).
  public mutating func draw(_ random: inout RandomStream) -> Int {
    let label = tree.index(at: random.uniform() * tree.total)
    record(label)
    return label
  }

  /// Takes a label as drawn.
  public mutating func record(_ label: Int) {
    let rows = starts[label]...ends[label]
    // What one more draw takes from 1/(1 + draws), summed over the rows.
    let losses = PrefixSums(rows.lazy.map { [draws] in 1 / Double(draws[$0] + 2) - 1 / Double(draws[$0] + 1) })
    for row in rows { draws[row] += 1 }
    var position = sortedStarts.firstPlace { $0 > rows.upperBound } - 1
    while position >= 0, sortedStarts[position] > rows.lowerBound - longest {
      let other = order[position]
      position -= 1
      guard ends[other] >= rows.lowerBound else { continue }
      let first = max(starts[other], rows.lowerBound) - rows.lowerBound
      let last = min(ends[other], rows.upperBound) - rows.lowerBound
      tree.add(losses.sum(first...last) / Double(ends[other] - starts[other] + 1), to: other)
    }
  }
}

extension LabelSpans {
  /// Draws labels by the sequential bootstrap; the same seed gives the same labels.
  ///
  /// - Parameters:
  ///   - draws: Number of labels to draw; nil for as many as there are.
  ///   - seed: Seed of the random numbers.
  /// - Returns: Positions of labels, in the order of the draws.
  /// - Throws: ``FeatureError`` with code `shapeMismatch` if there is no label, `invalidOption` for a negative number.
  public func sequentialBootstrap(draws: Int? = nil, seed: UInt64) throws(FeatureError) -> [Int] {
    guard draws ?? 0 >= 0 else { throw FeatureError(.invalidOption, "\(draws ?? 0) draws were asked for") }
    var bootstrap = try SequentialBootstrap(self)
    var random = RandomStream(seed: seed)
    return (0..<(draws ?? count)).map { _ in bootstrap.draw(&random) }
  }
}

/// Values with their running sums: a value changes, and a place is found by its sum, in O(log values) (Fenwick 1994).
struct SumTree: Sendable {
  private var values: [Double]
  private var sums: [Double]

  init(_ values: [Double]) {
    self.values = values
    sums = [0] + values
    for node in sums.indices.dropFirst() {
      let parent = node + (node & -node)
      if parent < sums.count { sums[parent] += sums[node] }
    }
  }

  var total: Double {
    var (sum, node) = (0.0, values.count)
    while node > 0 {
      sum += sums[node]
      node &= node - 1
    }
    return sum
  }

  func value(_ index: Int) -> Double { values[index] }

  mutating func add(_ change: Double, to index: Int) {
    values[index] += change
    var node = index + 1
    while node < sums.count {
      sums[node] += change
      node += node & -node
    }
  }

  /// The first index whose running sum, its own value included, is above `sum`; the last one for the total.
  func index(at sum: Double) -> Int {
    var (node, left) = (0, sum)
    var width = 1
    while width * 2 < sums.count { width *= 2 }
    while width > 0 {
      if node + width < sums.count, sums[node + width] <= left {
        node += width
        left -= sums[node]
      }
      width /= 2
    }
    return min(node, values.count - 1)
  }
}
