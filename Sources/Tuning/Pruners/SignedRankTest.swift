import Compute
import Foundation

/// The signed-rank test of Wilcoxon (1945), one-sided; zeros give half of their rank to either side.
///
/// Exact without ties and zeros up to 50 differences; with them up to 13, by all assignments of signs; else by the normal
/// distribution with correction for ties, none for continuity. The same cases as SciPy's.
package enum SignedRankTest {
  /// The probability of differences that are as large, if they were symmetric around 0.
  package static func pValueGreater(_ differences: [Double]) -> Double {
    let count = differences.count
    let (ranks, ties) = meanRanks(differences.map { abs($0) })
    var positive = 0.0
    for (difference, rank) in zip(differences, ranks) {
      positive += difference > 0 ? rank : difference == 0 ? rank / 2 : 0
    }
    let isPlain = ties.allSatisfy { $0 == 1 } && !differences.contains(0)
    if count <= 50, isPlain { return exact(positive, count) }
    if count <= 13 { return permuted(differences, ranks, positive) }
    let n = Double(count)
    let mean = n * (n + 1) / 4
    let correction = ties.reduce(0.0) { $0 + pow(Double($1), 3) - Double($1) } / 2
    let deviation = ((n * (n + 1) * (2 * n + 1) - correction) / 24).squareRoot()
    return NormalDistribution.cumulative(-(positive - mean) / deviation)
  }

  /// The share of the subsets of 1...count whose sum is at least this.
  private static func exact(_ sum: Double, _ count: Int) -> Double {
    var ways = [1.0]
    for rank in 1...count {
      var next = ways + [Double](repeating: 0, count: rank)
      for (total, number) in ways.enumerated() { next[total + rank] += number }
      ways = next.map { $0 / 2 }
    }
    return ways[min(Int(sum.rounded(.down)), ways.count)...].reduce(0, +)
  }

  private static func permuted(_ differences: [Double], _ ranks: [Double], _ observed: Double) -> Double {
    let count = differences.count
    var reached = 0
    for signs in 0..<(1 << count) {
      var sum = 0.0
      for place in 0..<count {
        sum += differences[place] == 0 ? ranks[place] / 2 : signs >> place & 1 == 1 ? ranks[place] : 0
      }
      if sum >= observed - 1e-9 { reached += 1 }
    }
    return Double(reached) / Double(1 << count)
  }
}
