/// Labels by the barrier that the price touches first: profit taking, stop loss, or the end of the holding period.
///
/// The barriers of an event stand at multiples of its own target, usually its volatility. The path begins behind the event's
/// row; a barrier is touched by a return beyond it, not at it. With a side (of a primary model) the return is that of the
/// position, and the label says whether taking it paid: meta-labelling.
/// Source: Lopez de Prado, "Advances in Financial Machine Learning" (2018), snippets 3.2 to 3.7.
public struct TripleBarrierLabels: Sendable, Hashable, Codable {
  /// What an event ended at.
  public enum Barrier: String, Sendable, Hashable, Codable {
    /// The return exceeded the profit taking.
    case profitTaking = "profit_taking"
    /// The return fell below the stop loss.
    case stopLoss = "stop_loss"
    /// Neither within the holding period.
    case vertical
  }

  /// What the label of an event is that ended at its vertical barrier, without a side.
  public enum VerticalLabel: String, Sendable, Hashable, Codable {
    /// 0.
    case zero
    /// The sign of its return.
    case sign
  }

  /// A label of an event.
  public struct Label: Sendable, Hashable, Codable {
    /// The event's row.
    public let row: Int
    /// The row of the first touch, at which the label is known; a split purges by it.
    public let endRow: Int
    /// What was touched first.
    public let barrier: Barrier
    /// The width the barriers are multiples of, a return.
    public let target: Double
    /// p[endRow]/p[row] − 1, times the side where there is one.
    public let futureReturn: Double
    /// The side of the primary model, 1 or −1; nil without one.
    public let side: Int?
    /// Without a side 1, 0 or −1 by the barrier; with one 1 where taking it paid and 0 where it did not.
    public let value: Int
  }

  /// Profit taking as a multiple of the target; nil for none, else above 0.
  public var profitTaking: Double? = 1
  /// Stop loss as a multiple of the target; nil for none, else above 0.
  public var stopLoss: Double? = 1
  /// The longest holding period; nil for none, else at least 1.
  public var vertical: LabelHorizon?
  /// Events whose target is not above this get no label; at least 0.
  public var minTarget = 0.0
  /// The label of an event that ended at its vertical barrier.
  public var verticalLabel = VerticalLabel.zero
  /// With sides: whether an event that ended at its vertical barrier with a gain counts as paid; mlfinpy says no.
  public var verticalGainPays = true

  /// Makes the options above.
  public init() {}

  /// The labels of events.
  ///
  /// - Parameters:
  ///   - series: Times and prices.
  ///   - events: Rows to label, ascending, such as ``CumulativeSumFilter``'s.
  ///   - targets: One a row, a return such as ``VolatilityTarget``'s; NaN gives no label.
  ///   - sides: nil, or one a row: 1 long, −1 short; 0 or NaN gives no label.
  /// - Returns: One label an event, in their order. An event has none if its row has no price, target or side, or if within
  ///   the series it neither touched a barrier nor reached its vertical one: what is not known is not labelled.
  /// - Throws: ``FeatureError`` with code `invalidOption` or `shapeMismatch`.
  /// - Complexity: O(rows + events · log rows), whatever the holding period.
  public func labels(
    of series: PriceSeries, events: [Int], targets: [Double], sides: [Double]? = nil
  ) throws(FeatureError) -> [Label] {
    try check()
    try series.checkEvents(events)
    try series.checkLength(targets, "targets")
    if let sides { try series.checkLength(sides, "sides") }
    let passage = FirstPassage(series.rows.map { series.prices[$0] })
    return events.compactMap { row in
      let side = sides.map { $0[row] == 1 ? 1 : $0[row] == -1 ? -1 : 0 }
      guard side != 0, targets[row] > minTarget, let start = series.place(of: row) else { return nil }
      return label(of: series, passage, start, target: targets[row], side: side)
    }
  }

  private func label(
    of series: PriceSeries, _ passage: FirstPassage, _ start: Int, target: Double, side: Int?
  ) -> Label? {
    let entry = series.price(start)
    let direction = Double(side ?? 1)
    let end = vertical.flatMap { series.place($0, after: start) }
    let lastPlace = end ?? series.rows.count - 1
    var touch: (place: Int, barrier: Barrier)?
    if lastPlace > start {
      let path = start + 1...lastPlace
      // Monotone in the price even after rounding, so that the tree finds what a loop would.
      func isProfit(_ price: Double) -> Bool { (price / entry - 1) * direction > (profitTaking ?? .infinity) * target }
      func isLoss(_ price: Double) -> Bool { (price / entry - 1) * direction < -(stopLoss ?? .infinity) * target }
      let profit = direction > 0 ? passage.first(in: path, above: isProfit) : passage.first(in: path, below: isProfit)
      let loss = direction > 0 ? passage.first(in: path, below: isLoss) : passage.first(in: path, above: isLoss)
      if let profit, profit < loss ?? .max {
        touch = (profit, .profitTaking)
      } else if let loss {
        touch = (loss, .stopLoss)
      }
    }
    guard let touch = touch ?? end.map({ (place: $0, barrier: .vertical) }) else { return nil }
    let futureReturn = (series.price(touch.place) / entry - 1) * direction
    return Label(
      row: series.rows[start], endRow: series.rows[touch.place], barrier: touch.barrier, target: target,
      futureReturn: futureReturn, side: side, value: value(touch.barrier, futureReturn, side))
  }

  private func value(_ barrier: Barrier, _ futureReturn: Double, _ side: Int?) -> Int {
    if side != nil { return futureReturn > 0 && (barrier != .vertical || verticalGainPays) ? 1 : 0 }
    switch barrier {
    case .profitTaking: return 1
    case .stopLoss: return -1
    case .vertical: return verticalLabel == .zero ? 0 : futureReturn > 0 ? 1 : futureReturn < 0 ? -1 : 0
    }
  }

  private func check() throws(FeatureError) {
    for (multiple, name) in [(profitTaking, "profitTaking"), (stopLoss, "stopLoss")] {
      if let multiple, !(multiple > 0 && multiple.isFinite) {
        throw FeatureError(.invalidOption, "\(name) is \(multiple); a positive finite multiple, or nil, is needed")
      }
    }
    guard minTarget >= 0 else {
      throw FeatureError(.invalidOption, "minTarget is \(minTarget); at least 0 is needed")
    }
    try vertical?.check()
  }
}
