public import Evaluation

extension TuningSummary {
  /// The scores of the trials in the order of their numbers, and the best so far.
  public var historyFigure: HTMLReport.Figure {
    var best: [(x: Double, y: Double)] = []
    for trial in trials where trial.state == "complete" {
      guard let value = trial.value, value.isFinite else { continue }
      let so = best.last.map { isLargerBetter ? max($0.y, value) : min($0.y, value) } ?? value
      // A step at every trial, as the best changes at once.
      if let last = best.last { best.append((Double(trial.number), last.y)) }
      best.append((Double(trial.number), so))
    }
    if let last = best.last, let end = trials.last { best.append((Double(end.number), last.y)) }
    var series = [
      dots("complete", trials.filter { $0.state == "complete" }),
      dots("pruned, at their last round", trials.filter { $0.state == "pruned" }),
      LineChart.Series("best so far", x: best.map(\.x), y: best.map(\.y)),
    ]
    series.removeAll { $0.x.isEmpty }
    return HTMLReport.Figure(
      "Search: \(metric) of \(trials.count) trials",
      .line(
        LineChart(series, xTitle: "trial", yTitle: "\(metric), \(isLargerBetter ? "larger" : "smaller") is better")),
      note: verdict)
  }

  /// What the best trial's success is worth, in a sentence.
  public var verdict: String {
    var parts: [String] = []
    if let deflatedSharpeRatio {
      parts.append(
        "the chance that the best trial's Sharpe ratio before costs beats what the best of \(trials.count) useless trials would show is "
          + "\(reportNumber(deflatedSharpeRatio))")
    }
    if let overfitting {
      parts.append(
        "the trial that is best in one half of time is below the median in the other with a chance of \(reportNumber(overfitting.probability))"
      )
    }
    let text = parts.joined(separator: "; ")
    return text.isEmpty ? "" : text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  /// Points without a line between them.
  private func dots(_ name: String, _ entries: [Entry]) -> LineChart.Series {
    let shown = entries.filter { $0.value?.isFinite == true }
    return LineChart.Series(
      name, x: shown.flatMap { [Double($0.number), Double($0.number)] }, y: shown.flatMap { [$0.value ?? .nan, .nan] },
      style: .points)
  }
}
