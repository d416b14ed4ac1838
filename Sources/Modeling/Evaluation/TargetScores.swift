import Compute
import Evaluation
import Features
import Foundation

/// The scores of predictions of a target for any sample of their rows, prepared so that a sample costs O(rows) without sorting.
struct TargetScores: Sendable {
  /// Names of the scores, in order.
  let names: [String]
  private let kind: Kind
  private let rows: Int

  private enum Kind: Sendable {
    case binary(BinaryRows)
    case classes(ClassRows)
    case numbers(NumberRows)
  }

  /// - Parameters:
  ///   - labels: Classes or returns, one a row.
  ///   - predictions: `predictions[class * rows + row]`, one a row for two classes and for returns.
  init(labels: [Double], predictions: [Double], target: TargetConfiguration) {
    rows = labels.count
    switch target.classCount {
    case nil:
      names = ["ic", "rank_ic", "r2", "rmse", "mae"]
      kind = .numbers(NumberRows(labels, predictions))
    case 2:
      names = ["auc", "log_loss", "accuracy", "mcc", "brier", "average_precision"]
      kind = .binary(BinaryRows(labels, predictions))
    case let classes?:
      names = ["auc_ovr", "log_loss", "accuracy", "top_2_accuracy"]
      kind = .classes(ClassRows(labels, predictions, classes))
    }
  }

  /// Intervals of all scores, from blocks of rows that are neighbours in time.
  func intervals(
    _ options: EvaluationOptions, _ blocks: TimeBlocks, threads: Int
  ) throws(EvaluationError) -> [NamedScore] {
    let order = blocks.order
    let found = try bootstrapIntervals(
      rows: rows, resampling: .blocks(length: blocks.length), resamples: options.resamples,
      confidence: options.confidence, seed: options.seed, threads: threads
    ) { drawn in
      var counts = [Double](repeating: 0, count: rows)
      for row in drawn { counts[order[row]] += 1 }
      switch kind {
      case .binary(let prepared): return prepared.scores(counts)
      case .classes(let prepared): return prepared.scores(counts)
      case .numbers(let prepared): return prepared.scores(counts)
      }
    }
    return zip(names, found).map { NamedScore(name: $0, interval: $1) }
  }
}

private struct BinaryRows: Sendable {
  let labels: [Double]
  let predictions: [Double]
  /// Rows by ascending prediction.
  let order: [Int]
  let losses: [Double]

  init(_ labels: [Double], _ predictions: [Double]) {
    self.labels = labels
    self.predictions = predictions
    order = predictions.indices.sorted { predictions[$0] < predictions[$1] }
    losses = zip(labels, predictions).map { label, p in
      let clipped = min(max(p, Double.ulpOfOne), 1 - Double.ulpOfOne)
      return -log(label > 0 ? clipped : 1 - clipped)
    }
  }

  func scores(_ counts: [Double]) -> [Double] {
    var (total, loss, square) = (0.0, 0.0, 0.0)
    // True and false positives, false and true negatives, at a half.
    var cells = (tp: 0.0, fp: 0.0, fn: 0.0, tn: 0.0)
    for row in labels.indices where counts[row] > 0 {
      let count = counts[row]
      total += count
      loss += count * losses[row]
      let miss = predictions[row] - labels[row]
      square += count * miss * miss
      switch (predictions[row] > 0.5, labels[row] > 0) {
      case (true, true): cells.tp += count
      case (true, false): cells.fp += count
      case (false, true): cells.fn += count
      case (false, false): cells.tn += count
      }
    }
    let spread = (cells.tp + cells.fp) * (cells.tp + cells.fn) * (cells.tn + cells.fp) * (cells.tn + cells.fn)
    let correlation = spread > 0 ? (cells.tp * cells.tn - cells.fp * cells.fn) / spread.squareRoot() : 0
    return [
      areaUnderCurve(order: order, scores: predictions, labels: labels) { counts[$0] }, loss / total,
      (cells.tp + cells.tn) / total, correlation, square / total, averagePrecision(counts),
    ]
  }

  private func averagePrecision(_ counts: [Double]) -> Double {
    var (positives, all, area) = (0.0, 0.0, 0.0)
    var place = order.count - 1
    while place >= 0 {
      let (value, start) = (predictions[order[place]], place)
      var found = 0.0
      // A NaN equals nothing, itself included; the loop must move on all the same.
      while place >= 0, place == start || predictions[order[place]] == value {
        let row = order[place]
        all += counts[row]
        if labels[row] > 0 { found += counts[row] }
        place -= 1
      }
      positives += found
      if all > 0 { area += found * positives / all }
    }
    return positives > 0 ? area / positives : 0
  }
}

