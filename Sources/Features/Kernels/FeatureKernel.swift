/// The trade rows of one symbol as the kernels read them: plain columns, the standing quote filled in.
///
/// The pointers belong to whoever made this and are valid only during the call that passes it.
struct KernelInput {
  var times: UnsafePointer<Int64>
  var prices: UnsafePointer<Double>
  /// Sizes; a missing size is 0 here.
  var sizes: UnsafePointer<Double>
  var bids: UnsafePointer<Double>
  var asks: UnsafePointer<Double>
  var bidSizes: UnsafePointer<Double>
  var askSizes: UnsafePointer<Double>
}

/// Where a kernel writes: output `k` of row `r` is `base[offsets[k] + r]`.
struct KernelOutput {
  var base: UnsafeMutablePointer<Double>
  var offsets: UnsafePointer<Int>

  @inline(__always)
  func write(_ value: Double, _ output: Int, _ row: Int) { base[offsets[output] &+ row] = value }

  /// Writes one output a window, from output number `output` on.
  @inline(__always)
  func write(_ value: Lanes, _ output: Int, _ row: Int) {
    write(value[0], output, row)
    write(value[1], output &+ 1, row)
    write(value[2], output &+ 2, row)
    write(value[3], output &+ 3, row)
  }

  /// Makes the outputs of the windows that need more than `seen` values NaN.
  ///
  /// - Parameter outputs: Number of the kernel's outputs; they are numbered window by window within each column.
  @inline(never)
  func blank(_ group: LaneLengths, from seen: Int, outputs: Int, _ row: Int) {
    for output in 0..<outputs where group.lookbacks[output & 3] > seen { write(.nan, output, row) }
  }
}

/// A group of feature columns that share a state.
///
/// `update` is the one definition; history is `update` in a loop, so that a live tick gives the same bits.
protocol FeatureKernel: Sendable, Codable {
  /// The columns, in the order in which ``update(_:_:_:_:)`` numbers its outputs.
  var outputs: [FeatureColumn] { get }
  /// Takes trade row `index` and writes every output at `row`; NaN where not defined yet.
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int)
  /// Runs `update` over `count` rows; row `i` goes to `rows[i]`.
  mutating func run(_ input: KernelInput, count: Int, _ output: KernelOutput, rows: UnsafePointer<Int32>)
  /// Gives the parts that hold storage one of their own where copies share it; see ``Indicator``.
  mutating func makeUnique()
}

extension FeatureKernel {
  mutating func run(_ input: KernelInput, count: Int, _ output: KernelOutput, rows: UnsafePointer<Int32>) {
    makeUnique()
    for index in 0..<count { update(input, index, output, Int(rows[index])) }
  }

  mutating func makeUnique() {}

  /// A kernel of the same type with a saved state.
  func restored(from decoder: any Decoder) throws -> any FeatureKernel { try Self(from: decoder) }
}

/// A feature column: its name and from which tick of a symbol on it has a value.
public struct FeatureColumn: Sendable, Hashable, Codable {
  /// The standard name, such as `rsi_14`; a name never changes its meaning.
  public let name: String
  /// 0-based number of the symbol's first tick with a value; quote columns also wait for the first quote.
  public let firstDefined: Int

  init(_ name: String, _ firstDefined: Int) {
    self.name = name
    self.firstDefined = firstDefined
  }
}
