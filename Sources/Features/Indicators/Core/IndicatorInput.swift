/// What an indicator takes at a time: `Double`, ``ValuePair``, ``OHLCV`` or ``TradeQuote``.
public protocol IndicatorInput: Sendable {
  /// Reads a row.
  init(_ columns: InputColumns, _ row: Int)
}

/// The columns an indicator reads; columns it does not name may stand for others.
///
/// The pointers belong to whoever made this and are valid only during the call that passes it.
public struct InputColumns {
  // One column: `first`. Two: `first`, `second`. Bars: open, high, low, close, volume.
  // Ticks: price, size, bid, ask, bid size, ask size, side, time.
  @usableFromInline package var first: UnsafePointer<Double>
  @usableFromInline package var second: UnsafePointer<Double>
  @usableFromInline package var third: UnsafePointer<Double>
  @usableFromInline package var fourth: UnsafePointer<Double>
  @usableFromInline package var fifth: UnsafePointer<Double>
  @usableFromInline package var sixth: UnsafePointer<Double>
  @usableFromInline package var seventh: UnsafePointer<Double>
  @usableFromInline package var eighth: UnsafePointer<Double>

  /// The columns of an indicator of one input.
  package init(_ column: UnsafePointer<Double>) {
    (first, second, third, fourth) = (column, column, column, column)
    (fifth, sixth, seventh, eighth) = (column, column, column, column)
  }

  /// The columns in the order of a definition's inputs, which are not empty.
  package init(_ columns: [UnsafePointer<Double>], for inputs: [IndicatorDefinition.Input]) {
    self.init(columns[0])
    guard columns.count > 1 || inputs[0].place != nil else { return }
    for (place, input) in inputs.enumerated() {
      switch input.place ?? place {
      case 0: first = columns[place]
      case 1: second = columns[place]
      case 2: third = columns[place]
      case 3: fourth = columns[place]
      case 4: fifth = columns[place]
      case 5: sixth = columns[place]
      case 6: seventh = columns[place]
      default: eighth = columns[place]
      }
    }
    if inputs.count == 1 { first = columns[0] }
  }

  /// The number of the column behind each of the eight pointers, for columns one after another in memory.
  ///
  /// - Parameters:
  ///   - columns: The numbers of the columns in the order of a definition's inputs, which are not empty.
  package static func slots(_ columns: [Int], for inputs: [IndicatorDefinition.Input]) -> SIMD8<Int> {
    var slots = SIMD8<Int>(repeating: columns[0])
    guard columns.count > 1 else { return slots }
    for (place, input) in inputs.enumerated() { slots[input.place ?? place] = columns[place] }
    return slots
  }

  /// The columns of ``slots(_:for:)``, each of `stride` rows, without an allocation.
  @inline(__always)
  package init(_ base: UnsafePointer<Double>, stride: Int, slots: SIMD8<Int>) {
    first = base + slots[0] &* stride
    second = base + slots[1] &* stride
    third = base + slots[2] &* stride
    fourth = base + slots[3] &* stride
    fifth = base + slots[4] &* stride
    sixth = base + slots[5] &* stride
    seventh = base + slots[6] &* stride
    eighth = base + slots[7] &* stride
  }

  /// The same columns from row `count` on.
  @inline(__always)
  package func advanced(by count: Int) -> InputColumns {
    var columns = self
    columns.first += count
    columns.second += count
    columns.third += count
    columns.fourth += count
    columns.fifth += count
    columns.sixth += count
    columns.seventh += count
    columns.eighth += count
    return columns
  }
}

extension Double: IndicatorInput {
  /// Reads a row of a single column.
  @inline(__always)
  public init(_ columns: InputColumns, _ row: Int) { self = columns.first[row] }
}

/// Two numbers that belong to the same moment.
public struct ValuePair: IndicatorInput, Hashable, Codable {
  /// The first column's number.
  public var first: Double
  /// The second column's number.
  public var second: Double

  /// Makes a pair.
  @inline(__always)
  public init(_ first: Double, _ second: Double) {
    self.first = first
    self.second = second
  }

  /// Reads a row of two columns.
  @inline(__always)
  public init(_ columns: InputColumns, _ row: Int) { self.init(columns.first[row], columns.second[row]) }
}

/// Open, high, low and close of a bar, and its volume; a field that an indicator does not use may be anything.
public struct OHLCV: IndicatorInput, Hashable, Codable {
  /// First price.
  public var open: Double
  /// Highest price.
  public var high: Double
  /// Lowest price.
  public var low: Double
  /// Last price.
  public var close: Double
  /// Traded size.
  public var volume: Double

  /// Makes a bar; what is left out is missing.
  @inline(__always)
  public init(
    open: Double = .nan, high: Double = .nan, low: Double = .nan, close: Double = .nan, volume: Double = .nan
  ) {
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
  }

  /// Reads a row of the five columns.
  @inline(__always)
  public init(_ columns: InputColumns, _ row: Int) {
    self.init(
      open: columns.first[row], high: columns.second[row], low: columns.third[row], close: columns.fourth[row],
      volume: columns.fifth[row])
  }
}