private struct ClassRows: Sendable {
  let isClass: [[Double]]
  let columns: [[Double]]
  let orders: [[Int]]
  let losses: [Double]
  let isRight: [Double]
  let isAmongTwo: [Double]

  init(_ labels: [Double], _ predictions: [Double], _ classes: Int) {
    let rows = labels.count
    let columns = (0..<classes).map { Array(predictions[$0 * rows..<($0 + 1) * rows]) }
    self.columns = columns
    isClass = (0..<classes).map { label in labels.map { Int($0) == label ? 1 : 0 } }
    orders = columns.map { column in column.indices.sorted { column[$0] < column[$1] } }
    let own = labels.indices.map { columns[Int(labels[$0])][$0] }
    losses = own.map { -log(min(max($0, Double.ulpOfOne), 1 - Double.ulpOfOne)) }
    let best = predictedClasses(predictions, rows: rows, classes: classes)
    isRight = labels.indices.map { best[$0] == Int(labels[$0]) ? 1 : 0 }
    isAmongTwo = labels.indices.map { row in
      // Of equal probabilities that of the later class counts as larger, as in `topKAccuracy`.
      let above = (0..<classes).count {
        columns[$0][row] > own[row] || (columns[$0][row] == own[row] && $0 > Int(labels[row]))
      }
      return above < 2 ? 1 : 0
    }
  }

  func scores(_ counts: [Double]) -> [Double] {
    let areas = columns.indices.map { label in
      areaUnderCurve(order: orders[label], scores: columns[label], labels: isClass[label]) { counts[$0] }
    }
    let total = counts.reduce(0, +)
    func mean(_ values: [Double]) -> Double { zip(values, counts).reduce(0) { $0 + $1.0 * $1.1 } / total }
    return [areas.reduce(0, +) / Double(areas.count), mean(losses), mean(isRight), mean(isAmongTwo)]
  }
}

private struct NumberRows: Sendable {
  let labels: [Double]
  let predictions: [Double]
  let labelOrder: [Int]
  let predictionOrder: [Int]

  init(_ labels: [Double], _ predictions: [Double]) {
    self.labels = labels
    self.predictions = predictions
    labelOrder = labels.indices.sorted { labels[$0] < labels[$1] }
    predictionOrder = predictions.indices.sorted { predictions[$0] < predictions[$1] }
  }

  func scores(_ counts: [Double]) -> [Double] {
    var (total, square, absolute, sum) = (0.0, 0.0, 0.0, 0.0)
    for row in labels.indices where counts[row] > 0 {
      let miss = predictions[row] - labels[row]
      total += counts[row]
      square += counts[row] * miss * miss
      absolute += counts[row] * abs(miss)
      sum += counts[row] * labels[row]
    }
    let centre = sum / total
    let spread = labels.indices.reduce(0) { $0 + counts[$1] * (labels[$1] - centre) * (labels[$1] - centre) }
    return [
      correlation(predictions, labels, counts),
      correlation(
        ranks(predictions, predictionOrder, counts), ranks(labels, labelOrder, counts), counts),
      spread > 0 ? 1 - square / spread : .nan, (square / total).squareRoot(), absolute / total,
    ]
  }

  /// Mean ranks of rows that occur as often as they were drawn.
  private func ranks(_ values: [Double], _ order: [Int], _ counts: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: values.count)
    var (place, before) = (0, 0.0)
    while place < order.count {
      var end = place
      var group = 0.0
      // As above.
      while end < order.count, end == place || values[order[end]] == values[order[place]] {
        group += counts[order[end]]
        end += 1
      }
      for index in place..<end { result[order[index]] = before + (group + 1) / 2 }
      before += group
      place = end
    }
    return result
  }

  private func correlation(_ x: [Double], _ y: [Double], _ counts: [Double]) -> Double {
    var (total, sumX, sumY) = (0.0, 0.0, 0.0)
    for row in x.indices {
      total += counts[row]
      sumX += counts[row] * x[row]
      sumY += counts[row] * y[row]
    }
    let (meanX, meanY) = (sumX / total, sumY / total)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for row in x.indices {
      let (a, b) = (x[row] - meanX, y[row] - meanY)
      xx += counts[row] * a * a
      yy += counts[row] * b * b
      xy += counts[row] * a * b
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : .nan
  }
}
