#if Programs
import Features
import ProgramSupport
import TickData

/// One of the two ways to the same features.
protocol FeatureComputer {
  var symbolCount: Int { get }
  var medianMicroseconds: Double? { get }
  mutating func process(_ batch: TickBatch, into table: inout FeatureTable) throws
}

/// Feature after feature over chunks of history, on several threads.
struct BatchComputer: FeatureComputer {
  private var pipeline: FeaturePipeline
  private let threads: Int

  init(recipe: FeatureRecipe, threads: Int) {
    pipeline = FeaturePipeline(recipe: recipe)
    self.threads = threads
  }

  var symbolCount: Int { pipeline.symbols.count }
  var medianMicroseconds: Double? { nil }

  mutating func process(_ batch: TickBatch, into table: inout FeatureTable) throws {
    try pipeline.process(batch, into: &table, threads: threads)
  }
}

/// Tick after tick, as live; keeps the time that each took.
struct StreamComputer: FeatureComputer {
  private let recipe: FeatureRecipe
  private var engines: [String: Int] = [:]
  private var states: [FeatureEngine] = []
  private var nanoseconds = [Int](repeating: 0, count: 100_000)
  private let clock = ContinuousClock()

  init(recipe: FeatureRecipe) { self.recipe = recipe }

  var symbolCount: Int { states.count }

  var medianMicroseconds: Double? {
    let total = nanoseconds.reduce(0, +)
    guard total > 0 else { return nil }
    var seen = 0
    for (time, count) in nanoseconds.enumerated() {
      seen += count
      if 2 * seen >= total { return Double(time) / 1000 }
    }
    return nil
  }

  mutating func process(_ batch: TickBatch, into table: inout FeatureTable) throws {
    for row in 0..<batch.count {
      let tick = batch[row]
      let place = engines[tick.symbol] ?? addEngine(tick.symbol)
      let start = clock.now
      let isNew = try states[place].update(tick)
      let taken = clock.now - start
      nanoseconds[min(nanoseconds.count - 1, Int(taken.components.attoseconds / 1_000_000_000))] += 1
      if isNew { table.append(tick, states[place].row) }
    }
  }

  private mutating func addEngine(_ symbol: String) -> Int {
    engines[symbol] = states.count
    states.append(FeatureEngine(recipe: recipe))
    return states.count - 1
  }
}
#endif
