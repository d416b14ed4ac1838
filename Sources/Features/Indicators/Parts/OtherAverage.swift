/// One of the rarer moving averages.
enum OtherAverage: Sendable, Codable {
  case wma(WMA)
  case dema(DEMA)
  case tema(TEMA)
  case trima(TRIMA)
  case kama(KAMA)
  case mama(MAMA)
  case t3(T3)
  case hma(HMA)
  case zlema(ZLEMA)

  /// Makes the average of one of these kinds.
  init(_ type: MovingAverageType, _ period: Int) {
    do {
      self =
        switch type {
        case .wma: .wma(try WMA(timePeriod: period))
        case .dema: .dema(try DEMA(timePeriod: period))
        case .tema: .tema(try TEMA(timePeriod: period))
        case .trima: .trima(try TRIMA(timePeriod: period))
        case .kama: .kama(try KAMA(timePeriod: period))
        case .mama: .mama(try MAMA())
        case .t3: .t3(try T3(timePeriod: period))
        case .hma: .hma(try HMA(timePeriod: period))
        case .zlema: .zlema(try ZLEMA(timePeriod: period))
        case .sma, .ema, .rma, .disabled, .standard: preconditionFailure("\(type) is no rare kind")
        }
    } catch {
      preconditionFailure("a checked period was refused: \(error)")
    }
  }

  var lookback: Int {
    switch self {
    case .wma(let average): average.lookback
    case .dema(let average): average.lookback
    case .tema(let average): average.lookback
    case .trima(let average): average.lookback
    case .kama(let average): average.lookback
    case .mama(let average): average.lookback
    case .t3(let average): average.lookback
    case .hma(let average): average.lookback
    case .zlema(let average): average.lookback
    }
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() {
    switch consume self {
    case .wma(var average):
      average.makeUnique()
      self = .wma(average)
    case .trima(var average):
      average.makeUnique()
      self = .trima(average)
    case .kama(var average):
      average.makeUnique()
      self = .kama(average)
    case .hma(var average):
      average.makeUnique()
      self = .hma(average)
    case .zlema(var average):
      average.makeUnique()
      self = .zlema(average)
    // The others hold numbers alone.
    case .dema(let average): self = .dema(average)
    case .tema(let average): self = .tema(average)
    case .mama(let average): self = .mama(average)
    case .t3(let average): self = .t3(average)
    }
  }

  @inline(never)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    // Each state is moved out and back, so that its storage has one owner while it changes.
    switch consume self {
    case .wma(var average):
      let result = average.update(value, commit: commit)
      self = .wma(average)
      return result
    case .dema(var average):
      let result = average.update(value, commit: commit)
      self = .dema(average)
      return result
    case .tema(var average):
      let result = average.update(value, commit: commit)
      self = .tema(average)
      return result
    case .trima(var average):
      let result = average.update(value, commit: commit)
      self = .trima(average)
      return result
    case .kama(var average):
      let result = average.update(value, commit: commit)
      self = .kama(average)
      return result
    case .mama(var average):
      let result = average.update(value, commit: commit).adaptive
      self = .mama(average)
      return result
    case .t3(var average):
      let result = average.update(value, commit: commit)
      self = .t3(average)
      return result
    case .hma(var average):
      let result = average.update(value, commit: commit)
      self = .hma(average)
      return result
    case .zlema(var average):
      let result = average.update(value, commit: commit)
      self = .zlema(average)
      return result
    }
  }
}
