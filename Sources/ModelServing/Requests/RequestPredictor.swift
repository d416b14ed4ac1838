import Features
import Modeling
import Synchronization
import TickData

/// Answers requests for predictions from the models that answer now and the symbols whose ticks come in.
package final class RequestPredictor: Sendable {
  let host: ModelHost
  let table: LiveTable
  /// Where symbols without live ticks are looked up; nil for nowhere.
  let store: NewestTicks?
  /// Seconds without a tick after which features are called stale.
  let staleAfter: Double
  /// Takes every answer, for the log; nil for none.
  let log: PredictionLog?

  /// Answers from models and live features alone.
  package convenience init(host: ModelHost, table: LiveTable) {
    self.init(host: host, table: table, store: nil, staleAfter: 60, log: nil)
  }

  init(host: ModelHost, table: LiveTable, store: NewestTicks?, staleAfter: Double, log: PredictionLog?) {
    self.host = host
    self.table = table
    self.store = store
    self.staleAfter = staleAfter
    self.log = log
  }

  /// Answers for a symbol's newest features.
  ///
  /// - Throws: ``RequestProblem``: 404 for a symbol without ticks, 422 for a model that is not there.
  func live(_ symbol: String, models names: [String], place: [RequestProblem.Place]) async throws -> PredictionAnswer {
    let live = host.models
    let selection = try ModelSelection(names, for: symbol, in: live, place: place)
    if let place = table.place(symbol) { return try answer(symbol, selection, live, place) }
    guard let stored = try await store?.place(symbol, live.lanes) else { throw RequestProblem(404, unknown(symbol)) }
    return try answer(symbol, selection, live, stored)
  }

  /// Answers what ``given(_:_:)`` left, for its symbol may have to be read first.
  func waiting(_ query: PredictionQuery) async throws -> PredictionAnswer {
    guard case .tick(let tick) = query.source else {
      return try await live(query.symbol, models: query.models, place: ["body", "models"])
    }
    let live = host.models
    let selection = try ModelSelection(query.models, for: query.symbol, in: live, place: ["body", "models"])
    let stored = try await store?.place(query.symbol, live.lanes)
    return try answer(
      tick, behind: stored?.withLock { $0.symbol.adapted(to: live.lanes) }, query.symbol, selection, live)
  }

  /// The same without waiting; nil for a symbol that no live ticks come in for.
  package func immediate(_ symbol: String, models names: [String]) throws -> PredictionAnswer? {
    guard let place = table.place(symbol) else { return nil }
    let live = host.models
    return try answer(
      symbol, ModelSelection(names, for: symbol, in: live, place: ["body", "models"]), live, place)
  }

  private func answer(
    _ symbol: String, _ selection: ModelSelection, _ live: LiveModels, _ source: LivePlace
  ) throws -> PredictionAnswer {
    try answer(symbol) { answer in
      try source.withLock { state in
        answer.quality = state.quality.names
        if isStale(state) { answer.quality.append("stale") }
        let symbol = state.symbol.adapted(to: live.lanes)
        try fill(&answer, selection, live, symbol) { symbol.newestRow($0) }
      }
    }
  }

  /// Whether the newest tick is old: by when it came, or by its own time where it was read from a store.
  private func isStale(_ state: LivePlace.State) -> Bool {
    if let arrival = state.arrival { return ContinuousClock.now - arrival > .seconds(staleAfter) }
    let time = state.symbol.latestTime
    return time != Tick.noTime && Double(now()) - Double(time) > staleAfter * 1e9
  }

  /// Answers for features or ticks that came with the request; nil where something has to be waited for.
  func given(
    _ query: PredictionQuery, _ bytes: UnsafeRawBufferPointer
  ) throws -> PredictionAnswer? {
    let live = host.models
    let selection = try ModelSelection(query.models, for: query.symbol, in: live, place: ["body", "models"])
    switch query.source {
    case .live: return nil
    case .features(let values, let field):
      let models = selection.models.map(\.model)
      return try answer(query.symbol) { answer in
        let rows = try values.rows(bytes, field: field, models)
        answer.rows = Array(zip(models, rows))
        addShadows(to: &answer, live, nil)
      }
    case .tick(let tick):
      let place = table.place(query.symbol)
      if place == nil, store != nil { return nil }
      return try answer(
        tick, behind: place?.withLock { $0.symbol.adapted(to: live.lanes) }, query.symbol, selection, live)
    case .ticks(let ticks):
      return try answer(query.symbol) { answer in
        var symbol = LiveSymbol(query.symbol, live.lanes)
        try take(ticks, &symbol, &answer, selection, live, isList: true)
      }
    }
  }

  private func answer(
    _ symbol: String, _ fill: (inout PredictionAnswer) throws -> Void
  ) throws -> PredictionAnswer {
    var answer = PredictionAnswer(symbol: symbol)
    try fill(&answer)
    try answer.predict()
    log?.add(answer)
    return answer
  }

  /// Answers for a tick behind those of a symbol, of which this is a copy, so that the tick is in nobody else's features.
  private func answer(
    _ tick: Tick, behind symbol: LiveSymbol?, _ name: String, _ selection: ModelSelection, _ live: LiveModels
  ) throws -> PredictionAnswer {
    try answer(name) { answer in
      var symbol = symbol ?? LiveSymbol(name, live.lanes)
      if symbol.latestTime == Tick.noTime {
        answer.quality.append("no_history")
      } else if selection.models.contains(where: { symbol.newestRow($0.lane) == nil }) {
        answer.quality.append("warming_up")
      }
      try take([tick], &symbol, &answer, selection, live, isList: false)
    }
  }

  /// Takes ticks into a symbol; at least one has to give features, else the answer would be of other ticks.
  private func take(
    _ ticks: [Tick], _ symbol: inout LiveSymbol, _ answer: inout PredictionAnswer, _ selection: ModelSelection,
    _ live: LiveModels, isList: Bool
  ) throws {
    func place(_ index: Int) -> [RequestProblem.Place] {
      isList ? ["body", "tick_data", .index(index)] : ["body", "tick_data"]
    }
    var (isLate, isCleaned, hasFeatures) = (false, false, false)
    for (index, var tick) in ticks.enumerated() {
      // Without a time it is the next tick.
      if tick.time == Tick.noTime { tick.time = symbol.latestTime == Tick.noTime ? now() : symbol.latestTime }
      let (outcome, late) = symbol.take(tick)
      isLate = isLate || late
      switch outcome {
      case .features: (hasFeatures, isCleaned) = (true, false)
      case .quote: break
      case .dropped: isCleaned = true
      case .refused(let error):
        throw RequestProblem("value_error", place(index), error.message)
      }
    }
    guard hasFeatures, ticks.count > 1 || !isCleaned else {
      if isCleaned, let last = ticks.last { throw Self.dropped(last, symbol.droppingRule, place(ticks.count - 1)) }
      throw RequestProblem(
        "value_error", ["body", "tick_data"],
        "\(isList ? "the ticks give" : "the tick gives") no features: a trade, a tick with a price, is needed")
    }
    if isLate { answer.quality.append("late") }
    if ticks.count == 1 {
      // A model whose cleaning drops the tick would answer for another.
      for (model, lane) in selection.models where symbol.row(lane) == nil {
        if !selection.isAll {
          throw RequestProblem("value_error", ["body", "tick_data"], "the cleaning of '\(model.name)' drops the tick")
        }
        isCleaned = true
      }
      if isCleaned { answer.quality.append("cleaned") }
      return try fill(&answer, selection, live, symbol) { symbol.row($0) }
    }
    if isCleaned { answer.quality.append("cleaned") }
    try fill(&answer, selection, live, symbol) { symbol.newestRow($0) }
  }

  /// Why cleaning drops a tick, by its rule.
  private static func dropped(_ tick: Tick, _ rule: CleaningRule?, _ place: [RequestProblem.Place]) -> RequestProblem {
    let (field, given): (String?, String) =
      switch rule {
      case .invalidPrice: ("price", "\(tick.price)")
      case .invalidSize, .zeroSize: ("volume", "\(tick.size)")
      case .missingTime, .epochTime, .closedDay, .outsideSession: ("timestamp", "\(tick.time)")
      case .cancelledPrint: ("cancelled", "\(tick.isCancelled)")
      default: (nil, "")
      }
    let name = rule.map { "its rule \($0.rawValue)" } ?? "a rule"
    guard let field else {
      return RequestProblem("value_error", place, "the models' cleaning drops the tick by \(name)")
    }
    return RequestProblem(
      "value_error", place + [.name(field)], "\(field) is \(given); the models' cleaning drops the tick by \(name)",
      input: given)
  }

  private func fill(
    _ answer: inout PredictionAnswer, _ selection: ModelSelection, _ live: LiveModels, _ symbol: LiveSymbol,
    row: (Int) -> ArraySlice<Double>?
  ) throws {
    answer.featureTime = symbol.latestTime == Tick.noTime ? nil : symbol.latestTime
    for (model, lane) in selection.models {
      if let row = row(lane) {
        answer.rows.append((model, Array(row)))
      } else if !selection.isAll {
        throw RequestProblem(404, unknown(answer.symbol, model.name))
      }
    }
    // The features of a recipe that has just come begin with the symbol's next trade.
    if answer.rows.isEmpty { throw RequestProblem(404, unknown(answer.symbol)) }
    if answer.rows.count < selection.models.count, !answer.quality.contains("cleaned"),
      !answer.quality.contains("warming_up")
    {
      answer.quality.append("warming_up")
    }
    addShadows(to: &answer, live, symbol)
  }

  /// Finds the rows of the versions that are tried beside those that answer.
  ///
  /// - Parameter symbol: Where features of another recipe come from; without, a version that needs them is left out.
  private func addShadows(to answer: inout PredictionAnswer, _ live: LiveModels, _ symbol: LiveSymbol?) {
    guard log != nil, live.hasShadows else { return }
    for (model, row) in answer.rows {
      guard let shadow = live.entries.first(where: { $0.name == model.name })?.shadow(for: answer.symbol),
        shadow.model !== model
      else { continue }
      if shadow.model.lane == model.lane {
        answer.shadows.append((shadow.model, row))
      } else if let own = symbol?.newestRow(shadow.lane) {
        answer.shadows.append((shadow.model, Array(own)))
      }
    }
  }

  private func unknown(_ symbol: String, _ model: String? = nil) -> String {
    if let model, table.place(symbol) != nil {
      return "'\(model)' has no features of '\(symbol)' yet; they begin with its next trade"
    }
    return "there are no trades of '\(symbol)'; /symbols lists the symbols whose ticks come in"
  }
}
