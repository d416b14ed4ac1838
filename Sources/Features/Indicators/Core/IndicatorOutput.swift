/// What an indicator gives at a time: `Double`, or a type with a named number a result.
public protocol IndicatorOutput: Sendable {
  /// Number of results.
  static var count: Int { get }
  /// Result `index`, from 0.
  subscript(index: Int) -> Double { get }
}

/// Where an indicator writes: result `k` of row `r` is `base[k · stride + r]`.
public struct OutputColumns {
  package let base: UnsafeMutablePointer<Double>
  package let stride: Int

  package init(base: UnsafeMutablePointer<Double>, stride: Int) {
    self.base = base
    self.stride = stride
  }

  @inline(__always)
  package subscript(index: Int) -> UnsafeMutablePointer<Double> { base + index &* stride }

  /// The same columns from row `count` on.
  @inline(__always)
  package func advanced(by count: Int) -> OutputColumns { OutputColumns(base: base + count, stride: stride) }

  /// Makes the first `count` rows of every result NaN.
  package func clear(_ count: Int, outputs: Int) {
    for index in 0..<outputs { self[index].update(repeating: .nan, count: count) }
  }
}

extension IndicatorOutput {
  @inline(__always)
  func store(_ columns: OutputColumns, _ row: Int) {
    for index in 0..<Self.count { columns[index][row] = self[index] }
  }
}

extension Double: IndicatorOutput {
  /// One.
  @inline(__always)
  public static var count: Int { 1 }

  /// The number itself.
  @inline(__always)
  public subscript(index: Int) -> Double { self }
}
