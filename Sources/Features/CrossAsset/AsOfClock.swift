/// The last value of each symbol, kept from ticks in the order of event time: the as-of join of live ticks.
///
/// Rows are those of a target symbol, one a tick, or of moments such as the boundaries of a ``ClockGrid``. Over the same
/// ticks in merged order the values have the bits of ``AsOfJoin``.
///
/// ```swift
/// var clock = try AsOfClock(symbolCount: 2, target: 1)
/// try clock.take(symbol: 0, time: 1, value: 10)     // false: not a tick of the target
/// try clock.take(symbol: 1, time: 3, value: 20)     // true: a row
/// clock.value(of: 0)                                // 10
/// ```
public struct AsOfClock: Sendable, Hashable, Codable {
  private struct Entry: Sendable, Hashable, Codable {
    var time = Int64.min
    /// nil for a missing value: JSON has no NaN.
    var value: Double?
  }

  /// What a row sees.
  public let options: AsOfOptions
  /// The symbol whose ticks give rows, or nil where rows are moments.
  public let target: Int?
  /// The time of the newest tick in nanoseconds; `Int64.min` before the first.
  public private(set) var time = Int64.min
  private var latest: [Entry]
  /// The last value of a time before that of the latest.
  private var earlier: [Entry]

  /// Makes a clock that has seen nothing.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` for less than 1 symbol, a target that is none of them, a negative
  ///   tolerance, and for ticks of a target that would see what arrives after them (``AsOfOptions/Ties/sameTime``).
  public init(symbolCount: Int, target: Int?, options: AsOfOptions = AsOfOptions()) throws(FeatureError) {
    try options.check()
    guard symbolCount >= 1, target.map((0..<symbolCount).contains) ?? true else {
      throw FeatureError(
        .invalidOption,
        "\(counted(symbolCount, "symbol")) with target \(target ?? 0); at least 1 is needed, and a target among them")
    }
    guard target == nil || options.ties != .sameTime else {
      throw FeatureError(
        .invalidOption,
        "at a tick the later ticks of its time are not known: ties \(options.ties.rawValue) needs rows at moments; "
          + "ticks take \(AsOfOptions.Ties.arrived.rawValue) or \(AsOfOptions.Ties.strictlyBefore.rawValue)")
    }
    self.options = options
    self.target = target
    latest = [Entry](repeating: Entry(), count: symbolCount)
    earlier = latest
  }

  /// Number of symbols.
  public var symbolCount: Int { latest.count }

  /// Takes the next tick.
  ///
  /// - Parameters:
  ///   - symbol: The symbol's position.
  ///   - time: Nanoseconds, not before the tick before.
  ///   - value: Not finite where it is missing.
  /// - Returns: Whether this gives a row: it is the target's.
  /// - Throws: ``FeatureError``: `unknownName` if there is no such symbol, `unsortedTimes` if the time steps back,
  ///   `invalidTick` for a tick without a time (`Int64.min`). The clock then stays as it was.
  /// - Complexity: O(1), no allocation.
  @discardableResult
  public mutating func take(symbol: Int, time: Int64, value: Double) throws(FeatureError) -> Bool {
    guard latest.indices.contains(symbol) else {
      throw FeatureError(.unknownName, "symbol \(symbol) is none of the clock's \(symbolCount)")
    }
    guard time > .min else { throw FeatureError(.invalidTick, "a tick of symbol \(symbol) has no time") }
    guard time >= self.time else {
      throw FeatureError(
        .unsortedTimes, "a tick of symbol \(symbol) has time \(time), before \(self.time) of an earlier one")
    }
    self.time = time
    if value.isNumber || !options.skipsMissing {
      if latest[symbol].time < time { earlier[symbol] = latest[symbol] }
      latest[symbol] = Entry(time: time, value: value.isNumber ? value : nil)
    }
    return symbol == target
  }

  /// The value of a symbol that the newest row sees; NaN where there is none.
  public func value(of symbol: Int) -> Double { value(of: symbol, at: time) }

  /// The value of a symbol that a row at a moment sees; NaN where there is none.
  ///
  /// - Parameter time: Nanoseconds, not before the newest tick.
  /// - Complexity: O(1).
  public func value(of symbol: Int, at time: Int64) -> Double {
    var entry = latest[symbol]
    if options.ties == .strictlyBefore, symbol != target, entry.time >= time { entry = earlier[symbol] }
    guard let value = entry.value, AsOfOptions.isFresh(entry.time, at: time, options.tolerance) else { return .nan }
    return value
  }
}
