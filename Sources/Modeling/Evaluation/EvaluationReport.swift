public import Evaluation
import Features
import Foundation
import TickData
import Tuning

extension HTMLReport {
  /// A report of evaluations: a summary, then a section each.
  ///
  /// - Parameter evaluations: At least one.
  public init(_ evaluations: [ModelEvaluation]) {
    let summary = Table(
      heading: [
        "model", "test rows", "score", "value", "95 % interval", "return with costs", "without", "Sharpe", "DSR",
      ],
      rows: evaluations.map { own in
        let main = own.scores[0]
        return [
          own.name, String(own.predictions.rows.count), main.name, reportNumber(main.interval.value),
          intervalText(main.interval), percent(own.backtest.numbers["total_return"]),
          percent(own.backtest.numbers["total_return_without_costs"]),
          reportNumber(own.backtest.numbers["sharpe"] ?? .nan, digits: 3),
          chance(own.backtest.numbers["dsr"]),
        ]
      })
    let confidence = evaluations.first.map { percent($0.options.confidence, digits: 0) } ?? ""
    let heading = summary.heading.map { $0.replacingOccurrences(of: "95 %", with: confidence) }
    self.init(
      evaluations.count == 1 ? "Evaluation of \(evaluations[0].name)" : "Evaluation of \(evaluations.count) models",
      subtitle: "TickBoost \(libraryVersion). Out-of-sample rows only. Times are UTC.",
      sections: [
        Section(
          "Summary",
          [
            .table(Table(heading: heading, rows: summary.rows)),
            .text(
              "Intervals are of the block bootstrap, which keeps what neighbouring rows share. DSR is the probability that the true Sharpe ratio is above "
                + "what the best of as many useless trials would show: near 1 is good, 0.5 is a coin."),
          ])
      ] + evaluations.map(\.section))
  }
}

extension ModelEvaluation {
  /// The evaluation as a section of a report.
  public var section: HTMLReport.Section {
    var blocks = warnings.map { HTMLReport.Block.warning($0) }
    blocks.append(.text(methodText))
    blocks += [
      .part("Scores", scoreBlocks), .part("Curves", [.figures(curves)]), .part("Backtest", backtestBlocks),
      .part("What the model looks at", explanationBlocks), .part("Drift between training and test", driftBlocks),
    ]
    if let tuning {
      blocks.append(.part("Search for the options", [.figures([tuning.historyFigure]), bestTrials(tuning)]))
    }
    blocks += [
      .part("Data", dataBlocks), .folded("Exact configuration", [.code(configuration)]),
    ]
    return HTMLReport.Section(name, blocks)
  }

  private var methodText: String {
    let model = "Target \(target.name); model \(modelVersion)."
    switch options.method {
    case .laterRows:
      return model + " The bundle's own model was asked about rows after the last one of the data it was made from."
    case .walkForward(let split):
      return model
        + " In each of \(folds.count) folds a model was trained anew with the bundle's options on rows whose label was known before the test span"
        + (split.embargo > 0 ? ", less an embargo of \(setting(Double(split.embargo) / 1e9)) s" : "")
        + ", and asked about that span. Curves, backtest and scores of all rows join the folds' tests; the last fold's model is explained below."
    }
  }

  // MARK: - Scores

  private var scoreBlocks: [HTMLReport.Block] {
    let names = scores.map(\.name)
    var rows = folds.enumerated().map { number, fold in
      ["fold \(number + 1)", span(fold), fold.trainRows.map(String.init) ?? "–", String(fold.testRows)]
        + fold.scores.map { "\(reportNumber($0.interval.value)) [\(intervalText($0.interval))]" }
    }
    if folds.count > 1 {
      rows.append(
        ["all", "", "", String(predictions.rows.count)]
          + scores.map { "\(reportNumber($0.interval.value)) [\(intervalText($0.interval))]" })
    }
    let numbers = folds.indices.map { Double($0 + 1) }
    let shown = names.indices.filter { ["auc", "auc_ovr", "ic", "rank_ic", "log_loss", "r2"].contains(names[$0]) }
      .prefix(2)
    let figures = shown.map { index in
      var chart = LineChart(
        [
          .init("upper bound", x: numbers, y: folds.map { $0.scores[index].interval.upper }, style: .reference),
          .init("lower bound", x: numbers, y: folds.map { $0.scores[index].interval.lower }, style: .reference),
          .init(names[index], x: numbers, y: folds.map { $0.scores[index].interval.value }, style: .points),
        ], xTitle: "fold, in the order of time", yTitle: names[index])
      chart.xKind = .count
      return HTMLReport.Figure(
        "\(names[index]) by fold", .line(chart), note: "Dashed: the bounds of the block-bootstrap interval.")
    }
    return [
      .table(HTMLReport.Table(heading: ["fold", "test span", "train rows", "test rows"] + names, rows: rows))
    ] + (folds.count > 1 ? [.figures(Array(figures))] : [])
  }

  private func span(_ fold: Fold) -> String { "\(timeText(fold.firstTime)) to \(timeText(fold.lastTime))" }

