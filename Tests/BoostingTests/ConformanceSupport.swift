import Boosting
import Foundation
import TestSupport

/// Tables of the conformance tests: scikit-learn's and the originals' examples, which lie beside the checkout.
enum ConformanceData {
  /// What `Scripts/golden/make_golden.py conformance` has written.
  struct Content: Decodable {
    struct Regression: Decodable {
      let columns: [[Double]]
      let labels: [Double]
    }
    struct Multiclass: Decodable {
      let scores: [[Double]]
      let labels: [Double]
      let weights: [Double]
      let metrics: [String: Double]
    }
    let regression: Regression
    let test_rows: [String: [Int]]
    let multiclass: Multiclass
  }

  // Without its golden file the suite has nothing to say; the file is part of the package.
  static let content = try! Golden.read("conformance.json", as: Content.self)

  /// A table with labels, in the split of the originals' tests.
  struct Split {
    var train: TrainingData
    var test: TrainingData
  }

  /// The text of a file of the shared data, unpacked.
  static func text(_ name: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", SharedData.path(name)]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  private static func rows(_ name: String, separator: Character) throws -> [[Double]] {
    try text(name).split(whereSeparator: \.isNewline).map { line in
      line.split(separator: separator, omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    }
  }

  /// One of scikit-learn's tables in the originals' split: a tenth held out at random.
  static func sklearn(_ name: String) throws -> Split {
    let lines = try rows("gbdt/sklearn/\(name).csv.gz", separator: ",").dropFirst()
    let table = lines.map { Array($0.dropLast()) }
    return try split(columns(table), lines.map { $0[$0.count - 1] })
  }

  /// The made regression table of 100 rows.
  static func regression(absolute: Bool = false) throws -> Split {
    let own = content.regression
    return try split(own.columns, absolute ? own.labels.map(abs) : own.labels)
  }

  static func columns(_ rows: some Collection<[Double]>) -> [[Double]] {
    (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column] } }
  }

  private static func split(_ columns: [[Double]], _ labels: [Double]) throws -> Split {
    let test = content.test_rows[String(labels.count)] ?? []
    let isTest = Set(test)
    func part(_ rows: [Int]) throws -> TrainingData {
      try TrainingData(columns: columns.map { column in rows.map { column[$0] } }, labels: rows.map { labels[$0] })
    }
    return Split(train: try part(labels.indices.filter { !isTest.contains($0) }), test: try part(test))
  }

  /// One of LightGBM's example folders: label first, weights or initial scores in files beside.
  static func example(_ name: String, weights: Bool = false, initScores: Bool = false) throws -> Split {
    func part(_ kind: String) throws -> TrainingData {
      let rows = try rows("gbdt/lightgbm/\(name).\(kind).gz", separator: "\t")
      func numbers(_ suffix: String) throws -> [Double] {
        try text("gbdt/lightgbm/\(name).\(kind).\(suffix).gz").split(whereSeparator: \.isWhitespace).compactMap {
          Double($0)
        }
      }
      var data = try TrainingData(
        columns: columns(rows.map { Array($0.dropFirst()) }), labels: rows.map { $0[0] },
        weights: weights ? try numbers("weight") : nil)
      if initScores { data.initScores = try numbers("init") }
      return data
    }
    return Split(train: try part("train"), test: try part("test"))
  }

  /// XGBoost's mushrooms: what a line does not list is missing.
  static func agaricus() throws -> Split {
    func part(_ kind: String) throws -> TrainingData {
      let lines = try text("gbdt/xgboost/agaricus.txt.\(kind).gz").split(whereSeparator: \.isNewline)
      var columns = [[Double]](repeating: [Double](repeating: .nan, count: lines.count), count: 127)
      var labels: [Double] = []
      for (row, line) in lines.enumerated() {
        let words = line.split(separator: " ")
        labels.append(Double(words[0]) ?? .nan)
        for word in words.dropFirst() {
          let pair = word.split(separator: ":")
          columns[Int(pair[0]) ?? 0][row] = Double(pair[1]) ?? .nan
        }
      }
      return try TrainingData(columns: columns, labels: labels)
    }
    return Split(train: try part("train"), test: try part("test"))
  }
}

extension BoostingModel {
  /// A metric of this model on some data.
  func metric(_ metric: ValidationMetric, _ data: TrainingData, _ options: BoostingOptions) throws -> Double {
    metric.value(scores: try rawScores(data.table), labels: data.labels, weights: data.weights, options: options)
  }
}
