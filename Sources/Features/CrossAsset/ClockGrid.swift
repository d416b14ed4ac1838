/// Moments of a clock: the whole multiples of a step, counted from 1970-01-01 UTC.
///
/// A moment is over once a later tick is there, so what it sees is complete:
///
/// ```swift
/// for moment in grid.moments(before: tick.time) { use(clock.value(of: 0, at: moment)) }
/// try clock.take(symbol: symbol, time: tick.time, value: tick.price)
/// ```
public struct ClockGrid: Sendable, Hashable, Codable {
  /// Nanoseconds from one moment to the next.
  public let step: Int64
  private var next: Int64?

  /// Makes a grid.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` for a step below 1 ns.
  public init(step: Int64) throws(FeatureError) {
    guard step >= 1 else { throw FeatureError(.invalidOption, "a step of \(step) ns; at least 1 is needed") }
    self.step = step
  }

  /// The moments not given yet that lie before a time; the first call gives none: it sets the start at or after its time.
  ///
  /// - Parameter time: Nanoseconds, not before that of the last call.
  public mutating func moments(before time: Int64) -> StrideTo<Int64> {
    let first = next ?? ceiling(time)
    let end = max(first, ceiling(time))
    next = end
    return stride(from: first, to: end, by: Int64.Stride(step))
  }

  /// How many moments ``moments(before:)`` would give.
  public func momentCount(before time: Int64) -> Int {
    guard let next else { return 0 }
    let end = max(next, ceiling(time))
    let (span, isTooLarge) = end.subtractingReportingOverflow(next)
    return isTooLarge ? .max : Int(span / step)
  }

  private enum CodingKeys: String, CodingKey {
    case step
    case next
  }

  /// Reads a saved grid.
  public init(from decoder: any Decoder) throws {
    let saved = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(step: saved.decode(Int64.self, forKey: .step))
    next = try saved.decodeIfPresent(Int64.self, forKey: .next)
  }

  /// The first moment at or after a time; the time's own where it would not fit.
  private func ceiling(_ time: Int64) -> Int64 {
    let rest = time % step
    if rest == 0 { return time }
    let (moment, isTooLarge) = (time - rest).addingReportingOverflow(rest > 0 ? step : 0)
    return isTooLarge ? time : moment
  }
}
