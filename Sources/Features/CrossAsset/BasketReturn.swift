/// The return of a basket over its last n rows of joined prices, row by row.
///
/// - Complexity: O(members) a row; memory members · n.
public struct BasketReturn: Sendable, Codable {
  private let places: [Int]
  private let weights: [Double]
  private let kind: ReturnKind
  private var lags: [Lag]

  /// Makes the return of members at given places of a row.
  ///
  /// - Parameters:
  ///   - places: Each member's place in the row, at least one.
  ///   - weights: As many weights; see ``Basket`` for what they mean.
  ///   - rows: Rows n from the earlier price to the present one, at least 1.
  ///   - kind: How the change is counted.
  /// - Throws: ``FeatureError`` with code `invalidOption`.
  public init(places: [Int], weights: [Double], rows: Int, kind: ReturnKind = .log) throws(FeatureError) {
    guard !places.isEmpty, weights.count == places.count, places.allSatisfy({ $0 >= 0 }), 1...100_000 ~= rows else {
      throw FeatureError(
        .invalidOption,
        "\(counted(weights.count, "weight")) for places \(places) over \(counted(rows, "row")); one a place and 1 to 100000 rows are needed"
      )
    }
    self.places = places
    self.weights = weights
    self.kind = kind
    lags = places.map { _ in Lag(rows) }
  }

  /// Rows before the first result.
  public var lookback: Int { lags[0].length }

  /// Takes a row of joined prices, NaN where one is missing, and returns Σ w r / Σ |w| over the members that have a return;
  /// NaN where none has.
  public mutating func update(_ row: [Double]) -> Double {
    var (sum, gross) = (0.0, 0.0)
    for member in places.indices {
      let price = row[places[member]]
      lags[member].makeUnique()
      let change = kind(from: lags[member].push(price, commit: true), to: price)
      if change.isNaN { continue }
      sum += weights[member] * change
      gross += abs(weights[member])
    }
    return gross > 0 ? sum / gross : .nan
  }
}
