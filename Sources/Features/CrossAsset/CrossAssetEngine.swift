public import TickData

/// Computes a recipe's columns from ticks of several symbols as they come, in history and live by the same way.
///
/// It takes ticks in the order of event time and gives a row at each tick of the target, or at each moment of the recipe's
/// clock; a row depends on nothing that comes after it. Codable: saved and restored it goes on with the same bits.
public struct CrossAssetEngine: Sendable {
  /// What is computed.
  public let recipe: CrossAssetRecipe
  private var clock: AsOfClock
  private var grid: ClockGrid?
  private var states: [any CrossAssetState]
  private var prices: [Double]
  private var results: [Double]
  private let places: [String: Int]
  /// The place of each feature's first column.
  private let firstColumns: [Int]

  /// Rows that one tick may set free: more come of a wrong time.
  private static let mostMoments = 10_000_000

  /// Makes an engine that has seen nothing.
  public init(recipe: CrossAssetRecipe) {
    self.recipe = recipe
    let count = recipe.symbols.count
    do {
      clock = try AsOfClock(symbolCount: count, target: recipe.step == nil ? count - 1 : nil, options: recipe.join)
      grid = try recipe.step.map { step throws(FeatureError) in try ClockGrid(step: step) }
      states = try recipe.makeStates()
    } catch {
      preconditionFailure("a checked recipe was refused: \(error)")
    }
    prices = [Double](repeating: .nan, count: count)
    results = [Double](repeating: .nan, count: recipe.columnNames.count)
    var column = 0
    firstColumns = recipe.features.map { feature in
      defer { column += feature.names.count }
      return column
    }
    places = Dictionary(uniqueKeysWithValues: recipe.symbols.enumerated().map { ($1, $0) })
  }

  /// Takes the next tick, and passes on the rows that are known with it.
  ///
  /// - Parameters:
  ///   - symbol: A symbol of the recipe; ticks of others are passed over.
  ///   - time: Nanoseconds, not before the last tick.
  ///   - price: A price above 0, or what is missing.
  ///   - body: Gets the time of each row and its columns: none or one, and on a clock each moment before this tick.
  /// - Throws: ``FeatureError`` as ``AsOfClock/take(symbol:time:value:)``, and with code `invalidTick` for a time more than
  ///   4 · 10¹⁸ ns from 1970 or, on a clock, ten million steps after the last row. The engine stays as it was.
  /// - Complexity: O(features) a row besides what each tells of itself.
  public mutating func update(
    symbol: String, time: Int64, price: Double, _ body: (_ time: Int64, _ columns: [Double]) -> Void
  ) throws(FeatureError) {
    guard let place = places[symbol] else { return }
    guard time > .min, time >= clock.time else {
      // The clock would refuse the tick: say why before the grid moves on.
      _ = try clock.take(symbol: place, time: time, value: price)
      return
    }
    guard time.magnitude <= 4_000_000_000_000_000_000 else {
      throw FeatureError(.invalidTick, "a time of \(time) ns; within 4 · 10¹⁸ ns of 1970 is needed")
    }
    if let waiting = grid?.momentCount(before: time), waiting > Self.mostMoments {
      throw FeatureError(
        .invalidTick,
        "\(symbol)'s tick at \(time) ns comes \(waiting) steps after the last row; \(Self.mostMoments) are the most: a wrong "
          + "time, or too short a step")
    }
    if var moments = grid?.moments(before: time).makeIterator() {
      while let moment = moments.next() { try give(moment, body) }
    }
    let price = price > 0 && price.isNumber ? price : .nan
    let isRow = try clock.take(symbol: place, time: time, value: price)
    for index in states.indices { try states[index].take(place, time, price) }
    if isRow { try give(time, body) }
  }

  /// Takes the rows of a batch in their order, and returns the times and columns of the rows that they give.
  ///
  /// - Throws: As ``update(symbol:time:price:_:)``. The engine must not be used after an error.
  public mutating func append(_ batch: TickBatch) throws(FeatureError) -> (times: [Int64], columns: [[Double]]) {
    var times: [Int64] = []
    var columns = [[Double]](repeating: [], count: results.count)
    for row in 0..<batch.count {
      let symbol = batch.symbols[Int(batch.symbolIndices[row])]
      try update(symbol: symbol, time: batch.columns.times[row], price: batch.columns.prices[row]) { time, row in
        times.append(time)
        for index in row.indices { columns[index].append(row[index]) }
      }
    }
    return (times, columns)
  }

  private mutating func give(_ time: Int64, _ body: (Int64, [Double]) -> Void) throws(FeatureError) {
    for place in prices.indices { prices[place] = clock.value(of: place, at: time) }
    for index in states.indices {
      try states[index].update(prices, time, into: &results, firstColumns[index])
    }
    body(time, results)
  }
}

extension CrossAssetEngine: Codable {
  private enum CodingKeys: String, CodingKey {
    case recipe
    case clock
    case grid
    case states
  }

  /// Reads a saved engine.
  public init(from decoder: any Decoder) throws {
    let saved = try decoder.container(keyedBy: CodingKeys.self)
    self.init(recipe: try saved.decode(CrossAssetRecipe.self, forKey: .recipe))
    let clock = try saved.decode(AsOfClock.self, forKey: .clock)
    guard clock.symbolCount == self.clock.symbolCount, clock.target == self.clock.target else {
      throw FeatureError(
        .stateMismatch, "the saved clock is of \(counted(clock.symbolCount, "symbol")); the recipe has others")
    }
    self.clock = clock
    grid = try saved.decodeIfPresent(ClockGrid.self, forKey: .grid)
    var own = try saved.nestedUnkeyedContainer(forKey: .states)
    for index in states.indices { states[index] = try restored(states[index], from: own.superDecoder()) }
  }

  /// Writes the recipe and all states.
  public func encode(to encoder: any Encoder) throws {
    var saved = encoder.container(keyedBy: CodingKeys.self)
    try saved.encode(recipe, forKey: .recipe)
    try saved.encode(clock, forKey: .clock)
    try saved.encodeIfPresent(grid, forKey: .grid)
    var own = saved.nestedUnkeyedContainer(forKey: .states)
    for state in states { try state.encode(to: own.superEncoder()) }
  }
}

/// A state of the same type.
private func restored(_ state: some CrossAssetState, from decoder: any Decoder) throws -> any CrossAssetState {
  try type(of: state).init(from: decoder)
}
