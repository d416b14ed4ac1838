/// Which of two series leads, of the ticks of the last while: takes ticks as they come, and tells the curve when asked.
///
/// The curve is that of ``HayashiYoshida/leadLag(_:_:lags:)`` on the ticks in the window, to the bit; only ticks that came before
/// are in it. A tick costs O(1) on average; a curve O(lags · ticks in the window), so ask as often as you need one and not more.
/// Memory: the ticks in the window.
public struct LeadLagWindow: Sendable, Codable {
  /// What a window holds.
  ///
  /// In JSON `{"time": {"nanoseconds": 600000000000}}` or `{"ticks": {"count": 200}}`.
  public enum Span: Sendable, Hashable, Codable {
    /// The ticks of both series that are younger than so many nanoseconds.
    case time(nanoseconds: Int64)
    /// So many ticks of each series.
    case ticks(Int)

    private enum Kind: String, CodingKey, CaseIterable {
      case time
      case ticks
    }

    private enum Field: String, CodingKey, CaseIterable {
      case nanoseconds
      case count
    }

    /// Reads a window.
    public init(from decoder: any Decoder) throws {
      let fields = try RecipeFields<Kind>(decoder)
      switch try fields.onlyKey() {
      case .time:
        let time = try fields.object(.time, keys: Field.self)
        try time.refuseKeys(otherThan: [.nanoseconds])
        self = .time(nanoseconds: try time.value(.nanoseconds))
      case .ticks:
        let ticks = try fields.object(.ticks, keys: Field.self)
        try ticks.refuseKeys(otherThan: [.count])
        self = .ticks(try ticks.value(.count))
      }
    }

    /// Writes a window.
    public func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: Kind.self)
      switch self {
      case .time(let nanoseconds):
        var time = values.nestedContainer(keyedBy: Field.self, forKey: .time)
        try time.encode(nanoseconds, forKey: .nanoseconds)
      case .ticks(let count):
        var ticks = values.nestedContainer(keyedBy: Field.self, forKey: .ticks)
        try ticks.encode(count, forKey: .count)
      }
    }

    /// In a few words for names of columns.
    var text: String {
      switch self {
      case .time(let nanoseconds): "\(plain(Double(nanoseconds) / 1e9)) s"
      case .ticks(let count): "\(count)"
      }
    }
  }

  /// One of the two series.
  public enum Series: Sendable, Hashable, Codable {
    /// The one whose lead gives positive lags.
    case first
    /// The other.
    case second
  }

  /// The lags in nanoseconds.
  public let lags: [Int64]
  /// What the window holds.
  public let span: Span
  private var first = TickTrail()
  private var second = TickTrail()
  private var time = Int64.min

  /// Makes an empty window.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` for lags that are not ascending, none or beyond 10¹⁸ ns, a window of less
  ///   than 1 ns or more than 10¹⁸ ns, or of less than 2 ticks.
  public init(lags: [Int64], span: Span) throws(FeatureError) {
    try LeadLagCurve.check(lags)
    switch span {
    case .time(let nanoseconds):
      guard 1...1_000_000_000_000_000_000 ~= nanoseconds else {
        throw FeatureError(.invalidOption, "a window of \(nanoseconds) ns; 1 to 10¹⁸ are allowed")
      }
    case .ticks(let count):
      guard count >= 2 else {
        throw FeatureError(.invalidOption, "a window of \(counted(count, "tick")); at least 2 are needed")
      }
    }
    self.lags = lags
    self.span = span
  }

  /// Takes the next tick.
  ///
  /// - Parameters:
  ///   - value: Such as the logarithm of a price; one that is not finite is passed over.
  ///   - time: Nanoseconds, not before the last tick of either series.
  /// - Throws: ``FeatureError``: `unsortedTimes` if the time steps back, `invalidTick` for one beyond ±4·10¹⁸ ns.
  public mutating func take(_ series: Series, time: Int64, value: Double) throws(FeatureError) {
    try advance(to: time)
    switch series {
    case .first: first.append(time, value)
    case .second: second.append(time, value)
    }
    if case .ticks(let count) = span {
      first.keep(count)
      second.keep(count)
    }
  }

  /// Lets time go on without a tick; a window of time loses what is too old.
  ///
  /// - Throws: As ``take(_:time:value:)``.
  public mutating func advance(to time: Int64) throws(FeatureError) {
    guard time >= self.time else {
      throw FeatureError(.unsortedTimes, "a tick has time \(time), before \(self.time) of an earlier one")
    }
    try LeadLagCurve.check(time: time)
    self.time = time
    if case .time(let nanoseconds) = span {
      first.drop(through: time - nanoseconds)
      second.drop(through: time - nanoseconds)
    }
  }

  /// The curve of the ticks in the window.
  public func curve() -> LeadLagCurve { LeadLagCurve(lags: lags, first, second) }
}
