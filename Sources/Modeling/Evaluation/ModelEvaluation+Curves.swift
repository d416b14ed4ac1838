import Compute
import Evaluation
import Features

// The pictures of scores: what the predictions say against what came.
extension ModelEvaluation {
  /// Names of the target's classes, lowest first.
  var classNames: [String] {
    switch target.classCount {
    case nil: []
    case 2: ["not up", "up"]
    case 3: ["down", "equal", "up"]
    case let classes?:
      classes == 5
        ? ["strong down", "down", "stable", "up", "strong up"] : (0..<classes).map { "class \($0)" }
    }
  }

  var curves: [HTMLReport.Figure] { target.classCount == nil ? returnCurves : classCurves }

  private var classCurves: [HTMLReport.Figure] {
    let names = classNames
    let rows = predictions.labels.count
    // Of two classes one is enough: the other's curves are its mirror.
    let shown = names.count == 2 ? [1] : Array(names.indices)
    var curves: [(roc: LineChart.Series, precision: LineChart.Series, reliability: LineChart.Series, error: Double)] =
      []
    for label in shown {
      let own = predictions.labels.map { Int($0) == label ? 1.0 : 0 }
      let scores = names.count == 2 ? predictions.values : Array(predictions.values[label * rows..<(label + 1) * rows])
      // A class that does not occur has no curve, nor have predictions that are not finite: the try? below leave both out.
      guard own.contains(1), own.contains(0), let roc = try? ROCCurve(labels: own, scores: scores),
        let precision = try? PrecisionRecallCurve(labels: own, scores: scores),
        let reliability = try? ReliabilityDiagram(labels: own, probabilities: scores, binning: .quantile)
      else { continue }
      curves.append(
        (
          .init(names[label], x: roc.falsePositiveRates, y: roc.truePositiveRates),
          .init(names[label], x: precision.recalls, y: precision.precisions),
          .init(
            names[label], x: reliability.bins.map(\.predicted), y: reliability.bins.map(\.observed), style: .points),
          reliability.expectedError
        ))
    }
    let diagonal = LineChart.Series("chance", x: [0, 1], y: [0, 1], style: .reference)
    var roc = LineChart(
      [diagonal] + curves.map(\.roc), xTitle: "false positive rate", yTitle: "true positive rate")
    roc.yIncludes = [0, 1]
    var precision = LineChart(curves.map(\.precision), xTitle: "recall", yTitle: "precision")
    precision.yIncludes = [0]
    let places = curves.flatMap { $0.reliability.x + $0.reliability.y }
    let ends = [places.min() ?? 0, places.max() ?? 1]
    let reliability = LineChart(
      [.init("ideal", x: ends, y: ends, style: .reference)] + curves.map(\.reliability),
      xTitle: "mean predicted probability", yTitle: "share that came true")
    var figures = [
      HTMLReport.Figure("ROC", .line(roc), note: "The dashed diagonal is chance."),
      HTMLReport.Figure("Precision and recall", .line(precision)),
      HTMLReport.Figure(
        "Reliability", .line(reliability),
        note:
          "Ten bins of equal rows; on the dashed line events come as often as predicted. Expected calibration error: "
          + zip(shown, curves).map { label, curve in
            reportNumber(curve.error) + (shown.count > 1 ? " (\(names[label]))" : "")
          }.joined(separator: ", ") + "."),
    ]
    if let confusion {
      figures.append(
        HTMLReport.Figure(
          "Confusion", .heatmap(Heatmap(confusion, names: names)), note: "Shares are of the true class."))
    }
    return figures
  }

  private var returnCurves: [HTMLReport.Figure] {
    let (labels, values) = (predictions.labels, predictions.values)
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    let parts = min(10, order.count)
    let bins = (0..<parts).map { part in order[part * order.count / parts..<(part + 1) * order.count / parts] }
    func mean(_ rows: ArraySlice<Int>, _ column: [Double]) -> Double {
      rows.reduce(0) { $0 + column[$1] } / Double(max(1, rows.count))
    }
    let predicted = bins.map { mean($0, values) * 1e4 }
    let came = bins.map { mean($0, labels) * 1e4 }
    let ends = [predicted.min() ?? 0, predicted.max() ?? 1]
    var random = RandomStream(seed: options.seed)
    let sample = random.sample(800, of: order.count).sorted()
    return [
      HTMLReport.Figure(
        "Returns that came by tenth of the prediction",
        .line(
          LineChart(
            [
              .init("ideal", x: ends, y: ends, style: .reference),
              .init("mean return", x: predicted, y: came, style: .points),
            ],
            xTitle: "mean predicted return, bp", yTitle: "mean return, bp")),
        note: "On the dashed line predictions have the right size."),
      HTMLReport.Figure(
        "Predicted and true returns",
        .scatter(
          ScatterChart(
            x: sample.map { values[$0] * 1e4 }, y: sample.map { labels[$0] * 1e4 }, xTitle: "predicted return, bp",
            yTitle: "return, bp")), note: "\(sample.count) of \(labels.count) rows."),
    ]
  }
}
