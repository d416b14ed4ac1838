#if Streaming
import Metrics

/// Gives statistics to the process's metrics: totals as counters, by what they have grown since the last time, the rest as gauges.
package struct StatisticsMeter {
  private let prefix: String
  private var last: [String: Int] = [:]

  /// Makes a meter whose metrics begin with a prefix.
  package init(_ prefix: String) { self.prefix = prefix }

  /// Records values.
  package mutating func record(counters: [(String, Int)], gauges: [(String, Double)]) {
    for (name, value) in counters {
      let growth = value - (last.updateValue(value, forKey: name) ?? 0)
      if growth > 0 { Counter(label: "\(prefix)_\(name)").increment(by: growth) }
    }
    for (name, value) in gauges { Gauge(label: "\(prefix)_\(name)").record(value) }
  }
}
#endif
