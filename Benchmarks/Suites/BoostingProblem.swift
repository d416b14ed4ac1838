#if Programs
import Boosting
import Foundation
import Tuning

/// Options of boosting to be found on real data: the log loss, on rows not trained on, of a small model.
struct BoostingProblem: Sendable {
  private let name: String
  private let train: BinnedDataset
  private let columns: [[Double]]
  private let labels: [Double]

  /// LightGBM's example of two classes: 2,000 of its training rows, and its 500 test rows.
  static func binary(_ folder: String) throws -> BoostingProblem {
    let (known, unseen) = (
      try numbers("\(folder)/lightgbm/binary.train.gz", "\t"), try numbers("\(folder)/lightgbm/binary.test.gz", "\t")
    )
    return try BoostingProblem(
      "boosting_binary", Array(known.prefix(2000)).map { ($0[0], Array($0.dropFirst())) },
      unseen.map { ($0[0], Array($0.dropFirst())) })
  }

  /// Whether the electricity price rises: every tenth of 20,000 half-hours, and of the 10,000 after them.
  static func electricity(_ folder: String) throws -> BoostingProblem {
    let rows = try numbers("\(folder)/electricity/elecNormNew.csv.gz", ",")
    // Without the date, which is all there is to tell one part of the series from the other.
    let sampled = stride(from: 0, to: 30_000, by: 10).map { (rows[$0][8], Array(rows[$0][1..<8])) }
    return try BoostingProblem("boosting_electricity", Array(sampled[..<2000]), Array(sampled[2000...]))
  }

  private init(_ name: String, _ known: [(label: Double, row: [Double])], _ unseen: [(label: Double, row: [Double])])
    throws
  {
    func columns(_ rows: [(label: Double, row: [Double])]) -> [[Double]] {
      rows[0].row.indices.map { column in rows.map { $0.row[column] } }
    }
    self.name = name
    train = try BinnedDataset(try TrainingData(columns: columns(known), labels: known.map(\.label)), Self.options)
    self.columns = columns(unseen)
    labels = unseen.map(\.label)
  }

  private static var options: BoostingOptions {
    var options = BoostingOptions.lightGBM
    options.objective = .binary
    options.numIterations = 30
    options.numThreads = 1
    options.baggingFrequency = 1
    return options
  }

  /// The problem over six options.
  var problem: TuningProblem {
    get throws {
      var space = SearchSpace()
      try space.add("num_leaves", .whole(2...128, log: true))
      try space.add("learning_rate", .real(0.01...0.5, log: true))
      try space.add("min_data_in_leaf", .whole(1...200, log: true))
      try space.add("feature_fraction", .real(0.3...1))
      try space.add("lambda_l2", .real(1e-3...100, log: true))
      try space.add("bagging_fraction", .real(0.3...1))
      return TuningProblem(name: name, space: space, value: loss)
    }
  }

  @Sendable private func loss(_ values: [String: ParameterValue]) throws -> Double {
    var options = Self.options
    for (name, value) in values { try options.set(name, to: value.description) }
    let model = try Booster(options).train(train)
    var total = 0.0
    for (probability, label) in zip(try model.predictions(columns, threads: 1), labels) {
      total -= log(max(label > 0 ? probability : 1 - probability, 1e-15))
    }
    return total / Double(labels.count)
  }

  /// The rows of a file of gzip; words are 1 for UP, else 0.
  private static func numbers(_ path: String, _ separator: Character) throws -> [[Double]] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: separator).map { Double($0) ?? ($0 == "UP" ? 1 : 0) }
    }
  }
}
#endif
