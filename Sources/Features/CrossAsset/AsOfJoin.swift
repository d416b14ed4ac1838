/// Joins of sorted columns by event time: for each row the last row of another column at or before it.
///
/// ``AsOfClock`` is the same for ticks that come one after another, and gives the same bits.
public enum AsOfJoin {
  /// Stands for "no row".
  public static let noRow = -1

  /// For each time the last row of other times at or before it: pandas' `merge_asof` with direction `backward`.
  ///
  /// - Parameters:
  ///   - other: Times in nanoseconds, ascending; of equal ones the last counts.
  ///   - times: Times in nanoseconds, ascending.
  ///   - allowsExactMatches: Whether an equal time matches, whatever arrived first.
  ///   - tolerance: Largest age of a match in nanoseconds, 0 or more; nil for any.
  /// - Returns: One row number a time; ``noRow`` where nothing matches.
  /// - Throws: ``FeatureError``: `unsortedTimes` with the first row that steps back, `invalidOption` for the tolerance.
  /// - Complexity: O(rows of both).
  public static func rows(
    of other: [Int64], at times: [Int64], allowsExactMatches: Bool = true, tolerance: Int64? = nil
  ) throws(FeatureError) -> [Int] {
    try AsOfOptions(tolerance: tolerance).check()
    try check(other)
    try check(times)
    return matches(other, times, allowsExactMatches, tolerance)
  }

  /// For each row of one of several symbols the row of every symbol that it sees.
  ///
  /// - Parameters:
  ///   - times: The times of each symbol in nanoseconds, ascending.
  ///   - target: The position of the symbol whose rows ask; of itself it sees each row.
  /// - Returns: A column a symbol, as long as the target's; ``noRow`` where a symbol has nothing to see.
  /// - Throws: As ``rows(of:at:allowsExactMatches:tolerance:)``, and `invalidOption` if there is no such target.
  /// - Complexity: O(rows of all + symbols · rows of the target).
  public static func rows(
    of times: [[Int64]], target: Int, options: AsOfOptions = AsOfOptions()
  ) throws(FeatureError) -> [[Int]] {
    try options.check()
    guard times.indices.contains(target) else {
      throw FeatureError(
        .invalidOption, "the target is symbol \(target) of \(times.count); 0 to \(times.count - 1) are allowed")
    }
    for column in times { try check(column) }
    return times.indices.map { symbol in
      symbol == target
        ? Array(times[target].indices)
        : matches(times[symbol], times[target], options.seesEqual(symbol, target), options.tolerance)
    }
  }

  /// For each row of one of several symbols the value of every symbol that it sees.
  ///
  /// - Parameters:
  ///   - values: The values of each symbol; a number that is not finite is missing.
  ///   - times: The times of each symbol in nanoseconds, ascending.
  ///   - target: The position of the symbol whose rows ask.
  /// - Returns: A column a symbol, as long as the target's; NaN where there is nothing to see.
  /// - Throws: As ``rows(of:target:options:)``, and `shapeMismatch` if values and times are of different shapes.
  public static func values(
    _ values: [[Double]], times: [[Int64]], target: Int, options: AsOfOptions = AsOfOptions()
  ) throws(FeatureError) -> [[Double]] {
    guard values.map(\.count) == times.map(\.count) else {
      throw FeatureError(
        .shapeMismatch, "columns of \(values.map(\.count)) values were given for \(times.map(\.count)) times")
    }
    guard options.skipsMissing else {
      return zip(values, try rows(of: times, target: target, options: options)).map { column, rows in
        rows.map { $0 == noRow ? .nan : column[$0].isNumber ? column[$0] : .nan }
      }
    }
    _ = try rows(of: times, target: target, options: options)
    return times.indices.map { symbol in
      let there = values[symbol].indices.filter { values[symbol][$0].isNumber }
      let ownTimes = there.map { times[symbol][$0] }
      if symbol == target { return lastNumbers(values[symbol], times[symbol], options.tolerance) }
      return matches(ownTimes, times[target], options.seesEqual(symbol, target), options.tolerance)
        .map { $0 == noRow ? .nan : values[symbol][there[$0]] }
    }
  }

  private static func lastNumbers(_ values: [Double], _ times: [Int64], _ tolerance: Int64?) -> [Double] {
    var (last, lastTime) = (Double.nan, Int64.min)
    return zip(values, times).map { value, time in
      if value.isNumber { (last, lastTime) = (value, time) }
      return AsOfOptions.isFresh(lastTime, at: time, tolerance) ? last : .nan
    }
  }

  private static func matches(_ other: [Int64], _ times: [Int64], _ isExact: Bool, _ tolerance: Int64?) -> [Int] {
    var next = 0
    return times.map { time in
      while next < other.count, isExact ? other[next] <= time : other[next] < time { next += 1 }
      return next > 0 && AsOfOptions.isFresh(other[next - 1], at: time, tolerance) ? next - 1 : noRow
    }
  }

  private static func check(_ times: [Int64]) throws(FeatureError) {
    for row in times.indices.dropFirst() where times[row] < times[row - 1] {
      throw FeatureError(
        .unsortedTimes, "row \(row) has time \(times[row]), before \(times[row - 1]) of the row before it")
    }
  }
}

extension AsOfOptions {
  /// Whether rows of the target see values of a symbol at their own time.
  func seesEqual(_ symbol: Int, _ target: Int) -> Bool {
    switch ties {
    case .arrived: symbol < target
    case .strictlyBefore: false
    case .sameTime: true
    }
  }

  /// Whether a value of an earlier time is young enough.
  static func isFresh(_ earlier: Int64, at time: Int64, _ tolerance: Int64?) -> Bool {
    guard let tolerance else { return true }
    let (age, isTooLarge) = time.subtractingReportingOverflow(earlier)
    return !isTooLarge && age <= tolerance
  }
}
