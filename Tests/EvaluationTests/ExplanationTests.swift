import Compute
import Evaluation
import Foundation
import Synchronization
import TestSupport
import Testing

/// What the golden file holds; `Scripts/golden/make_explanation.py` makes it with scikit-learn and scipy.
private struct ExplanationFile: Decodable {
  struct Permutation: Decodable {
    let columns: [[Double]]
    let labels: [Double]
    let repeats: Int
    let means: [Double]
    let deviations: [Double]
  }

  struct Tree: Decodable {
    let linkage: [[Double]]
    let cuts: [Double]
    let clusters: [[Int]]
  }

  struct Clustering: Decodable {
    let columns: [[Double]]
    let absoluteCorrelation: Tree
    let correlation: Tree
  }

  struct Dependence: Decodable {
    struct Found: Decodable {
      let column: Int
      let resolution: Int
      let percentiles: [Double]
      let grid: [Double]
      let average: [Double]
      let individual: [[Double]]
    }

    let columns: [[Double]]
    let found: [Found]
  }

  let permutation: [Permutation]
  let clustering: [Clustering]
  let dependence: [Dependence]
}

/// The formula of the golden maker.
private func formula(_ columns: [[Double]]) -> [Double] {
  columns[0].indices.map { 2 * columns[0][$0] + columns[1][$0] * columns[2][$0] - abs(columns[2][$0]) }
}

@Suite("Explanation") struct ExplanationTests {
  private let file: ExplanationFile

  init() throws { file = try Golden.read("explanation.json", as: ExplanationFile.self) }

  private func code(_ body: () throws -> Void) -> EvaluationError.Code? {
    do { try body() } catch { return (error as? EvaluationError)?.code }
    return nil
  }

  @Test("permutation importances are scikit-learn's within the error of their shufflings")
  func permutation() throws {
    for own in file.permutation {
      let labels = own.labels
      let found = try PermutationImportance(columns: own.columns, repeats: own.repeats, threads: 2) { columns in
        try RegressionScores(labels: labels, predictions: formula(columns)).r2
      }
      for column in own.columns.indices {
        // Two means of as many draws: √2 standard errors, four of them; the spread itself is known to about 1/√(2n).
        let error = own.deviations[column] * (2 / Double(own.repeats)).squareRoot()
        #expect(abs(found.means[column] - own.means[column]) <= 4 * error)
        #expect(isClose(found.deviations[column], own.deviations[column], relative: 0.1))
      }
      #expect(found.means[3] == 0 && found.order.last == 3)
    }
  }

  @Test("a shuffling moves the columns of a group by one order, in whole blocks, and leaves the others")
  func shuffling() throws {
    let rows = 20
    let columns = (0..<4).map { column in (0..<rows).map { Double(100 * column + $0) } }
    let seen = Mutex<[[[Double]]]>([])
    let found = try PermutationImportance(
      columns: columns, groups: [[0, 2], [3]], repeats: 3, blockLength: 5
    ) { given in
      seen.withLock { $0.append(given) }
      return given[3][0]
    }
    let calls = seen.withLock { $0 }
    #expect(calls.count == 7 && calls[0] == columns)
    for (call, given) in calls.enumerated().dropFirst() {
      let moved = call <= 3 ? [0, 2] : [3]
      for column in columns.indices {
        #expect(given[column].sorted() == columns[column])
        #expect(moved.contains(column) || given[column] == columns[column])
      }
      let order = given[moved[0]].map { $0 - Double(100 * moved[0]) }
      #expect(moved.allSatisfy { column in given[column].map { $0 - Double(100 * column) } == order })
      // Four blocks: at most four places, the seam of the circle counted, where a row is not followed by the next.
      let breaks = (1..<rows).count { Int(order[$0 - 1] + 1) % rows != Int(order[$0]) }
      #expect(breaks <= 3)
      #expect(found.drops[call <= 3 ? 0 : 1][(call - 1) % 3] == 300 - given[3][0])
    }
    #expect(found.drops[0] == [0, 0, 0] && found.groups == [[0, 2], [3]])
  }

  @Test("importances are the same for any number of threads, and others for another seed")
  func threads() throws {
    let own = file.permutation[0]
    let labels = own.labels
    func importance(_ threads: Int, _ seed: UInt64) throws -> PermutationImportance {
      try PermutationImportance(columns: own.columns, repeats: 4, seed: seed, threads: threads) { columns in
        try RegressionScores(labels: labels, predictions: formula(columns)).r2
      }
    }
    #expect(try importance(1, 1) == importance(3, 1))
    #expect(try importance(1, 1) != importance(1, 2))
  }

