#if Programs
import Foundation
import ProgramSupport

/// Medians of a trainer's runs; the AUC is the mean over seeds.
struct TrainerSummary: Encodable {
  let trainer: String
  let version: String
  let bin_seconds: Double
  let train_seconds: Double
  let train_seconds_range: [Double]
  let peak_memory_mb: Double
  let predict_seconds: Double
  let auc: Double

  /// The runs of the first seed are those that were timed.
  init(_ trainer: String, _ runs: [TrainerResult]) {
    self.trainer = trainer
    let timed = runs.filter { $0.seed == runs[0].seed }
    version = runs[0].version
    bin_seconds = median(timed.map(\.bin_seconds))
    train_seconds = median(timed.map(\.train_seconds))
    train_seconds_range = [timed.map(\.train_seconds).min() ?? 0, timed.map(\.train_seconds).max() ?? 0]
    peak_memory_mb = median(timed.map(\.peak_memory_bytes)) / 1e6
    predict_seconds = median(timed.map(\.predict_seconds))
    let bySeed = Dictionary(grouping: runs) { $0.seed ?? 0 }.values.map { $0[0].auc }
    auc = bySeed.reduce(0, +) / Double(bySeed.count)
  }
}

/// How the trainers did on one table.
struct TableResult: Encodable {
  let table: String
  let rows: Int
  let columns: Int
  let rounds: Int
  let threads: Int
  let trainers: [TrainerSummary]

  /// The rows of a table for people, and the ratios that count.
  func text() -> String {
    var lines = [
      "", "\(table): \(format(rows)) rows x \(columns) columns, \(rounds) rounds, \(threads) threads",
      pad("trainer", 22)
        + ["version", "bins s", "training s", "(range)", "peak MB", "predict s", "AUC"].map { pad($0, 13) }
        .joined(),
    ]
    for trainer in trainers {
      let range = trainer.train_seconds_range.map { format($0, 2) }.joined(separator: "-")
      let cells = [
        trainer.version, format(trainer.bin_seconds, 3), format(trainer.train_seconds, 3), range,
        format(trainer.peak_memory_mb, 0), format(trainer.predict_seconds, 3), format(trainer.auc, 5),
      ]
      lines.append(pad(trainer.trainer, 22) + cells.map { pad($0, 13) }.joined())
    }
    return (lines + ratios()).joined(separator: "\n")
  }

  private func ratios() -> [String] {
    func find(_ name: String) -> TrainerSummary? { trainers.first { $0.trainer == name } }
    var lines: [String] = []
    for (way, peers) in [
      ("leafwise", ["lightgbm", "xgboost-leafwise", "hessboost-leafwise"]),
      ("levelwise", ["xgboost-levelwise", "hessboost-levelwise"]),
    ] {
      guard let own = find("tickboost-\(way)") else { continue }
      let rivals = peers.compactMap(find)
      if let best = rivals.min(by: { $0.train_seconds < $1.train_seconds }) {
        lines.append(
          "\(way): training \(format(own.train_seconds / best.train_seconds, 3)) of \(best.trainer)"
            + ", AUC \(format(own.auc - best.auc, 5)) more")
      }
      if let best = rivals.min(by: { $0.bin_seconds + $0.train_seconds < $1.bin_seconds + $1.train_seconds }) {
        let ratio = (own.bin_seconds + own.train_seconds) / (best.bin_seconds + best.train_seconds)
        lines.append("\(way): bins and training \(format(ratio, 3)) of \(best.trainer)")
      }
      if way == "leafwise", let quantised = find("lightgbm-quantized") {
        lines.append(
          "leafwise: training \(format(own.train_seconds / quantised.train_seconds, 3)) of lightgbm-quantized")
      }
      if way == "leafwise", let peer = find("lightgbm") {
        lines.append(
          "leafwise: bins \(format(own.bin_seconds / peer.bin_seconds, 3)), memory "
            + "\(format(own.peak_memory_mb / peer.peak_memory_mb, 3)) of lightgbm")
      }
    }
    return lines
  }
}

/// Text filled up to a width.
func pad(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.count))
}
#endif
