package import Features
package import Foundation
package import TickData
import TickStreaming

/// What is kept of a symbol from tick to tick: a value, so that a copy is a checkpoint.
package struct LiveSymbol: Sendable {
  private struct State: Sendable {
    let lane: LiveModels.Lane
    var cleaner: LiveTickCleaner?
    var engine: FeatureEngine
    /// Whether the newest tick gave a new row.
    var isNew = false
  }

  let symbol: String
  /// The latest time of a tick.
  private(set) var latestTime = Tick.noTime
  /// The offset behind the last message that is in the state.
  package var next: Int64 = 0
  private var states: [State] = []

  /// What a tick did.
  package enum Outcome {
    /// Some lane has new features.
    case features
    /// Only standing quotes changed.
    case quote
    /// Cleaning dropped it everywhere.
    case dropped
    /// No feature is defined for it.
    case refused(FeatureError)
  }

  package init(_ symbol: String, _ lanes: [LiveModels.Lane]) {
    self.symbol = symbol
    use(lanes)
  }

  /// Keeps the states of lanes that are still wanted, and begins those that are new.
  mutating func use(_ lanes: [LiveModels.Lane]) {
    states = lanes.map { lane in
      states.first { $0.lane == lane }
        ?? State(
          lane: lane, cleaner: lane.cleaning.map { LiveTickCleaner($0, symbol: symbol) },
          engine: FeatureEngine(recipe: lane.recipe))
    }
  }

  /// A copy with these lanes; itself if it has them.
  ///
  /// Who only asks must not change the lanes of what a thread that takes ticks predicts with the models of before.
  func adapted(to lanes: [LiveModels.Lane]) -> LiveSymbol {
    var copy = self
    if self.lanes != lanes { copy.use(lanes) }
    return copy
  }

  /// Takes the next tick; whether it is late.
  package mutating func take(_ tick: Tick) -> (outcome: Outcome, isLate: Bool) {
    let isLate = tick.time != Tick.noTime && tick.time < latestTime
    var outcome = Outcome.dropped
    for place in states.indices {
      states[place].isNew = false
      var cleaned = tick
      if states[place].cleaner != nil {
        guard let kept = states[place].cleaner!.clean(tick) else { continue }
        cleaned = kept
      }
      do {
        states[place].isNew = try states[place].engine.update(cleaned)
      } catch {
        if case .dropped = outcome { outcome = .refused(error) }
        continue
      }
      if states[place].isNew {
        outcome = .features
      } else if case .features = outcome {
      } else {
        outcome = .quote
      }
    }
    switch outcome {
    // A stamp in a far future that cleaning drops would make all later ticks late.
    case .dropped, .refused: break
    case .features, .quote: if tick.time != Tick.noTime { latestTime = max(latestTime, tick.time) }
    }
    return (outcome, isLate)
  }

  /// The rule by which a lane's cleaning dropped the newest tick; nil if none did.
  var droppingRule: CleaningRule? { states.lazy.compactMap { $0.cleaner?.lastRule }.first }

  /// The lanes that it has.
  var lanes: [LiveModels.Lane] { states.map(\.lane) }

  /// The newest features of a lane, whichever tick gave them; nil if no trade came yet.
  func newestRow(_ lane: Int) -> ArraySlice<Double>? {
    states[lane].engine.tickCount > 0 ? states[lane].engine.row : nil
  }

  /// The newest features of a lane; nil if the newest tick gave none.
  package func row(_ lane: Int) -> ArraySlice<Double>? { states[lane].isNew ? states[lane].engine.row : nil }

  /// Whether the newest tick gave new features to a lane; nil for one that it does not have.
  package func hasTaken(_ lane: LiveModels.Lane) -> Bool? { states.first { $0.lane == lane }?.isNew }

  /// The lanes to which the newest tick gave features, with these, where enough trades came for all of them.
  var fullRows: [(lane: LiveModels.Lane, values: ArraySlice<Double>)] {
    states.filter { $0.isNew && $0.engine.tickCount > $0.lane.warmUp }.map { ($0.lane, $0.engine.row) }
  }

  // MARK: - Saved state

  private struct Saved: Codable {
    var symbol: String
    var next: Int64
    var latestTime: Int64
    var lanes: [SavedLane]
  }

  private struct SavedLane: Codable {
    var cleaning: CleaningOptions?
    var cleaner: LiveTickCleaner.State?
    var engine: Data
  }

  /// The whole state; one made from it goes on with the same bits.
  package func saved() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(
      Saved(
        symbol: symbol, next: next, latestTime: latestTime,
        lanes: states.map {
          SavedLane(cleaning: $0.lane.cleaning, cleaner: $0.cleaner?.state, engine: try $0.engine.savedState())
        }))
  }

  /// Goes on from a saved state; lanes that it does not have begin anew.
  ///
  /// - Throws: `FeatureError` with code `stateMismatch` if it is damaged or of another version.
  package init(saved data: Data, _ lanes: [LiveModels.Lane]) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let saved = try decoder.decode(Saved.self, from: data)
    symbol = saved.symbol
    next = saved.next
    latestTime = saved.latestTime
    for lane in saved.lanes {
      let engine = try FeatureEngine(savedState: lane.engine)
      states.append(
        State(
          lane: LiveModels.Lane(recipe: engine.recipe, cleaning: lane.cleaning),
          cleaner: lane.cleaning.map { LiveTickCleaner($0, symbol: saved.symbol, state: lane.cleaner ?? .init()) },
          engine: engine))
    }
    use(lanes)
  }
}
