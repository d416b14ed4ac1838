import Foundation

/// How the change from one price to another is counted.
public enum ReturnKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// The logarithm of their ratio.
  case log
  /// Their ratio less 1.
  case simple

  /// The return from one price to another; NaN unless both are positive numbers.
  func callAsFunction(from before: Double, to price: Double) -> Double {
    guard before > 0, price > 0, before.isNumber, price.isNumber else { return .nan }
    return self == .log ? Foundation.log(price / before) : price / before - 1
  }
}
