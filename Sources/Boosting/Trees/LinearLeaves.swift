/// Leaves that predict a linear function of some features instead of a constant.
///
/// Where one of the features is missing the leaf's constant is predicted, as LightGBM does.
package struct LinearLeaves: Sendable, Hashable {
  /// One leaf: `constant + Σ coefficients[i] · value(features[i])`.
  package struct Leaf: Sendable, Hashable {
    package var constant: Double
    package var features: [Int32] = []
    package var coefficients: [Double] = []

    /// The prediction for a row, or nil if one of the features is missing.
    @inline(__always)
    func value(_ row: (Int) -> Double) -> Double? {
      var sum = constant
      for (feature, coefficient) in zip(features, coefficients) {
        let value = row(Int(feature))
        if value.isNaN { return nil }
        sum += coefficient * value
      }
      return sum
    }
  }

  package var leaves: [Leaf]

  mutating func scale(by factor: Double) {
    for leaf in leaves.indices {
      leaves[leaf].constant *= factor
      for place in leaves[leaf].coefficients.indices { leaves[leaf].coefficients[place] *= factor }
    }
  }

  mutating func add(_ constant: Double) {
    for leaf in leaves.indices { leaves[leaf].constant += constant }
  }
}