  /// The ten best complete trials.
  private func bestTrials(_ tuning: TuningSummary) -> HTMLReport.Block {
    let complete = tuning.trials.filter { $0.state == "complete" && $0.value?.isFinite == true }
      .sorted { ($0.value ?? 0) < ($1.value ?? 0) }
    let best = (tuning.isLargerBetter ? complete.reversed() : complete).prefix(10)
    let names = Set(best.flatMap(\.parameters.keys)).sorted()
    return .folded(
      "The best trials",
      [
        .table(
          HTMLReport.Table(
            heading: ["trial", tuning.metric, "rounds"] + names,
            rows: best.map { trial in
              [String(trial.number), reportNumber(trial.value ?? .nan), trial.bestIteration.map(String.init) ?? "–"]
                + names.map { name in
                  guard let value = trial.parameters[name] else { return "–" }
                  return Double(value).map { reportNumber($0) } ?? value
                }
            }))
      ])
  }

  // MARK: - Data

  private var driftBlocks: [HTMLReport.Block] {
    guard !drift.isEmpty else {
      return [.text("The bundle's training rows are not among these ticks, so there is nothing to compare with.")]
    }
    let moved = drift.count { $0.drift.hasDrifted }
    let shown = drift.prefix(12)
    return [
      .text(
        "\(moved) of \(drift.count) features have drifted between the last fold's training and test rows, by a Wasserstein distance of 0.1 training deviations (with up to 1,000 "
          + "rows a Kolmogorov–Smirnov p-value below 0.05). A population stability index below 0.1 is called stable, above 0.25 a shift."
      ),
      .figures([
        HTMLReport.Figure(
          "The farthest moved features",
          .bar(
            BarChart(shown.map { .init($0.feature, $0.drift.ksStatistic) }, valueTitle: "Kolmogorov–Smirnov distance")))
      ]),
      .folded(
        "All features",
        [
          .table(
            HTMLReport.Table(
              heading: ["feature", "KS", "PSI", "Wasserstein", "in deviations", "drifted"],
              rows: drift.map { own in
                [
                  own.feature, reportNumber(own.drift.ksStatistic), reportNumber(own.drift.stabilityIndex),
                  reportNumber(own.drift.wasserstein), reportNumber(own.drift.normalisedWasserstein),
                  own.drift.hasDrifted ? "yes" : "no",
                ]
              }))
        ]),
    ]
  }

  private var dataBlocks: [HTMLReport.Block] {
    var blocks: [HTMLReport.Block] = [
      .table(
        HTMLReport.Table(
          "Ticks",
          heading: [
            "symbol", "ticks", "trades", "first", "last", "longest gap, s", "gaps > 60 s", "steps back", "no stamp",
          ],
          rows: data.symbols.map { own in
            [
              own.symbol, String(own.ticks), String(own.trades), timeText(own.firstTime), timeText(own.lastTime),
              reportNumber(own.longestGap), String(own.gaps), String(own.stepsBack), String(own.withoutTime),
            ]
          }))
    ]
    if let cleaning = data.cleaning {
      blocks.append(
        .text(
          "Cleaning took \(cleaning.rowsIn) rows and gave \(cleaning.rowsOut)"
            + (cleaning.totals.isEmpty ? "; it found nothing." : ".")))
      if !cleaning.totals.isEmpty {
        blocks.append(
          .table(
            HTMLReport.Table(
              heading: ["rule", "action", "rows", "symbols"],
              rows: cleaning.totals.map {
                [$0.rule.rawValue, $0.action.rawValue, String($0.rows), String($0.symbols)]
              })))
      }
    } else {
      blocks.append(.text("The ticks were taken as they stand, without cleaning."))
    }
    let missing = zip(data.features, data.missingShares).filter { $1 > 0 }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    blocks.append(
      missing.isEmpty
        ? .text("No feature has a missing value.")
        : .folded(
          "Missing values: \(missing.count) of \(data.features.count) features",
          [.table(HTMLReport.Table(heading: ["feature", "missing"], rows: missing.map { [$0, percent($1)] }))]))
    return blocks
  }
}

/// The bounds of an interval.
func intervalText(_ interval: ScoreInterval) -> String {
  "\(reportNumber(interval.lower)), \(reportNumber(interval.upper))"
}

/// A share in per cent; `–` for none.
func percent(_ share: Double?, digits: Int = 2) -> String {
  guard let share, share.isFinite else { return "–" }
  let text = String(format: "%.\(digits)f", share * 100)
  return (text.hasPrefix("-") ? "−" + text.dropFirst() : text) + " %"
}

/// A probability, without a show of exactness at its ends; `–` for none.
func chance(_ probability: Double?) -> String {
  guard let probability, !probability.isNaN else { return "–" }
  return probability < 1e-4 ? "< 0.0001" : probability > 0.9999 ? "> 0.9999" : reportNumber(probability)
}

/// A setting as it was given, without zeros behind it.
func setting(_ value: Double) -> String { String(format: "%g", value) }

/// A stamp as text in UTC; `–` for none.
func timeText(_ nanoseconds: Int64?) -> String {
  guard let nanoseconds else { return "–" }
  let formatter = DateFormatter()
  formatter.locale = Locale(identifier: "en_US_POSIX")
  formatter.timeZone = TimeZone(identifier: "UTC")
  formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
  return formatter.string(from: Date(timeIntervalSince1970: Double(nanoseconds) / 1e9))
}
