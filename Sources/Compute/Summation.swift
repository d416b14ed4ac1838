/// A sum that carries its own rounding error, so that adding and later removing a value leaves almost nothing behind.
///
/// Two doubles hold the sum (Knuth's TwoSum; Neumaier 1974): the error of a sum of n terms is about 2⁻¹⁰⁶·n of the
/// largest intermediate sum. Rolling windows need this: an ordinary running sum drifts.
public struct CompensatedSum: Sendable, Hashable, Codable {
  /// The rounded running sum.
  @usableFromInline var high = 0.0
  /// What rounding has lost so far.
  @usableFromInline var low = 0.0

  /// Makes an empty sum, 0.
  @inlinable public init() {}

  /// The value of the sum.
  @inlinable public var value: Double {
    @inline(__always) get { high + low }
  }

  /// Adds a finite term; subtract by adding its negative.
  @inlinable @inline(__always)
  public mutating func add(_ term: Double) {
    let sum = high + term
    let shadow = sum - high
    low += (high - (sum - shadow)) + (term - shadow)
    high = sum
  }
}

/// The sum of values with compensation, in the order given.
public func compensatedSum(_ values: some Sequence<Double>) -> Double {
  var sum = CompensatedSum()
  for value in values { sum.add(value) }
  return sum.value
}
