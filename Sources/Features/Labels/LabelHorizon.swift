/// How far ahead a label looks.
public enum LabelHorizon: Sendable, Hashable, Codable {
  /// Rows with a price; at least 1.
  case ticks(Int)
  /// Time: up to the first row with a price at or after it; at least 1 ns.
  case nanoseconds(Int64)

  var problem: String? {
    switch self {
    case .ticks(let count): count >= 1 ? nil : "the horizon is \(count) ticks; at least 1 is needed"
    case .nanoseconds(let length): length >= 1 ? nil : "the horizon is \(length) ns; at least 1 is needed"
    }
  }

  func check() throws(FeatureError) {
    if let problem { throw FeatureError(.invalidOption, problem) }
  }
}
