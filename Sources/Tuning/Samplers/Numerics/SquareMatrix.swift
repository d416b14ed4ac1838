import Foundation

/// Dense square matrices, row after row, and what Gaussian processes and CMA-ES need of them.
package struct SquareMatrix: Sendable {
  /// Rows, and columns.
  package let count: Int
  /// The elements.
  package var elements: [Double]

  package init(count: Int) {
    self.count = count
    elements = [Double](repeating: 0, count: count * count)
  }

  package static func identity(_ count: Int) -> SquareMatrix {
    var matrix = SquareMatrix(count: count)
    for i in 0..<count { matrix[i, i] = 1 }
    return matrix
  }

  package subscript(row: Int, column: Int) -> Double {
    get { elements[row * count + column] }
    set { elements[row * count + column] = newValue }
  }

  /// The lower triangle whose product with its transpose is this matrix; nil unless it is positive definite.
  package func cholesky() -> SquareMatrix? {
    var lower = SquareMatrix(count: count)
    for i in 0..<count {
      for j in 0...i {
        var sum = elements[i * count + j]
        for k in 0..<j { sum -= lower.elements[i * count + k] * lower.elements[j * count + k] }
        if i == j {
          guard sum > 0, sum.isFinite else { return nil }
          lower.elements[i * count + i] = sum.squareRoot()
        } else {
          lower.elements[i * count + j] = sum / lower.elements[j * count + j]
        }
      }
    }
    return lower
  }

  /// Solves lower · x = b.
  package func solveLower(_ b: [Double]) -> [Double] {
    var x = b
    for i in 0..<count {
      var sum = x[i]
      for k in 0..<i { sum -= elements[i * count + k] * x[k] }
      x[i] = sum / elements[i * count + i]
    }
    return x
  }

  /// Solves lowerᵀ · x = b.
  package func solveUpper(_ b: [Double]) -> [Double] {
    var x = b
    for i in (0..<count).reversed() {
      x[i] /= elements[i * count + i]
      for k in 0..<i { x[k] -= elements[i * count + k] * x[i] }
    }
    return x
  }

  /// The inverse of lower · lowerᵀ.
  package func inverseOfProduct() -> SquareMatrix {
    var inverse = SquareMatrix(count: count)
    var unit = [Double](repeating: 0, count: count)
    for column in 0..<count {
      unit[column] = 1
      let solved = solveUpper(solveLower(unit))
      unit[column] = 0
      for row in 0..<count { inverse[row, column] = solved[row] }
    }
    return inverse
  }

  /// Eigenvalues and eigenvectors of a symmetric matrix, vectors as columns, by Jacobi's rotations.
  package func eigen() -> (values: [Double], vectors: SquareMatrix) {
    var a = self
    var v = SquareMatrix.identity(count)
    for _ in 0..<100 {
      var off = 0.0
      for i in 0..<count { for j in 0..<i { off += a[i, j] * a[i, j] } }
      if off < 1e-300 || off < 1e-30 * (0..<count).reduce(0, { $0 + a[$1, $1] * a[$1, $1] }) { break }
      for p in 0..<count { for q in (p + 1)..<max(count, p + 1) { a.rotate(p, q, &v) } }
    }
    return ((0..<count).map { a[$0, $0] }, v)
  }

  private mutating func rotate(_ p: Int, _ q: Int, _ v: inout SquareMatrix) {
    let apq = self[p, q]
    if apq == 0 { return }
    let theta = (self[q, q] - self[p, p]) / (2 * apq)
    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    for k in 0..<count {
      let akp = self[k, p]
      let akq = self[k, q]
      self[k, p] = c * akp - s * akq
      self[k, q] = s * akp + c * akq
    }
    for k in 0..<count {
      let apk = self[p, k]
      let aqk = self[q, k]
      self[p, k] = c * apk - s * aqk
      self[q, k] = s * apk + c * aqk
      let vkp = v[k, p]
      let vkq = v[k, q]
      v[k, p] = c * vkp - s * vkq
      v[k, q] = s * vkp + c * vkq
    }
  }
}
