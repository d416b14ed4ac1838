import Foundation

/// What buyers began of a bar's volume, by the size of its price change: V · Φ(ΔP / σ), σ over the last n changes.
///
/// Half the volume where the price did not change or never does.
struct BulkVolume: Sendable, Codable {
  private var step = Step()
  private var spread: WindowSpread

  init(_ length: Int) { spread = WindowSpread(length) }

  /// Number of price changes.
  var length: Int { spread.length }

  /// Takes a bar; NaN while there are fewer changes or one is missing.
  @inline(__always)
  mutating func push(_ price: Double, _ volume: Double, commit: Bool) -> Double {
    let change = step.difference(price)
    let mean = spread.push(change, commit: commit)
    let deviation = (spread.squaredDeviations / Double(spread.length - 1)).squareRoot()
    let score = deviation > 0 ? change / deviation : 0
    // The mean is NaN where the window is not full.
    return mean.isNaN ? .nan : volume * (erfc(-score / 2.0.squareRoot()) / 2)
  }

  mutating func makeUnique() { spread.makeUnique() }
}
