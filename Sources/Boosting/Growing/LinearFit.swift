import Compute

/// Fits the linear functions of a grown tree's leaves: one Newton step on the features of the way to the leaf.
///
/// For a leaf with rows X, a column of ones beside the features, it solves (X'HX + λI) b = −X'g, λ not for the intercept.
/// Rows with a missing feature take no part. Source: Shi et al., "Gradient Boosting with Piece-Wise Linear Regression
/// Trees" (2019), as LightGBM does it.
struct LinearFit: Sendable {
  let table: NumericTable
  /// Penalty of the squared coefficients.
  let lambda: Double
  let isCategorical: [Bool]

  /// LightGBM's bound below which a coefficient is left out.
  private static let negligible = LightGBMBins.zeroThreshold

  /// The function of one leaf.
  ///
  /// - Parameters:
  ///   - path: Features of the splits above the leaf.
  ///   - rows: The leaf's rows, ascending: the order in which sums are taken.
  ///   - pairs: Derivatives of all rows.
  ///   - value: The leaf's constant, which stays where there are too few rows or the equations have no solution.
  /// - Complexity: O(rows · features²).
  func leaf(path: [Int32], rows: [Int], _ pairs: UnsafePointer<GradientPair>, value: Double) -> LinearLeaves.Leaf {
    let features = Set(path).filter { !isCategorical[Int($0)] }.sorted()
    let count = features.count
    // Values are taken from their means, or a column far from zero would drown in the intercept; λ does not see it.
    let means = means(of: rows, features)
    var matrix = SymmetricMatrix(size: count + 1)
    var right = [Double](repeating: 0, count: count + 1)
    var used = 0
    forEachBlock(of: rows, features) { block, values in
      var line = [Double](repeating: 1, count: count + 1)
      for (place, row) in block.enumerated() {
        var isMissing = false
        for feature in 0..<count {
          line[feature] = values[feature * Self.block + place] - means[feature]
          isMissing = isMissing || line[feature].isNaN
        }
        if isMissing { continue }
        used += 1
        let (gradient, hessian) = (Double(pairs[row].gradient), Double(pairs[row].hessian))
        for i in 0...count {
          right[i] -= line[i] * gradient
          for j in 0...i { matrix[i, j] += line[i] * line[j] * hessian }
        }
      }
    }
    guard used > count else { return LinearLeaves.Leaf(constant: value) }
    for feature in 0..<count { matrix[feature, feature] += lambda }
    guard let solution = matrix.solved(for: right) else { return LinearLeaves.Leaf(constant: value) }
    let kept = (0..<count).filter { abs(solution[$0]) > Self.negligible }
    let constant = kept.reduce(solution[count]) { $0 - solution[$1] * means[$1] }
    return LinearLeaves.Leaf(
      constant: constant, features: kept.map { features[$0] }, coefficients: kept.map { solution[$0] })
  }

  /// The means of the values that are there; 0 where there are none or they are not finite.
  private func means(of rows: [Int], _ features: [Int32]) -> [Double] {
    var sums = [Double](repeating: 0, count: features.count)
    var counts = [Double](repeating: 0, count: features.count)
    forEachBlock(of: rows, features) { block, values in
      for feature in features.indices {
        for place in 0..<block.count where !values[feature * Self.block + place].isNaN {
          sums[feature] += values[feature * Self.block + place]
          counts[feature] += 1
        }
      }
    }
    return zip(sums, counts).map { $1 > 0 && $0.isFinite ? $0 / $1 : 0 }
  }

  private static let block = 512

  /// Calls `body` with blocks of rows and their values, `values[feature * block + place]`.
  private func forEachBlock(
    of rows: [Int], _ features: [Int32], _ body: (ArraySlice<Int>, UnsafePointer<Double>) -> Void
  ) {
    var values = [Double](repeating: 0, count: Self.block * max(1, features.count))
    for start in stride(from: 0, to: rows.count, by: Self.block) {
      let block = rows[start..<min(start + Self.block, rows.count)]
      for (index, feature) in features.enumerated() {
        table.withColumn(Int(feature)) { view in
          for (place, row) in block.enumerated() { values[index * Self.block + place] = view[row] }
        }
      }
      values.withUnsafeBufferPointer { body(block, $0.baseAddress!) }
    }
  }
}

/// A symmetric matrix of which the lower half is kept.
struct SymmetricMatrix {
  private let size: Int
  private var values: [Double]

  init(size: Int) {
    self.size = size
    values = [Double](repeating: 0, count: size * size)
  }

  /// An entry with `column <= row`.
  subscript(row: Int, column: Int) -> Double {
    get { values[row * size + column] }
    set { values[row * size + column] = newValue }
  }

  /// Solves for x in Ax = b by Cholesky's factors; nil if the matrix is not positive definite, to rounding.
  ///
  /// O(size³).
  func solved(for right: [Double]) -> [Double]? {
    var factor = self
    for column in 0..<size {
      var diagonal = self[column, column]
      for k in 0..<column { diagonal -= factor[column, k] * factor[column, k] }
      guard diagonal > self[column, column] * 1e-12, diagonal.isFinite else { return nil }
      let root = diagonal.squareRoot()
      factor[column, column] = root
      for row in (column + 1)..<max(size, column + 1) {
        var sum = self[row, column]
        for k in 0..<column { sum -= factor[row, k] * factor[column, k] }
        factor[row, column] = sum / root
      }
    }
    var x = right
    for row in 0..<size {
      for k in 0..<row { x[row] -= factor[row, k] * x[k] }
      x[row] /= factor[row, row]
    }
    for row in (0..<size).reversed() {
      for k in (row + 1)..<max(size, row + 1) { x[row] -= factor[k, row] * x[k] }
      x[row] /= factor[row, row]
    }
    return x.allSatisfy(\.isFinite) ? x : nil
  }
}
