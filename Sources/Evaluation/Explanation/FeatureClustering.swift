import Compute

/// Columns that say the same, found by hierarchical clustering of their rank correlations.
///
/// Average linkage (UPGMA; Sokal and Michener 1958), equal to scipy's `linkage(method="average")` where no two distances are equal; cut as its
/// `fcluster(criterion="distance")`.
public struct FeatureClustering: Sendable, Hashable, Codable {
  /// How far two columns of rank correlation ρ (Spearman) are from each other.
  public enum Distance: String, Sendable, Hashable, Codable, CaseIterable {
    /// 1 − |ρ|, in 0...1: a column and its negative are one, as they are to a tree.
    case absoluteCorrelation
    /// √((1 − ρ) / 2), in 0...1, a metric: a column and its negative are as far apart as can be (López de Prado 2020).
    case correlation
  }

  /// Two clusters that become one; a row of scipy's linkage matrix.
  public struct Merge: Sendable, Hashable, Codable {
    /// The cluster with the lower number: a column below the number of columns n, else n plus the place of the merge that made it.
    public let first: Int
    /// The other cluster.
    public let second: Int
    /// Mean distance between columns of the two.
    public let distance: Double
    /// Columns of both.
    public let count: Int
  }

  /// Number of columns.
  public let columnCount: Int
  /// The merges from the nearest to the farthest; one fewer than columns.
  public let merges: [Merge]

  /// Clusters columns by their rank correlations.
  ///
  /// - Parameters:
  ///   - columns: One array a column, all of one length. Rows where one of a pair is NaN are left out for that pair; a pair in which a side then does
  ///     not vary counts as not correlated.
  ///   - distance: What the distance is.
  ///   - threads: Threads that correlate; the result is the same for any number.
  /// - Throws: ``EvaluationError`` with code `shapeMismatch` for no rows or unequal columns; `invalidLabel` for infinite values.
  /// - Complexity: O(columns² · rows · log rows) where values are missing, else O(columns · rows · (log rows + columns)).
  public init(
    columns: [[Double]], distance: Distance = .absoluteCorrelation, threads: Int = 1
  ) throws(EvaluationError) {
    _ = try checkColumns(columns)
    guard columns.allSatisfy({ $0.allSatisfy { !$0.isInfinite } }) else {
      throw EvaluationError(.invalidLabel, "a column holds an infinite number")
    }
    let correlations = rankCorrelations(columns, threads: threads)
    try self.init(
      distances: correlations.map { row in
        row.map { distance == .absoluteCorrelation ? 1 - abs($0) : ((1 - $0) / 2).squareRoot() }
      })
  }

  /// Clusters by given distances, a symmetric matrix; the diagonal is not looked at.
  ///
  /// - Throws: ``EvaluationError``: `shapeMismatch` for a matrix that is empty or not square; `invalidLabel` for distances that are not symmetric, finite and at least 0.
  /// - Complexity: O(columns²).
  public init(distances: [[Double]]) throws(EvaluationError) {
    let count = distances.count
    guard count > 0, distances.allSatisfy({ $0.count == count }) else {
      throw EvaluationError(
        .shapeMismatch, "\(count) rows of distances of lengths \(distances.map(\.count)); square, not 0")
    }
    for i in 0..<count {
      for j in 0..<i where !(distances[i][j] >= 0 && distances[i][j].isFinite && distances[i][j] == distances[j][i]) {
        throw EvaluationError(
          .invalidLabel,
          "the distances of columns \(i) and \(j) are \(distances[i][j]) and \(distances[j][i]); equal, finite, at least 0"
        )
      }
    }
    columnCount = count
    merges = Self.averageLinkage(distances)
  }

  /// The clusters of columns that are joined at a distance or below, in the order of their first columns.
  ///
  /// - Complexity: O(columns · log columns).
  public func clusters(within distance: Double) -> [[Int]] {
    var members: [Int: [Int]] = [:]
    for column in 0..<columnCount { members[column] = [column] }
    for (place, merge) in merges.enumerated() where merge.distance <= distance {
      members[columnCount + place] =
        (members.removeValue(forKey: merge.first) ?? []) + (members.removeValue(forKey: merge.second) ?? [])
    }
    return members.values.map { $0.sorted() }.sorted { $0[0] < $1[0] }
  }

