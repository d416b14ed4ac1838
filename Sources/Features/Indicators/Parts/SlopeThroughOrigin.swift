/// The least-squares slope without intercept, Σxy / Σx², over the last n pairs; 0 where every x is 0.
struct SlopeThroughOrigin: Sendable, Codable {
  private var products: WindowSum
  private var squares: WindowSum

  init(_ length: Int) {
    products = WindowSum(length)
    squares = WindowSum(length)
  }

  /// Number of pairs.
  var length: Int { products.length }

  /// Takes a pair; NaN while there are fewer or one is missing.
  @inline(__always)
  mutating func push(_ x: Double, _ y: Double, commit: Bool) -> Double {
    let product = products.push(x * y, commit: commit)
    let square = squares.push(x * x + y * 0, commit: commit)
    return square == 0 ? product * 0 : product / square
  }

  mutating func makeUnique() {
    products.makeUnique()
    squares.makeUnique()
  }
}
