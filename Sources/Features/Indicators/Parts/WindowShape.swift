import CKernels

/// The levels from which windows of the last n values are put together, and how many inputs came.
///
/// Level k, a power of two, says for each input what the newest k say, from two of level k / 2; a window joins the levels
/// whose powers make up n, the smallest newest. So an input costs log₂ n steps, nothing is ever subtracted, so nothing of a
/// value that has left stays behind, and errors grow with log n only (pairwise summation, Higham 1993). Over columns each
/// step is one pass in which no row waits for another. Kept are the last k of each level, that of input t in cell
/// k + t mod k: 2n cells at most.
struct WindowShape: Sendable, Codable {
  let length: Int
  /// The largest power of two that is not above `length`.
  let top: Int
  private(set) var seen = 0

  init(_ length: Int) {
    precondition(length >= 1, "a window has at least one value")
    self.length = length
    top = 1 << (Int.bitWidth - 1 - length.leadingZeroBitCount)
  }

  private enum CodingKeys: String, CodingKey {
    case length
    case seen
  }

  /// Reads a saved shape.
  init(from decoder: any Decoder) throws {
    let saved = try decoder.container(keyedBy: CodingKeys.self)
    let length = try saved.decode(Int.self, forKey: .length)
    let seen = try saved.decode(Int.self, forKey: .seen)
    guard length >= 1, length <= 1 << 40, seen >= 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .length, in: saved,
        debugDescription: "a window of \(counted(length, "value")) after \(counted(seen, "input")) cannot be")
    }
    self.init(length)
    self.seen = seen
  }

  func encode(to encoder: any Encoder) throws {
    var saved = encoder.container(keyedBy: CodingKeys.self)
    try saved.encode(length, forKey: .length)
    try saved.encode(seen, forKey: .seen)
  }

  /// Refuses saved cells that are not as many as levels need: kernels rely on it.
  func check(_ cells: Cells..., columns: Int = 1, in decoder: any Decoder) throws {
    for cells in cells where cells.count != columns * cellCount {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription:
            "a window of \(counted(length, "value")) keeps \(columns * cellCount) numbers, not \(cells.count)"))
    }
  }

  /// Cells of one level after the other.
  var cellCount: Int { 2 * top }

  /// The cell of level `k` for the current input, which until then holds what level k said k inputs ago.
  @inline(__always)
  func cell(_ k: Int) -> Int { k &+ (seen & (k &- 1)) }

  /// The cell of level `k` for the input `age` inputs ago, less than k.
  @inline(__always)
  func cell(_ k: Int, age: Int) -> Int { k &+ ((seen &- age) & (k &- 1)) }

  /// Whether level `k` is one of those that make up the window.
  @inline(__always)
  func has(_ k: Int) -> Bool { length & k != 0 }

  @inline(__always)
  mutating func advance(_ count: Int = 1) { seen &+= count }

  /// Calls `body` with the shape as kernels take it and the scratch that they need.
  @inline(__always)
  func withScratch<Result>(_ body: (kernel_window, UnsafeMutablePointer<Double>) -> Result) -> Result {
    let shape = kernel_window(length: length, top: top, seen: seen)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: kernel_window_scratch(shape)) { scratch in
      guard let base = scratch.baseAddress else { preconditionFailure("no scratch") }
      return body(shape, base)
    }
  }
}