  /// Merges by chains of nearest neighbours (Murtagh 1983): each cluster points to its nearest until two point to each other.
  private static func averageLinkage(_ distances: [[Double]]) -> [Merge] {
    let count = distances.count
    var distances = distances
    var sizes = [Int](repeating: 1, count: count)
    var chain: [Int] = []
    var found: [(first: Int, second: Int, distance: Double)] = []
    while found.count < count - 1 {
      if chain.isEmpty, let start = sizes.firstIndex(where: { $0 > 0 }) { chain.append(start) }
      while true {
        let top = chain[chain.count - 1]
        let before = chain.count > 1 ? chain[chain.count - 2] : -1
        // Of equally near ones the one before in the chain, or the chain would never end.
        var nearest = before
        var least = before >= 0 ? distances[top][before] : .infinity
        for other in 0..<count where other != top && sizes[other] > 0 && distances[top][other] < least {
          (nearest, least) = (other, distances[top][other])
        }
        if nearest == before {
          chain.removeLast(2)
          found.append((min(top, before), max(top, before), least))
          join(&distances, &sizes, min(top, before), max(top, before))
          break
        }
        chain.append(nearest)
      }
    }
    return numbered(found, count: count)
  }

  /// Joins two clusters in the place of the second, at mean distances from the others.
  private static func join(_ distances: inout [[Double]], _ sizes: inout [Int], _ first: Int, _ second: Int) {
    let (a, b) = (Double(sizes[first]), Double(sizes[second]))
    for other in sizes.indices where sizes[other] > 0 && other != first && other != second {
      let joined = (a * distances[first][other] + b * distances[second][other]) / (a + b)
      distances[second][other] = joined
      distances[other][second] = joined
    }
    sizes[second] += sizes[first]
    sizes[first] = 0
  }

  /// The merges in the order of their distances, with clusters named by the merge that made them.
  private static func numbered(_ found: [(first: Int, second: Int, distance: Double)], count: Int) -> [Merge] {
    var name = Array(0..<count)
    var sizes = [Int](repeating: 1, count: count)
    var parent = Array(0..<count)
    func root(_ column: Int) -> Int {
      var column = column
      while parent[column] != column { column = parent[column] }
      return column
    }
    return found.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
      .enumerated().map { place, item in
        let (a, b) = (root(item.element.first), root(item.element.second))
        let merge = Merge(
          first: min(name[a], name[b]), second: max(name[a], name[b]), distance: item.element.distance,
          count: sizes[a] + sizes[b])
        parent[a] = b
        sizes[b] += sizes[a]
        name[b] = count + place
        return merge
      }
  }
}

/// Spearman's correlation of each pair of columns over the rows that both have; 0 where a side does not vary, 1 on the diagonal.
func rankCorrelations(_ columns: [[Double]], threads: Int) -> [[Double]] {
  let known = columns.map { column in column.map { !$0.isNaN } }
  let ranks = parallelMap(count: columns.count, threads: threads) { index in
    meanRanks(columns[index].filter { !$0.isNaN }).ranks
  }
  let lower = parallelMap(count: columns.count, threads: threads) { i in
    (0..<i).map { j -> Double in
      // Columns that miss the same rows keep their ranks.
      if known[i] == known[j] { return rankCorrelation(ranks[i], ranks[j]) }
      let both = columns[i].indices.filter { known[i][$0] && known[j][$0] }
      return rankCorrelation(
        meanRanks(both.map { columns[i][$0] }).ranks, meanRanks(both.map { columns[j][$0] }).ranks)
    }
  }
  return columns.indices.map { i in
    columns.indices.map { j in i == j ? 1 : i > j ? lower[i][j] : lower[j][i] }
  }
}

private func rankCorrelation(_ x: [Double], _ y: [Double]) -> Double {
  guard x.count > 1 else { return 0 }
  let found = correlation(x, y)
  return found.isNaN ? 0 : found
}
