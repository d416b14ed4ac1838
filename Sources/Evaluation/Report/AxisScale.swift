import Foundation

/// A straight axis with ticks at round numbers or times.
///
/// Source of the steps: Heckbert, "Nice numbers for graph labels", Graphics Gems (1990).
public struct AxisScale: Sendable, Hashable {
  /// What the numbers of an axis are.
  public enum Kind: String, Sendable, Hashable {
    /// Numbers.
    case number
    /// Whole numbers, with ticks at whole numbers alone.
    case count
    /// Nanoseconds since 1970 UTC.
    case time
  }

  /// Where the axis begins.
  public let lower: Double
  /// Where it ends, above ``lower``.
  public let upper: Double
  /// Places of ticks, ascending, within the axis.
  public let ticks: [Double]
  /// What stands at each tick.
  public let labels: [String]

  /// Makes an axis that holds all finite values.
  ///
  /// - Parameters:
  ///   - values: What is drawn; none gives 0...1.
  ///   - kind: Numbers or times.
  ///   - count: About how many ticks.
  ///   - isTight: Whether the axis ends at the values themselves instead of at ticks.
  public init(_ values: some Sequence<Double>, kind: Kind = .number, count: Int = 5, isTight: Bool = false) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = (0, 1) }
    if low == high {
      // Times may not move by less than their own precision.
      let room = kind == .time ? 1e9 : low == 0 ? 1 : abs(low) * 0.1
      (low, high) = (low - room, high + room)
    }
    var step = kind == .time ? Self.timeStep((high - low) / Double(max(count, 1))) : Self.step(low, high, count)
    if kind == .count { step = max(1, step) }
    if kind != .time, !isTight {
      low = (low / step + 1e-9).rounded(.down) * step
      high = (high / step - 1e-9).rounded(.up) * step
    }
    lower = low
    upper = high
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    // An axis far from 0 whose values hardly differ has no room for round numbers.
    let found = last >= first && last - first < 100 ? Int(last - first) : -1
    ticks = found >= 0 ? (0...found).map { (first + Double($0)) * step } : [low, high]
    let span = high - low
    labels =
      kind == .time
      ? ticks.map { Self.timeText($0, step: step, span: span) } : ticks.map { Self.text($0, step: step) }
  }

  /// The place of a value between the ends of a line.
  func position(_ value: Double, from start: Double, to end: Double) -> Double {
    start + (end - start) * (value - lower) / (upper - lower)
  }

  private static func step(_ low: Double, _ high: Double, _ count: Int) -> Double {
    let rough = (high - low) / Double(max(count, 1))
    let power = pow(10, log10(rough).rounded(.down))
    let lead = rough / power
    // Cut at the geometric means of 1, 2, 5 and 10.
    return (lead < 1.4142 ? 1 : lead < 3.1623 ? 2 : lead < 7.0711 ? 5 : 10) * power
  }

  private static func text(_ value: Double, step: Double) -> String {
    if abs(value) < step * 1e-6 { return "0" }
    if step < 1e-4 || abs(value) >= 1e6 {
      let text = String(format: "%.3g", value).replacingOccurrences(of: "e-0", with: "e-")
        .replacingOccurrences(of: "e+0", with: "e").replacingOccurrences(of: "e+", with: "e")
      return withMinus(text)
    }
    let decimals = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
    let text = String(format: "%.\(decimals)f", value)
    return withMinus(text)
  }

  private static let timeSteps: [Double] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200].map { $0 * 1e9 }
    + [1, 2, 7, 14, 30, 91, 182, 365, 730, 1826, 3652].map { $0 * 86_400e9 }

  private static func timeStep(_ rough: Double) -> Double {
    timeSteps.first { $0 >= rough } ?? (rough / 365 / 86_400e9).rounded(.up) * 365 * 86_400e9
  }

  private static func timeText(_ nanoseconds: Double, step: Double, span: Double) -> String {
    let day = 86_400e9
    let format =
      step >= 300 * day
      ? "yyyy"
      : step >= 25 * day
        ? "MMM yyyy"
        : step >= day
          ? "d MMM"
          : span > day ? "d MMM HH:mm" : step >= 60e9 ? "HH:mm" : "HH:mm:ss"
    return utcText(nanoseconds, format)
  }
}

/// A time as text in UTC.
func utcText(_ nanoseconds: Double, _ format: String) -> String {
  let formatter = DateFormatter()
  formatter.locale = Locale(identifier: "en_US_POSIX")
  formatter.timeZone = TimeZone(identifier: "UTC")
  formatter.dateFormat = format
  return formatter.string(from: Date(timeIntervalSince1970: nanoseconds / 1e9))
}
