#if Streaming
import TickData
package import Logging
import Synchronization
package import TickStreaming

/// Takes ticks into a table of symbols and predicts each, for those who ask; nothing is written anywhere.
///
/// For processes that answer requests beside a stream elsewhere, or read a socket without any broker.
package final class TickFeed: Sendable {
  private struct State {
    var predictor: TickPredictor
    var places: [String: LivePlace] = [:]
    var statistics = PredictionStreamStatistics()
  }

  let host: ModelHost
  let table: LiveTable
  private let state: Mutex<State>
  private let logger: Logger
  /// Symbols that are taken at most: their states are what memory goes to.
  private let symbolLimit: Int

  package init(host: ModelHost, table: LiveTable, symbolLimit: Int, logger: Logger) {
    self.host = host
    self.table = table
    self.symbolLimit = symbolLimit
    self.logger = logger
    state = Mutex(State(predictor: TickPredictor(host.models)))
  }

  /// What it has done so far.
  package var statistics: PredictionStreamStatistics {
    state.withLock { state in
      var statistics = state.statistics
      let counts = state.predictor.counts
      (statistics.quotes, statistics.rejected, statistics.cleaned) = (counts.quotes, counts.rejected, counts.cleaned)
      (statistics.repeated, statistics.missing, statistics.late) = (counts.repeated, counts.missing, counts.late)
      statistics.symbols = state.places.count
      return statistics
    }
  }

  /// Changes what the statistics say of partitions and lag.
  func set(partitions: Int, lag: Int) {
    state.withLock { state in
      state.statistics.partitions = partitions
      state.statistics.lag = lag
    }
  }

  /// Begins a symbol with a saved state.
  func insert(_ symbol: LiveSymbol) {
    let place = LivePlace(symbol)
    state.withLock { state in
      place.withLock { $0.symbol.use(state.predictor.models.lanes) }
      state.places[symbol.symbol] = place
    }
    table.insert(place)
  }

  /// Counts a message that is no tick.
  func reject() { state.withLock { $0.predictor.reject() } }

  /// Takes ticks in the order in which they came.
  ///
  /// - Parameter offset: The offset of a message of a topic, to leave out what is in a saved state.
  package func take(_ messages: some Sequence<TickMessage>, offset: Int64? = nil) {
    let models = host.models
    let arrival = ContinuousClock.now
    state.withLock { state in
      if models.generation != state.predictor.models.generation { use(models, &state) }
      for message in messages {
        state.statistics.received += 1
        guard let place = place(message.tick.symbol, &state) else {
          state.predictor.reject()
          continue
        }
        let isPredicted = place.withLock { symbol -> Bool in
          if let offset {
            guard offset >= symbol.symbol.next else { return false }
            symbol.symbol.next = offset + 1
          }
          guard let quality = state.predictor.take(message, &symbol.symbol) else { return false }
          do {
            _ = try state.predictor.predict(message, id: "", symbol.symbol, quality) { 0 }
          } catch {
            // Rows have the models' own features, so this is a fault of ours.
            logger.error("a tick could not be predicted", metadata: ["error": "\(error)"])
            return false
          }
          symbol.observe(message.tick, state.predictor.results, state.predictor.quality, at: arrival)
          return true
        }
        if isPredicted {
          state.statistics.predicted += 1
          table.taken.add(1, ordering: .relaxed)
        }
      }
    }
  }

  private func use(_ models: LiveModels, _ state: inout State) {
    if models.lanes != state.predictor.models.lanes {
      for place in state.places.values { place.withLock { $0.symbol.use(models.lanes) } }
    }
    state.predictor.models = models
    state.statistics.reloads += 1
  }

  private func place(_ symbol: String, _ state: inout State) -> LivePlace? {
    if let known = state.places[symbol] { return known }
    guard state.places.count < symbolLimit else { return nil }
    let place = LivePlace(LiveSymbol(symbol, state.predictor.models.lanes))
    state.places[symbol] = place
    table.insert(place)
    return place
  }
}
#endif
