import Foundation

/// The values that a parameter may take, as samplers see them: every value has a position on a line of numbers.
///
/// The position of a number is the number; that of a choice is its index.
public enum Distribution: Sendable, Hashable {
  /// Real numbers from `low` to `high`, both included; evenly by their logarithm if `log`; multiples of `step` above `low`.
  case real(low: Double, high: Double, log: Bool, step: Double?)
  /// Whole numbers from `low` to `high`, both included; evenly by their logarithm if `log`; multiples of `step` above `low`.
  case whole(low: Int, high: Int, log: Bool, step: Int)
  /// One of some values.
  case choice([ParameterValue])

  /// The lowest position.
  package var low: Double {
    switch self {
    case .real(let low, _, _, _): low
    case .whole(let low, _, _, _): Double(low)
    case .choice: 0
    }
  }

  /// The highest position.
  package var high: Double {
    switch self {
    case .real(_, let high, _, _): high
    case .whole(_, let high, _, _): Double(high)
    case .choice(let values): Double(values.count - 1)
    }
  }

  /// The distance of neighbouring positions; nil where there are none between which nothing lies.
  package var step: Double? {
    switch self {
    case .real(_, _, _, let step): step
    case .whole(_, _, _, let step): Double(step)
    case .choice: 1
    }
  }

  /// Whether the logarithm of positions is what is even.
  package var isLog: Bool {
    switch self {
    case .real(_, _, let log, _), .whole(_, _, let log, _): log
    case .choice: false
    }
  }

  /// How many choices there are; nil for numbers.
  package var choices: Int? {
    if case .choice(let values) = self { values.count } else { nil }
  }

  /// Whether there is but one value.
  package var isSingle: Bool { low == high || step.map { high - low < $0 } ?? false }

  /// How many values there are; nil for a continuum.
  package var count: Int? {
    if let step { return Int(((high - low) / step + 1e-8).rounded(.down)) + 1 }
    return low == high ? 1 : nil
  }

  /// The position on the lattice of the steps that is nearest to a number, within the ends.
  package func snapped(_ position: Double) -> Double {
    guard let step else { return min(high, max(low, position)) }
    return min(high, max(low, low + ((position - low) / step).rounded(.toNearestOrEven) * step))
  }

  /// The value at a position.
  package func value(at position: Double) -> ParameterValue {
    switch self {
    case .real: .real(position)
    case .whole: .whole(Int(position))
    case .choice(let values): values[Int(position)]
    }
  }

  /// The position of a value; nil if the value is not one of these.
  package func position(of value: ParameterValue) -> Double? {
    switch (self, value) {
    case (.choice(let values), _): return values.firstIndex(of: value).map(Double.init)
    case (_, .real(let number)): return contains(number) ? number : nil
    case (_, .whole(let number)): return contains(Double(number)) ? Double(number) : nil
    default: return nil
    }
  }

  /// Whether a position is one of these.
  package func contains(_ position: Double) -> Bool {
    guard position >= low, position <= high else { return false }
    guard let step else { return true }
    let steps = (position - low) / step
    return abs(steps - steps.rounded()) < 1e-8
  }

  /// Checks the ends and brings the upper one onto the lattice of the steps.
  ///
  /// - Throws: ``TuningError`` with code `invalidDomain` for ends that are not finite, a logarithm of numbers that are not
  ///   positive or with a step, a step that is not positive, or choices that are none or equal.
  package func checked(_ name: String) throws(TuningError) -> Distribution {
    func refuse(_ must: String) -> TuningError { TuningError(.invalidDomain, "'\(name)' takes \(self); \(must)") }
    switch self {
    case .real(let low, let high, let log, let step):
      guard low.isFinite, high.isFinite, low <= high else { throw refuse("the ends must be finite and in order") }
      guard !log || (low > 0 && step == nil) else { throw refuse("a logarithm needs low > 0 and no step") }
      guard let step else { return self }
      guard step > 0, step.isFinite else { throw refuse("the step must be positive") }
      let steps = ((high - low) / step + 1e-9).rounded(.down)
      let top = low + steps * step
      return .real(low: low, high: abs(top - high) < 1e-8 * step ? high : top, log: false, step: step)
    case .whole(let low, let high, let log, let step):
      guard low <= high else { throw refuse("the ends must be in order") }
      guard !log || (low > 0 && step == 1) else { throw refuse("a logarithm needs low > 0 and step 1") }
      guard step > 0 else { throw refuse("the step must be positive") }
      return .whole(low: low, high: low + (high - low) / step * step, log: log, step: step)
    case .choice(let values):
      guard !values.isEmpty, Set(values).count == values.count else { throw refuse("choices must be some and differ") }
      return self
    }
  }
}