  @Test("linkages and clusters are scipy's, for both distances")
  func linkage() throws {
    for own in file.clustering {
      for (distance, tree) in [
        (FeatureClustering.Distance.absoluteCorrelation, own.absoluteCorrelation), (.correlation, own.correlation),
      ] {
        let found = try FeatureClustering(columns: own.columns, distance: distance, threads: 2)
        #expect(found.merges.count == tree.linkage.count)
        for (merge, row) in zip(found.merges, tree.linkage) {
          #expect([Double(merge.first), Double(merge.second), Double(merge.count)] == [row[0], row[1], row[3]])
          #expect(isClose(merge.distance, row[2], relative: 1e-12))
        }
        for (cut, names) in zip(tree.cuts, tree.clusters) {
          let groups = Dictionary(grouping: names.indices) { names[$0] }.values.sorted { $0[0] < $1[0] }
          #expect(found.clusters(within: cut) == groups)
        }
      }
    }
  }

  /// Average linkage as it is defined: the two clusters with the least mean distance, again and again.
  private func naive(_ distances: [[Double]], within limit: Double) -> [[Int]] {
    var clusters = distances.indices.map { [$0] }
    while clusters.count > 1 {
      var best = (Double.infinity, 0, 0)
      for i in clusters.indices {
        for j in 0..<i {
          let pairs = clusters[i].flatMap { a in clusters[j].map { distances[a][$0] } }
          let mean = pairs.reduce(0, +) / Double(pairs.count)
          if mean < best.0 { best = (mean, j, i) }
        }
      }
      guard best.0 <= limit else { break }
      clusters[best.1] += clusters.remove(at: best.2)
    }
    return clusters.map { $0.sorted() }.sorted { $0[0] < $1[0] }
  }

