/// How two series move together at each of several lags: which of them leads, and by how much.
///
/// Source: Hoffmann, Rosenbaum and Yoshida, "Estimation of the lead-lag parameter from non-synchronous data" (2013); the
/// ratio: Huth and Abergel, "High frequency lead/lag relationships" (2014).
public struct LeadLagCurve: Sendable, Hashable {
  /// The lags in nanoseconds, ascending; at a positive one the second series is looked at that much later.
  public let lags: [Int64]
  /// ``HayashiYoshida/covariance(_:_:lag:)`` at each lag.
  public let covariances: [Double]
  /// Realised variance of the first series: the sum of its squared changes.
  public let firstVariance: Double
  /// Realised variance of the second series.
  public let secondVariance: Double

  init(lags: [Int64], _ first: TickTrail, _ second: TickTrail) {
    self.lags = lags
    covariances = first.withTicks { x in
      second.withTicks { y in lags.map { x.covariance(y, lag: $0) } }
    }
    firstVariance = first.withTicks(\.variation)
    secondVariance = second.withTicks(\.variation)
  }

  /// The covariance at the lag of a place over the root of the product of the variances; NaN where one of these is 0.
  public func correlation(at place: Int) -> Double {
    let scale = (firstVariance * secondVariance).squareRoot()
    return scale > 0 ? covariances[place] / scale : .nan
  }

  /// The place of the lag with the largest |covariance|: the estimate of the lead; nil where all are 0.
  ///
  /// Of equal ones that nearest to 0, then the positive one.
  public var peak: Int? {
    var best: Int?
    for place in lags.indices where covariances[place] != 0 {
      guard let other = best else {
        best = place
        continue
      }
      let (mine, largest) = (abs(covariances[place]), abs(covariances[other]))
      if mine > largest || (mine == largest && lags[place].magnitude <= lags[other].magnitude) { best = place }
    }
    return best
  }

  /// Lead-lag ratio: Σ c² over positive lags / Σ c² over negative ones; above 1 the first series leads.
  ///
  /// NaN where both are 0 or there are no lags of one sign; mirrored lags make it fair.
  public var ratio: Double { ratio { $0 * $0 } }

  /// The same of |c| in place of c², as the R package highfrequency counts.
  public var contrastRatio: Double { ratio(abs) }

  private func ratio(_ size: (Double) -> Double) -> Double {
    var (positive, negative) = (0.0, 0.0)
    guard let least = lags.first, let most = lags.last, least < 0, most > 0 else { return .nan }
    for (lag, covariance) in zip(lags, covariances) {
      if lag > 0 { positive += size(covariance) }
      if lag < 0 { negative += size(covariance) }
    }
    return positive / negative
  }

  static func check(_ lags: [Int64]) throws(FeatureError) {
    let limit: Int64 = 1_000_000_000_000_000_000
    guard !lags.isEmpty, zip(lags, lags.dropFirst()).allSatisfy({ $0 < $1 }), lags.allSatisfy({ -limit...limit ~= $0 })
    else {
      throw FeatureError(.invalidOption, "lags \(lags); ascending lags within ±10¹⁸ ns are needed, one at least")
    }
  }

  static func check(time: Int64) throws(FeatureError) {
    let limit: Int64 = 4_000_000_000_000_000_000
    guard -limit...limit ~= time else {
      throw FeatureError(.invalidTick, "a time of \(time) ns; times within ±4·10¹⁸ ns are needed")
    }
  }
}
