extension Distribution {
  /// The form in which Optuna writes distributions.
  package var json: JSONValue {
    switch self {
    case .real(let low, let high, let log, let step):
      .object([
        "name": .text("FloatDistribution"),
        "attributes": .object([
          "step": step.map { .real($0) } ?? .null, "low": .real(low), "high": .real(high), "log": .flag(log),
        ]),
      ])
    case .whole(let low, let high, let log, let step):
      .object([
        "name": .text("IntDistribution"),
        "attributes": .object([
          "log": .flag(log), "step": .whole(step), "low": .whole(low), "high": .whole(high),
        ]),
      ])
    case .choice(let values):
      .object([
        "name": .text("CategoricalDistribution"),
        "attributes": .object(["choices": .list(values.map(\.json))]),
      ])
    }
  }

  /// Reads that form; nil for another.
  package init?(_ json: JSONValue) {
    guard let name = json["name"]?.string, let attributes = json["attributes"] else { return nil }
    switch name {
    case "FloatDistribution":
      guard let low = attributes["low"]?.number, let high = attributes["high"]?.number else { return nil }
      self = .real(low: low, high: high, log: attributes["log"]?.bool ?? false, step: attributes["step"]?.number)
    case "IntDistribution":
      guard let low = attributes["low"]?.wholeNumber, let high = attributes["high"]?.wholeNumber else { return nil }
      self = .whole(
        low: low, high: high, log: attributes["log"]?.bool ?? false, step: attributes["step"]?.wholeNumber ?? 1)
    case "CategoricalDistribution":
      guard let items = attributes["choices"]?.items else { return nil }
      let values = items.compactMap { ParameterValue($0) }
      guard values.count == items.count else { return nil }
      self = .choice(values)
    default: return nil
    }
  }
}
