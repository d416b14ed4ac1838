import Compute
import Foundation

/// How far a column of numbers has moved from a reference.
///
/// The default verdict, as evidently's: with at most 1,000 reference rows Kolmogorov and Smirnov's p-value below 0.05; with more a Wasserstein distance of at least 0.1
/// reference deviations, because every small move is significant then.
public struct FeatureDrift: Sendable, Hashable, Codable {
  /// Largest difference of the two distribution functions (Kolmogorov and Smirnov).
  public let ksStatistic: Double
  /// Its asymptotic two-sided p-value.
  public let ksPValue: Double
  /// Population stability index over the reference's deciles, ties of which are bins of their own: Σ (q − p) · ln(q / p); below 0.1 is called stable, above 0.25 a shift.
  public let stabilityIndex: Double
  /// Area between the two distribution functions, in units of the column (Wasserstein-1).
  public let wasserstein: Double
  /// The same over the reference's standard deviation; NaN where that is 0.
  public let normalisedWasserstein: Double
  /// Rows of the reference and of the current column that have values.
  public let rows: Rows
  /// Whether the column has drifted by the default verdict.
  public let hasDrifted: Bool

  /// Numbers of rows with values.
  public struct Rows: Sendable, Hashable, Codable {
    /// Of the reference.
    public let reference: Int
    /// Of the current column.
    public let current: Int
  }

  /// Compares two columns; NaN is left out.
  ///
  /// - Throws: ``EvaluationError`` with code `shapeMismatch` if a column has no number; `invalidLabel` for an infinite one.
  /// - Complexity: O(n log n).
  public init(reference: [Double], current: [Double]) throws(EvaluationError) {
    guard !reference.contains(where: \.isInfinite), !current.contains(where: \.isInfinite) else {
      throw EvaluationError(.invalidLabel, "a column holds an infinite number")
    }
    let x = reference.filter { !$0.isNaN }.sorted()
    let y = current.filter { !$0.isNaN }.sorted()
    guard !x.isEmpty, !y.isEmpty else {
      throw EvaluationError(
        .shapeMismatch, "the reference has \(x.count) numbers and the current column \(y.count); at least one each")
    }
    rows = Rows(reference: x.count, current: y.count)
    var (i, j) = (0, 0)
    var largest = 0.0
    var area = CompensatedSum()
    var before = min(x[0], y[0])
    while i < x.count || j < y.count {
      let value = min(i < x.count ? x[i] : .infinity, j < y.count ? y[j] : .infinity)
      let difference = abs(Double(i) / Double(x.count) - Double(j) / Double(y.count))
      area.add(difference * (value - before))
      before = value
      while i < x.count, x[i] == value { i += 1 }
      while j < y.count, y[j] == value { j += 1 }
      largest = max(largest, abs(Double(i) / Double(x.count) - Double(j) / Double(y.count)))
    }
    ksStatistic = largest
    let size = Double(x.count) * Double(y.count) / Double(x.count + y.count)
    let pValue = kolmogorovTail(largest * size.squareRoot())
    ksPValue = pValue
    wasserstein = area.value
    let spread = x.count > 1 ? deviation(x) : 0
    normalisedWasserstein = spread > 0 ? area.value / spread : .nan
    stabilityIndex = Self.stability(x, y)
    let moved = spread > 0 ? area.value / spread >= 0.1 : area.value > 0
    hasDrifted = x.count <= 1000 ? pValue < 0.05 : moved
  }

  private static func stability(_ x: [Double], _ y: [Double]) -> Double {
    let edges = Array(Set((1..<10).map { quantile(sorted: x, Double($0) / 10) })).sorted()
    // Rows equal to an edge are a bin of their own: else a move below a value that many rows share would not be seen.
    func counts(_ values: [Double]) -> [Int] {
      let cuts =
        [0] + edges.flatMap { edge in [values.firstPlace { $0 >= edge }, values.firstPlace { $0 > edge }] } + [
          values.count
        ]
      return zip(cuts, cuts.dropFirst()).map { $1 - $0 }
    }
    // Half a row for an empty bin, so that one value outside does not make it infinite.
    func share(_ count: Int, of values: [Double]) -> Double { max(Double(count), 0.5) / Double(values.count) }
    var sum = 0.0
    for (before, now) in zip(counts(x), counts(y)) where before + now > 0 {
      let (p, q) = (share(before, of: x), share(now, of: y))
      sum += (q - p) * log(q / p)
    }
    return sum
  }
}

