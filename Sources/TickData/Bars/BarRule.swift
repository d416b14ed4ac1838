/// When a bar is complete.
public enum BarRule: Sendable, Hashable, Codable {
  /// Intervals of the clock, in nanoseconds; aligned to 1970-01-01 UTC. Intervals without a trade give no bar.
  case time(nanoseconds: Int64)
  /// A number of trades.
  case ticks(Int)
  /// A total size.
  case volume(Double)
  /// A total of price times size.
  case dollars(Double)
  /// Buys less sells, either way: |Σ bᵢ·vᵢ| with the trade's sign bᵢ and what the measure counts, vᵢ.
  ///
  /// Lopez de Prado, "Advances in Financial Machine Learning" (2018), section 2.3.2.1 and 2.3.2.2.
  case imbalance(BarMeasure, BarThreshold)
  /// The greater of all buys and all sells of the bar: max(Σ vᵢ of buys, Σ vᵢ of sells), without offsetting them.
  ///
  /// Lopez de Prado (2018), section 2.3.2.3 and 2.3.2.4.
  case runs(BarMeasure, BarThreshold)

  var problem: String? {
    switch self {
    case .time(let nanoseconds): nanoseconds >= 1 ? nil : "time bars of \(nanoseconds) ns; at least 1 is needed"
    case .ticks(let count): count >= 1 ? nil : "bars of \(count) ticks; at least 1 is needed"
    case .volume(let amount), .dollars(let amount), .imbalance(_, .fixed(let amount)), .runs(_, .fixed(let amount)):
      amount > 0 && amount.isFinite ? nil : "bars of an amount \(amount); a positive finite one is needed"
    case .imbalance(_, .adaptive(let options)), .runs(_, .adaptive(let options)): options.problem
    }
  }
}

/// What a trade adds to an imbalance or a run.
public enum BarMeasure: String, Sendable, Hashable, Codable, CaseIterable {
  /// 1.
  case ticks
  /// Its size; 0 where it has none.
  case volume
  /// Price times size.
  case dollars

  func amount(price: Double, size: Double) -> Double {
    switch self {
    case .ticks: 1
    case .volume: size
    case .dollars: price * size
    }
  }
}

/// How large an imbalance or a run completes a bar.
public enum BarThreshold: Sendable, Hashable, Codable {
  /// At least this amount, in the units of the measure; positive and finite.
  case fixed(Double)
  /// What is expected of the trades so far.
  case adaptive(AdaptiveThreshold)
}
