/// A small state that takes one value at a time: the one definition of an indicator for history and live ticks.
public protocol Indicator: Sendable, Codable {
  /// Number of values after which the first result exists: the result is defined from the `warmUp`-th update on.
  var warmUp: Int { get }
  /// Takes the next finite value, oldest first; returns nil while warming up. O(1), no allocation.
  mutating func update(_ value: Double) -> Double?
}

extension Indicator {
  /// The indicator over a column, oldest first, starting from this state; NaN while warming up.
  public func values(over column: [Double]) -> [Double] {
    var state = self
    return column.map { state.update($0) ?? .nan }
  }
}
