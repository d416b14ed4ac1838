import CKernels

/// A moving average of a kind chosen at run time.
///
/// The kinds that others are mostly given, simple and exponential, are stored in place; the rarer ones in an
/// enumeration that moves its state out and back.
struct MovingAverage: Sendable, Codable {
  /// How the kind is computed.
  private enum Way: Int, Codable {
    case copy
    case simple
    case exponential
    case other
  }

  private let way: Way
  private let type: MovingAverageType
  /// Inputs to let pass before the average starts.
  private var delay: Int
  private var window: WindowSum
  private var exponential: ExponentialAverage
  private let inverse: Double
  private var other: OtherAverage?
  /// Inputs before the first result, the delay among them.
  let lookback: Int

  /// Makes an average of a period, at least 1, that starts after `delay` inputs.
  init(_ type: MovingAverageType, _ period: Int, delay: Int = 0) {
    self.type = type
    self.delay = delay
    if period == 1 || type == .disabled {
      way = .copy
    } else if type == .sma || type == .standard {
      way = .simple
    } else if type == .ema || type == .rma {
      way = .exponential
    } else {
      way = .other
      other = OtherAverage(type, period)
    }
    window = WindowSum(way == .simple ? period : 1)
    inverse = 1 / Double(window.length)
    exponential = ExponentialAverage(way == .exponential ? period : 1, wilder: type == .rma)
    let own = way == .copy ? 0 : other?.lookback ?? period - 1
    lookback = own + delay
  }

  /// Inputs before the first result of an average without delay.
  static func lookback(_ type: MovingAverageType, _ period: Int) -> Int { MovingAverage(type, period).lookback }

  /// Takes a value and returns the average; NaN while there is none.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    if delay > 0 {
      delay &-= 1
      return .nan
    }
    switch way {
    case .copy: return value
    case .simple: return window.push(value, commit: commit) * inverse
    case .exponential: return exponential.push(value)
    case .other: return other?.push(value, commit: commit) ?? .nan
    }
  }

  mutating func makeUnique() {
    window.makeUnique()
    other?.makeUnique()
  }
}

extension MovingAverage {
  /// Whether the average is one that runs over columns and has its first result.
  @inline(__always)
  var isSteady: Bool {
    switch way {
    case .copy: delay == 0
    case .simple: delay == 0 && window.isSteady
    case .exponential: delay == 0 && exponential.isSteady
    case .other: false
    }
  }

  /// The averages after each of `count` finite values, in a steady state; `results` may be the values' place.
  @inline(__always)
  mutating func run(_ values: UnsafePointer<Double>, count: Int, into results: UnsafeMutablePointer<Double>) {
    switch way {
    case .copy: if UnsafePointer(results) != values { results.update(from: values, count: count) }
    case .other: preconditionFailure("an average that does not run over columns is never steady")
    case .simple:
      window.run(values, count: count, times: inverse, into: results)
    case .exponential: exponential.run(values, count: count, into: results)
    }
  }
}
