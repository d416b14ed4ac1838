/// An exponentially weighted mean of values as they come, with a bias correction: the weights sum to 1 from the first value on.
struct RunningAverage: Sendable, Hashable, Codable {
  private let span: Int
  /// The last `span` values, where only those count; nil where all do, by recursion.
  private var recent: [Double]?
  /// Place of the oldest value in `recent`, which is a ring once it is full.
  private var oldest = 0
  /// Whether the span of a window grows with the values, so long as it is not full.
  private let spanGrows: Bool
  private var weightedSum = 0.0
  private var weight = 0.0
  private(set) var count = 0

  init(span: Int, averaging: AdaptiveThreshold.Averaging, spanGrows: Bool) {
    self.span = span
    self.spanGrows = spanGrows
    recent = averaging == .window ? [] : nil
  }

  mutating func add(_ value: Double) {
    count += 1
    guard recent != nil else {
      let keep = 1 - 2 / (Double(span) + 1)
      weightedSum = weightedSum * keep + value
      weight = weight * keep + 1
      return
    }
    if count <= span {
      recent?.append(value)
    } else {
      recent?[oldest] = value
      oldest = (oldest + 1) % span
    }
  }

  /// The mean, or nil before the first value.
  var mean: Double? {
    guard count > 0 else { return nil }
    guard let recent else { return weightedSum / weight }
    let keep = 1 - 2 / (Double(spanGrows ? min(count, span) : span) + 1)
    var (sum, weight, power) = (0.0, 0.0, 1.0)
    for position in recent.indices {
      sum = sum * keep + recent[(oldest + position) % recent.count]
      weight += power
      power *= keep
    }
    return sum / weight
  }
}