  @Test("clusters are those of the definition, for random distances", arguments: 0..<20)
  func definition(_ seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed))
    let count = 2 + seed
    var distances = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for i in 0..<count {
      for j in 0..<i {
        distances[i][j] = random.uniform()
        distances[j][i] = distances[i][j]
      }
    }
    let found = try FeatureClustering(distances: distances)
    for limit in [0, 0.1, 0.3, 0.45, 0.6, 1] {
      #expect(found.clusters(within: limit) == naive(distances, within: limit))
    }
  }

  @Test("columns are compared on the rows that both have; flat ones are like none")
  func missing() throws {
    let nan = Double.nan
    let columns = [
      [1, 2, 3, 4, 5, nan], [nan, 20, 30, 40, 50, 0], [7, 7, 7, 7, 7, 7], [5, 1, 4, 2, 3, 9],
    ]
    let found = try FeatureClustering(columns: columns)
    // Rows 1...4 of the first two rise together.
    #expect(found.clusters(within: 1e-12) == [[0, 1], [2], [3]])
    #expect(found.merges.last?.distance == 1)
    #expect(try FeatureClustering(columns: [[1, 2]]).clusters(within: 1) == [[0]])
  }

  @Test("grids, means and single rows of partial dependence are scikit-learn's")
  func dependence() throws {
    for own in file.dependence {
      for given in own.found {
        let found = try PartialDependence(
          columns: own.columns, column: given.column, resolution: given.resolution,
          percentiles: (given.percentiles[0], given.percentiles[1]), keepsIndividual: true, threads: 2
        ) { formula($0) }
        #expect(largestDifference(found.grid, given.grid) < 1e-12)
        #expect(largestDifference(found.average, given.average) < 1e-12)
        for row in given.individual.indices {
          #expect(largestDifference(found.individual[row], given.individual[row]) < 1e-12)
        }
      }
    }
  }

  @Test("contributions are summed over all rows, in order, with one sample for all features")
  func contributions() throws {
    let values: [[Double]] = [
      (0..<50).map(Double.init), (0..<50).map { Double($0 % 7) }, [Double](repeating: .nan, count: 50),
    ]
    let shares: [[Double]] = [values[1].map { $0 / 10 }, values[0].map { -$0 }, [Double](repeating: 0, count: 50)]
    let summary = try ContributionSummary(values: values, contributions: shares, sample: 8, seed: 3)
    #expect(summary.features.map(\.column) == [1, 0, 2])
    for feature in summary.features {
      let naive = shares[feature.column].reduce(0) { $0 + abs($1) } / 50
      #expect(isClose(feature.meanAbsolute, naive, relative: 1e-12))
      #expect(feature.contributions == summary.rows.map { shares[feature.column][$0] })
      #expect(isSameBits(feature.values, summary.rows.map { values[feature.column][$0] }))
    }
    #expect(summary.rows.count == 8 && summary.rows == summary.rows.sorted() && Set(summary.rows).count == 8)
    #expect(try ContributionSummary(values: values, contributions: shares).rows == Array(0..<50))
  }

  @Test("a dependence plot is coloured by the feature that the contributions follow")
  func colour() throws {
    var random = RandomStream(seed: 5)
    let values = (0..<4).map { _ in (0..<600).map { _ in random.uniform() - 0.5 } }
    let own = values[0].indices.map { values[0][$0] * values[2][$0] }
    let shares = [own] + values.dropFirst().map { $0.map { _ in 0 } }
    let plot = try DependencePlot(0, values: values, contributions: shares, sample: 100)
    #expect(plot.colourColumn == 2 && plot.values.count == 100 && plot.colours.count == 100)
    #expect(zip(zip(plot.values, plot.colours), plot.contributions).allSatisfy { $0.0 * $0.1 == $1 })
    #expect(try DependencePlot(0, values: values, contributions: shares, colour: .none).colours.isEmpty)
    #expect(try DependencePlot(0, values: values, contributions: shares, colour: .column(1)).colourColumn == 1)
    // A feature whose contributions nothing explains has no colour.
    #expect(try DependencePlot(1, values: values, contributions: shares).colourColumn == nil)
  }

  @Test("bad input is a typed error")
  func refused() {
    let two = [[1.0, 2], [3.0, 4]]
    let score: @Sendable ([[Double]]) -> Double = { $0[0][0] }
    let predict: @Sendable ([[Double]]) -> [Double] = { $0[0] }
    #expect(code { _ = try PermutationImportance(columns: [], score: score) } == .shapeMismatch)
    #expect(code { _ = try PermutationImportance(columns: [[1], [1, 2]], score: score) } == .shapeMismatch)
    #expect(code { _ = try PermutationImportance(columns: two, groups: [[2]], score: score) } == .shapeMismatch)
    #expect(code { _ = try PermutationImportance(columns: two, groups: [[0, 0]], score: score) } == .shapeMismatch)
    #expect(code { _ = try PermutationImportance(columns: two, repeats: 0, score: score) } == .invalidOption)
    #expect(code { _ = try PermutationImportance(columns: two, blockLength: 3, score: score) } == .invalidOption)
    #expect(code { _ = try PermutationImportance(columns: two) { _ in .nan } } == .invalidLabel)
    #expect(code { _ = try FeatureClustering(columns: [[1, .infinity]]) } == .invalidLabel)
    #expect(code { _ = try FeatureClustering(distances: [[0, 1]]) } == .shapeMismatch)
    #expect(code { _ = try FeatureClustering(distances: [[0, 1], [2, 0]]) } == .invalidLabel)
    #expect(code { _ = try PartialDependence(columns: two, column: 2, predict: predict) } == .shapeMismatch)
    #expect(
      code { _ = try PartialDependence(columns: two, column: 0, resolution: 1, predict: predict) } == .invalidOption)
    #expect(
      code { _ = try PartialDependence(columns: two, column: 0, percentiles: (0.9, 0.1), predict: predict) }
        == .invalidOption)
    #expect(code { _ = try PartialDependence(columns: [[.nan]], column: 0, predict: predict) } == .invalidLabel)
    #expect(code { _ = try PartialDependence(columns: two, column: 0) { _ in [1] } } == .shapeMismatch)
    #expect(code { _ = try ContributionSummary(values: two, contributions: [[1, 2]]) } == .shapeMismatch)
    #expect(code { _ = try ContributionSummary(values: two, contributions: two, sample: 0) } == .invalidOption)
    #expect(code { _ = try ContributionSummary(values: two, contributions: [[1, .nan], [1, 2]]) } == .invalidLabel)
    #expect(code { _ = try DependencePlot(2, values: two, contributions: two) } == .shapeMismatch)
    #expect(code { _ = try DependencePlot(0, values: [[.nan]], contributions: [[1]]) } == .invalidLabel)
  }
}
