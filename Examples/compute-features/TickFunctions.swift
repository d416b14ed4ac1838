#if Programs
import Features
import ProgramSupport
import TickData
import TickStorage

/// What compute-features does with `--ticks` and functions: chunk by chunk, symbol by symbol, in the order of the file.
struct TickFunctions {
  private let recipe: IndicatorRecipe
  private let everyRow: Bool
  private var places: [String: Int] = [:]
  private var symbols: [(rows: TickRows, engine: IndicatorEngine)] = []

  init(recipe: IndicatorRecipe, everyRow: Bool) {
    self.recipe = recipe
    self.everyRow = everyRow
  }

  /// Computes the recipe's columns of a file in bounded memory.
  mutating func compute(_ file: TickFile, to output: String) throws -> BarFunctions.Report {
    let writer = try TableFileWriter(path: output, columns: recipe.columns.map(\.name))
    var (rows, compute, write) = (0, 0.0, 0.0)
    let (_, all) = try timed {
      try file.forEachBatch(rows: 65_536, threads: 1) { batch in
        let (found, seconds) = try timed { try columns(of: batch) }
        compute += seconds
        rows += found.rows.count
        let (_, taken) = try timed {
          try BarFunctions.lend(found.columns, []) { columns in
            try writer.append(
              symbols: batch.symbols, symbolIndices: found.rows.map { batch.symbolIndices[$0] },
              times: found.rows.map { batch.columns.times[$0] }, columns: columns)
          }
          try writer.drain()
        }
        write += taken
      }
    }
    let (_, end) = try timed { try writer.finish() }
    return BarFunctions.Report(
      rows: rows, columns: recipe.columns.count, symbols: symbols.count, read_seconds: all - compute - write,
      compute_seconds: compute, write_seconds: write + end)
  }

  /// The rows of a batch that give one, and their columns.
  private mutating func columns(of batch: TickBatch) throws -> (rows: [Int], columns: [[Double]]) {
    let own = batch.symbols.map { place(of: $0) }
    var inputs = symbols.map { _ in recipe.source.columns.map { _ in [Double]() } }
    var targets = symbols.map { _ in [Int]() }
    var rows: [Int] = []
    for row in 0..<batch.count {
      let symbol = own[Int(batch.symbolIndices[row])]
      let tick = batch[row]
      let values = symbols[symbol].rows.row(tick)
      guard everyRow || tick.isTrade else { continue }
      targets[symbol].append(rows.count)
      rows.append(row)
      inputs[symbol][0].append(values.price)
      inputs[symbol][1].append(values.size)
      inputs[symbol][2].append(values.bid)
      inputs[symbol][3].append(values.ask)
      inputs[symbol][4].append(values.bidSize)
      inputs[symbol][5].append(values.askSize)
      inputs[symbol][6].append(values.side)
      inputs[symbol][7].append(values.time)
    }
    var results = recipe.columns.map { _ in [Double](repeating: .nan, count: rows.count) }
    for symbol in symbols.indices where !targets[symbol].isEmpty {
      let found = try symbols[symbol].engine.append(inputs[symbol])
      for (index, column) in found.enumerated() {
        for (place, row) in targets[symbol].enumerated() { results[index][row] = column[place] }
      }
    }
    return (rows, results)
  }

  private mutating func place(of symbol: String) -> Int {
    if let known = places[symbol] { return known }
    places[symbol] = symbols.count
    symbols.append((TickRows(), IndicatorEngine(recipe: recipe)))
    return symbols.count - 1
  }
}
#endif
