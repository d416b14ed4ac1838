#if Programs
import ArgumentParser
import Features
import Foundation
import ProgramSupport
import TickStorage

/// What compute-features does with `--bars` and `--list`; the report is that of functions of ticks too.
enum BarFunctions {
  struct Report: Encodable {
    let rows: Int
    let columns: Int
    let symbols: Int
    let read_seconds: Double
    let compute_seconds: Double
    let write_seconds: Double
  }

  /// Computes a recipe's columns of a file of bars, symbol by symbol, in the order of the file.
  static func compute(
    _ path: String, _ mapping: BarMapping, _ order: BarFile.Order, _ recipe: IndicatorRecipe, to output: String
  ) throws -> Report {
    let (bars, read) = try timed { try BarFile(path: path, mapping: mapping, order: order) }
    if !bars.hasVolume, let column = recipe.firstColumn(reading: .volume) {
      throw ValidationError(
        "\(column.name) reads volumes, and '\(path)' has no column of them; --map volume=NAME names one")
    }
    let writer = try TableFileWriter(path: output, columns: recipe.columns.map(\.name))
    var results = recipe.columns.map { _ in [Double](repeating: .nan, count: bars.count) }
    let (_, compute) = try timed {
      var rows = bars.symbols.map { _ in [Int]() }
      for (row, symbol) in bars.symbolIndices.enumerated() { rows[Int(symbol)].append(row) }
      for own in rows {
        var engine = IndicatorEngine(recipe: recipe)
        let found = try engine.append(bars.columns.map { column in own.map { column[$0] } })
        for (index, column) in found.enumerated() {
          for (place, row) in own.enumerated() { results[index][row] = column[place] }
        }
      }
    }
    let (_, write) = try timed {
      try lend(results, []) { columns in
        try writer.append(
          symbols: bars.symbols, symbolIndices: bars.symbolIndices, times: bars.times, columns: columns)
      }
      try writer.finish()
    }
    return Report(
      rows: bars.count, columns: recipe.columns.count, symbols: bars.symbols.count, read_seconds: read,
      compute_seconds: compute, write_seconds: write)
  }

  /// Lends columns all at once.
  static func lend(
    _ columns: [[Double]], _ lent: [UnsafeBufferPointer<Double>],
    _ body: ([UnsafeBufferPointer<Double>]) throws -> Void
  ) throws {
    guard lent.count < columns.count else { return try body(lent) }
    try columns[lent.count].withUnsafeBufferPointer { try lend(columns, lent + [$0], body) }
  }

  /// Functions with their parameters and defaults, inputs, outputs and look-back, one a line: all, or for each text the function of
  /// that name, else those whose name, family or summary holds it.
  static func list(_ texts: [String]) throws -> [String] {
    let wanted = try texts.flatMap { text in
      let found = IndicatorCatalogue.definitions(matching: text).map(\.name)
      if let exact = found.first(where: { $0.lowercased() == text.lowercased() }) { return [exact] }
      // None: the error of a name that is not known names the nearest.
      return found.isEmpty ? [try IndicatorCatalogue.type(named: text).definition.name] : found
    }
    return try (texts.isEmpty ? IndicatorCatalogue.definitions.map(\.name) : wanted).map(IndicatorCatalogue.describe)
  }
}
#endif
