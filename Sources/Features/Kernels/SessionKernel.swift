import Compute
import TickData

/// Clock columns in the exchange's time zone, and the volume-weighted price since the session's first tick.
struct SessionKernel: FeatureKernel {
  private let calendar: TradingCalendar
  private var day = Int64.min
  private var firstPrice = 0.0
  private var volume = CompensatedSum()
  private var weighted = CompensatedSum()

  init(calendar: TradingCalendar) { self.calendar = calendar }

  var outputs: [FeatureColumn] {
    [
      "vwap", "price_vs_vwap", "hour", "minute", "day_of_week", "is_market_open", "minutes_since_open",
      "minutes_to_close",
    ].map { FeatureColumn($0, 0) }
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let time = input.times[index]
    let price = input.prices[index]
    if time == Tick.noTime {
      accumulate(price, input.sizes[index], output, row)
      for slot in 2..<8 { output.write(.nan, slot, row) }
      return
    }
    let moment = calendar.moment(at: time)
    if moment.dayNumber != day {
      day = moment.dayNumber
      firstPrice = price
      volume = CompensatedSum()
      weighted = CompensatedSum()
    }
    accumulate(price, input.sizes[index], output, row)
    output.write(Double(moment.hour), 2, row)
    output.write(Double(moment.minute), 3, row)
    output.write(Double(moment.weekday), 4, row)
    output.write(moment.isOpen ? 1 : 0, 5, row)
    output.write(moment.minutesSinceOpen, 6, row)
    output.write(moment.minutesToClose, 7, row)
  }

  /// Weighs differences from the session's first price: they have the digits that the products would lose.
  @inline(__always)
  private mutating func accumulate(_ price: Double, _ size: Double, _ output: KernelOutput, _ row: Int) {
    if firstPrice == 0 { firstPrice = price }
    volume.add(size)
    weighted.add((price - firstPrice) * size)
    let total = volume.value
    let vwap = total > 0 ? firstPrice + weighted.value / total : price
    output.write(vwap, 0, row)
    output.write(price / vwap - 1, 1, row)
  }
}