/// How far the shares of a column of categories have moved: Pearson's chi-squared test of the current counts against the reference's shares.
public struct CategoryDrift: Sendable, Hashable, Codable {
  /// The statistic, Σ (observed − expected)² / expected.
  public let statistic: Double
  /// Categories less one.
  public let degreesOfFreedom: Int
  /// Chance of as large a statistic where nothing has moved; 0 where a category is new, which the reference says cannot be.
  public let pValue: Double
  /// Whether the p-value is below 0.05.
  public let hasDrifted: Bool

  /// Compares two columns.
  ///
  /// - Throws: ``EvaluationError`` with code `shapeMismatch` if a column is empty.
  /// - Complexity: O(n).
  public init(reference: [String], current: [String]) throws(EvaluationError) {
    guard !reference.isEmpty, !current.isEmpty else {
      throw EvaluationError(
        .shapeMismatch,
        "the reference has \(reference.count) rows and the current column \(current.count); at least one each")
    }
    let expected = Dictionary(reference.map { ($0, 1.0) }, uniquingKeysWith: +)
    let observed = Dictionary(current.map { ($0, 1.0) }, uniquingKeysWith: +)
    let isNew = observed.keys.contains { expected[$0] == nil }
    var sum = 0.0
    for name in expected.keys.sorted() {
      let share = (expected[name] ?? 0) * Double(current.count) / Double(reference.count)
      let miss = (observed[name] ?? 0) - share
      sum += miss * miss / share
    }
    statistic = isNew ? .infinity : sum
    degreesOfFreedom = Set(expected.keys).union(observed.keys).count - 1
    pValue = isNew ? 0 : degreesOfFreedom == 0 ? 1 : chiSquaredTail(sum, degreesOfFreedom)
    hasDrifted = pValue < 0.05
  }
}

/// Chance that Kolmogorov's limit is above t: 2 Σ (−1)^(k−1) exp(−2k²t²), or for small t by its other series.
func kolmogorovTail(_ t: Double) -> Double {
  guard t > 0 else { return 1 }
  var sum = 0.0
  if t < 1.18 {
    let rate = Double.pi * Double.pi / (8 * t * t)
    for odd in [1.0, 3, 5, 7] { sum += exp(-rate * odd * odd) }
    return max(0, 1 - (2 * Double.pi).squareRoot() / t * sum)
  }
  for k in 1...5 {
    let term = exp(-2 * Double(k * k) * t * t)
    sum += k % 2 == 1 ? term : -term
  }
  return min(1, 2 * sum)
}

/// Chance that chi-squared is above x: the upper incomplete gamma function Q(k/2, x/2), by its series or Lentz's continued fraction.
func chiSquaredTail(_ x: Double, _ degrees: Int) -> Double {
  let (a, z) = (Double(degrees) / 2, x / 2)
  guard z > 0 else { return 1 }
  let scale = exp(a * log(z) - z - lgamma(a))
  if z < a + 1 {
    var (term, sum, k) = (1 / a, 1 / a, a)
    while abs(term) > abs(sum) * 1e-17 {
      k += 1
      term *= z / k
      sum += term
    }
    return max(0, 1 - sum * scale)
  }
  var b = z + 1 - a
  var c = 1e300
  var d = 1 / b
  var h = d
  for i in 1...10_000 {
    let numerator = -Double(i) * (Double(i) - a)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    h *= d * c
    if abs(d * c - 1) < 1e-16 { break }
  }
  return h * scale
}
