import Boosting
import Evaluation
import Features
import Foundation
import Tuning

/// The table of all models of a training, as it stands in `model_summary.csv`.
public struct ModelSummary: Sendable {
  /// Heading and rows, one a bundle.
  public let rows: [[String]]

  /// Summarises bundles; scores are means over folds.
  public init(_ bundles: [ModelBundle]) {
    let heading = [
      "target", "model", "folds", "train_rows", "test_rows", "auc", "auc_lower", "auc_upper", "accuracy", "f1",
      "log_loss", "rmse", "mae", "r2", "trees", "model_version", "tuning_trials", "tuning_score", "deflated_sharpe",
      "overfitting",
    ]
    rows =
      [heading]
      + bundles.map { bundle in
        let scores = bundle.scores
        func mean(_ value: (FoldScores) -> Double?) -> String {
          let values = scores.compactMap(value)
          return values.isEmpty ? "" : String(format: "%.6g", values.reduce(0, +) / Double(values.count))
        }
        func number(_ value: Double?) -> String { value.map { String(format: "%.6g", $0) } ?? "" }
        let tuning = bundle.tuning
        return [
          bundle.target.name, bundle.kind.rawValue, String(scores.count), String(scores.last?.trainRows ?? 0),
          String(scores.reduce(0) { $0 + $1.testRows }), mean { $0.auc?.value }, mean { $0.auc?.lower },
          mean { $0.auc?.upper }, mean(\.accuracy), mean(\.f1), mean(\.logLoss), mean { $0.regression?.rmse },
          mean { $0.regression?.mae }, mean { $0.regression?.r2 }, String(bundle.model.treeCount), bundle.modelVersion,
          tuning.map { String($0.trials.count) } ?? "", number(tuning?.bestEntry?.value),
          number(tuning?.deflatedSharpeRatio), number(tuning?.overfitting?.probability),
        ]
      }
  }

  /// Writes `model_summary.csv` in a folder, atomically.
  public func write(to folder: String) throws(ModelingError) {
    let text = rows.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/model_summary.csv"), options: .atomic)
    } catch {
      throw ModelingError(
        .cannotWrite, "'\(folder)/model_summary.csv' cannot be written: \(error.localizedDescription)")
    }
  }
}
