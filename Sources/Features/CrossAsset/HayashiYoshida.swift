/// Covariance of two series whose ticks come at times of their own, without a grid: Hayashi and Yoshida.
///
/// The sum of the products of all changes whose half-open spans (before, now] overlap. With a lag the second series is moved
/// back by it: at a positive lag a change of the first series meets what the second does that much later.
///
/// Series are times in nanoseconds, ascending, and values: logarithms of prices, as a rule. A value that is not finite is
/// passed over; of several at one time the last counts. Source: Hayashi and Yoshida, "On covariance estimation of
/// non-synchronously observed diffusion processes" (2005).
public enum HayashiYoshida {
  /// The covariance, in products of the values' units; 0 where a series has less than two ticks.
  ///
  /// - Throws: ``FeatureError``: `shapeMismatch` if a series has not one value a time, `unsortedTimes` with the first row that
  ///   steps back, `invalidOption` for a lag of more than 10¹⁸ ns and for times beyond ±4·10¹⁸ ns.
  /// - Complexity: O(ticks of both).
  public static func covariance(
    _ first: (times: [Int64], values: [Double]), _ second: (times: [Int64], values: [Double]), lag: Int64 = 0
  ) throws(FeatureError) -> Double {
    try leadLag(first, second, lags: [lag]).covariances[0]
  }

  /// The covariance over the root of the product of both realised variances; NaN where one of these is 0.
  ///
  /// It can lie outside −1...1, for the three sums are of different pairs.
  ///
  /// - Throws: As ``covariance(_:_:lag:)``.
  public static func correlation(
    _ first: (times: [Int64], values: [Double]), _ second: (times: [Int64], values: [Double]), lag: Int64 = 0
  ) throws(FeatureError) -> Double {
    try leadLag(first, second, lags: [lag]).correlation(at: 0)
  }

  /// The covariances at several lags in nanoseconds.
  ///
  /// - Throws: As ``covariance(_:_:lag:)``, and `invalidOption` if lags are not ascending or there is none.
  /// - Complexity: O(lags · ticks of both).
  public static func leadLag(
    _ first: (times: [Int64], values: [Double]), _ second: (times: [Int64], values: [Double]), lags: [Int64]
  ) throws(FeatureError) -> LeadLagCurve {
    try LeadLagCurve.check(lags)
    return LeadLagCurve(lags: lags, try trail(first), try trail(second))
  }

  private static func trail(_ series: (times: [Int64], values: [Double])) throws(FeatureError) -> TickTrail {
    guard series.times.count == series.values.count else {
      throw FeatureError(
        .shapeMismatch,
        "\(counted(series.times.count, "time")) with \(counted(series.values.count, "value")); one value a time is needed"
      )
    }
    var trail = TickTrail()
    var last = Int64.min
    for (row, time) in series.times.enumerated() {
      guard time >= last else {
        throw FeatureError(.unsortedTimes, "row \(row) has time \(time), before \(last) of the row before it")
      }
      try LeadLagCurve.check(time: time)
      last = time
      trail.append(time, series.values[row])
    }
    return trail
  }
}
