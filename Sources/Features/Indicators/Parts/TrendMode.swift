/// Whether the market trends or cycles, by Ehlers' rules on the sine wave, the phase and the trend line.
struct TrendMode: Sendable, Codable {
  private var sine = 0.0
  private var leadSine = 0.0
  private var phase = 0.0
  private var daysInTrend = 0

  /// Takes the state of the cycle after an input; returns whether there is a trend.
  mutating func push(_ cycle: CyclePhase) -> Bool {
    var isTrend = true
    let crossesUp = cycle.sine > cycle.leadSine && sine <= leadSine
    let crossesDown = cycle.sine < cycle.leadSine && sine >= leadSine
    if crossesUp || crossesDown {
      daysInTrend = 0
      isTrend = false
    }
    daysInTrend += 1
    if Double(daysInTrend) < 0.5 * cycle.period { isTrend = false }
    let change = cycle.phase - phase
    // The phase moves as it would in a cycle.
    if cycle.period != 0, change > 0.67 * 360 / cycle.period, change < 1.5 * 360 / cycle.period { isTrend = false }
    if cycle.trendline != 0, abs((cycle.smoothed - cycle.trendline) / cycle.trendline) >= 0.015 { isTrend = true }
    (sine, leadSine, phase) = (cycle.sine, cycle.leadSine, cycle.phase)
    return isTrend
  }
}
