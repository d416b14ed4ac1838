#if Programs
import ArgumentParser
import Boosting
import Compute
import Foundation
import ProgramSupport

/// Times predictions of a model: many rows at once, one row a call, and one row a call from many threads.
struct PredictionBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prediction", abstract: "Times predictions of a model; prints one line of JSON, nanoseconds a row.")

  @Option(help: "Model file.") var model: String
  @Option(help: "Rows to predict, .npy.") var data: String
  @Option(help: "Threads of the batch.") var threads = 1
  @Option(help: "Threads that ask for one row at a time, together.") var callers = 8
  @Option(help: "Repetitions, of which the median counts.") var repeats = 5

  struct Report: Encodable {
    let rows: Int
    let trees: Int
    let batch_ns: Double
    let one_row_ns: Double
    let one_row_from_callers_ns: Double
  }

  func run() throws {
    let trained = try BoostingModel(contentsOf: model)
    let table = try NumericTable(npyFile: data)
    let sample = (0..<min(table.rowCount, 500)).map { row in (0..<table.columnCount).map { table.value(row, $0) } }
    var batch: [Double] = []
    var single: [Double] = []
    var together: [Double] = []
    for _ in 0..<repeats {
      batch.append(try timed { _ = try trained.rawScores(table, threads: threads) }.1 / Double(table.rowCount))
      single.append(try timed { try Self.oneByOne(trained, sample) }.1 / Double(40 * sample.count))
      let callers = callers
      let seconds = timed {
        // The same rows have just been predicted without an error.
        WorkerPool.shared.run(threads: callers) { _, _ in try? Self.oneByOne(trained, sample) }
      }.1
      together.append(
        seconds * Double(min(callers, WorkerPool.availableProcessors)) / Double(40 * callers * sample.count))
    }
    try Console.printJSON(
      Report(
        rows: table.rowCount, trees: trained.treeCount, batch_ns: median(batch) * 1e9, one_row_ns: median(single) * 1e9,
        one_row_from_callers_ns: median(together) * 1e9))
  }

  private static func oneByOne(_ model: BoostingModel, _ rows: [[Double]]) throws {
    var scores = [Double](repeating: 0, count: model.scoresPerRow)
    var sum = 0.0
    for _ in 0..<40 {
      for row in rows {
        try model.rawScores(row: row, into: &scores)
        sum += scores[0]
      }
    }
    // Uses the scores, or the loop might vanish.
    if sum.isNaN { Console.note("benchmarks: scores are NaN") }
  }
}

/// The middle of some values.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
#endif
