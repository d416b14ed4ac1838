/// A fixed number of doubles in storage that copies share until ``makeUnique()``.
///
/// Unlike an array it does not ask at each write whether the storage is shared: whoever writes has called ``makeUnique()``
/// since the last copy was made. That question is a call into the runtime, which would cost more than most indicators.
struct Cells: Codable {
  private final class Storage: Sendable {
    // Written only through a `Cells` that holds the sole reference: see the conformance to Sendable below.
    nonisolated(unsafe) let base: UnsafeMutablePointer<Double>
    let count: Int

    init(_ count: Int) {
      self.count = count
      base = .allocate(capacity: count)
    }

    deinit { base.deallocate() }
  }

  private var storage: Storage
  private var base: UnsafeMutablePointer<Double>
  /// Number of cells.
  let count: Int

  /// Makes cells that hold `value`.
  init(_ count: Int, filledWith value: Double = 0) {
    precondition(count >= 1, "cells are at least one")
    storage = Storage(count)
    storage.base.initialize(repeating: value, count: count)
    base = storage.base
    self.count = count
  }

  @inline(__always)
  subscript(index: Int) -> Double {
    get { withExtendedLifetime(storage) { base[index] } }
    set {
      withExtendedLifetime(storage) { base[index] = newValue }
    }
  }

  /// Lends the cells for reading.
  @inline(__always)
  func withPointer<Result>(_ body: (UnsafePointer<Double>) -> Result) -> Result {
    withExtendedLifetime(storage) { body(UnsafePointer(base)) }
  }

  /// Lends the cells for writing.
  @inline(__always)
  mutating func withMutablePointer<Result>(_ body: (UnsafeMutablePointer<Double>) -> Result) -> Result {
    withExtendedLifetime(storage) { body(base) }
  }

  /// Makes the storage its own before writes.
  @inline(__always)
  mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) { copyStorage() }
  }

  @inline(never)
  private mutating func copyStorage() {
    let copy = Storage(count)
    copy.base.initialize(from: base, count: count)
    storage = copy
    base = copy.base
  }

  init(from decoder: any Decoder) throws {
    // A missing value is null: JSON has no NaN.
    let values = try [Double?](from: decoder).map { $0 ?? .nan }
    guard !values.isEmpty else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "a window is empty"))
    }
    self.init(values.count)
    values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      base.update(from: first, count: values.count)
    }
  }

  func encode(to encoder: any Encoder) throws {
    let values = withExtendedLifetime(storage) { Array(UnsafeBufferPointer(start: base, count: count)) }
    try values.map { $0.isNumber ? $0 : nil }.encode(to: encoder)
  }
}

// The storage is written only by a value that holds the sole reference to it, see `makeUnique()`: so values may go to other
// threads.
extension Cells: @unchecked Sendable {}
