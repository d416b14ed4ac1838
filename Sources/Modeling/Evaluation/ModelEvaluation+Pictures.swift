import Evaluation
import Features

// The pictures of the backtest and of the explanation.
extension ModelEvaluation {
  var backtestBlocks: [HTMLReport.Block] {
    let (costs, free) = (backtest.withCosts, backtest.withoutCosts)
    var equity = LineChart(
      [
        .init("with costs", x: costs.times.map(Double.init), y: growth(costs)),
        .init("without costs", x: free.times.map(Double.init), y: growth(free)),
      ], xTitle: "time, UTC", yTitle: "equity over capital")
    equity.xKind = .time
    equity.yIncludes = [1]
    var peak = 1.0
    let drawdown = growth(costs).map { worth in
      peak = max(peak, worth)
      return (worth / peak - 1) * 100
    }
    var fall = LineChart(
      [.init("drawdown", x: costs.times.map(Double.init), y: drawdown)], xTitle: "time, UTC",
      yTitle: "drawdown with costs, %")
    fall.xKind = .time
    fall.yIncludes = [0]
    let rule = options.backtest
    let (numbers, periods) = (backtest.numbers, backtest.withCosts.equity.count)
    func number(_ name: String) -> String { reportNumber(numbers[name] ?? .nan) }
    return [
      .text(
        "Long where the signal (\(target.classCount == nil ? "the predicted return" : "P(up) − P(down)")) is above \(setting(options.threshold)), short below its negative, else flat; positions of "
          + "\(percent(options.positionShare, digits: 0)) of each symbol's capital at the first tested price. Costs: fees \(setting(rule.feeRate * 1e4)) bp, slippage "
          + "\(setting(rule.slippage * 1e4)) bp, latency \(setting(Double(rule.latency) / 1e6)) ms, fills at \(rule.fillPrice.rawValue)."
      ),
      .table(
        HTMLReport.Table(
          heading: ["result", "value"],
          rows: [
            ["return with costs", percent(numbers["total_return"])],
            ["return without costs", percent(numbers["total_return_without_costs"])],
            ["maximum drawdown", percent(numbers["maximum_drawdown"])], ["Sharpe ratio, a year", number("sharpe")],
            ["Sortino ratio, a year", number("sortino")], ["Calmar ratio, a year", number("calmar")],
            ["turnover over capital", number("turnover")],
            ["costs over capital", percent(costs.costs / costs.capital)],
            ["orders filled", String(costs.fills)], ["trips that won", percent(costs.hitRate)],
            ["sample periods", String(periods)],
            ["probability of a Sharpe ratio above 0 (PSR)", chance(numbers["psr"])],
            [
              "the same after \(backtest.trials) trial\(backtest.trials == 1 ? "" : "s") (DSR)", chance(numbers["dsr"]),
            ],
          ] + (costs.ruined > 0 ? [["symbols that lost all", String(costs.ruined)]] : []))),
      .figures([
        HTMLReport.Figure("Equity", .line(equity)), HTMLReport.Figure("Drawdown", .line(fall)),
      ]),
      .text(
        "Yearly ratios scale the \(periods) sample periods to \(reportNumber(backtest.periodsPerYear)) of a year; of a short test they say little."
      ),
    ]
  }

  private func growth(_ course: BacktestVerdict.Course) -> [Double] { course.equity.map { $0 / course.capital } }

  var explanationBlocks: [HTMLReport.Block] {
    guard let own = explanation else { return [.text("The model is not explained; the warning above says why.")] }
    let byGain = own.importances.prefix(15)
    let byFall = own.importances.filter { $0.splits > 0 }.sorted {
      ($1.permutation, $0.feature) < ($0.permutation, $1.feature)
    }.prefix(15)
    let names = own.features
    let top = own.contributions.features.prefix(12)
    var figures = [
      HTMLReport.Figure(
        "Contributions (SHAP)",
        .beeswarm(
          BeeswarmChart(
            top.map { .init(names[$0.column], x: $0.contributions, colours: $0.values) },
            xTitle: "contribution to the \(own.output)")),
        note: "A point a row: to the right the feature raises the answer."),
      HTMLReport.Figure(
        "Gain", .bar(BarChart(byGain.map { .init($0.feature, $0.gain) }, valueTitle: "sum of split gains in training"))),
      HTMLReport.Figure(
        "Permutation importance",
        .bar(
          BarChart(
            byFall.map { .init($0.feature, $0.permutation, spread: $0.permutationDeviation) },
            valueTitle: "fall of \(own.scoreName) when shuffled")),
        note:
          "On \(own.rows) test rows, where \(own.scoreName) is \(reportNumber(own.score)). Features that stand in for each other hide each other's worth; see the clusters."
      ),
      HTMLReport.Figure(
        "Clustered permutation importance",
        .bar(
          BarChart(
            own.clusters.prefix(15).map { cluster in
              .init(
                cluster.features.count == 1
                  ? cluster.features[0] : "\(cluster.features[0].prefix(20)) +\(cluster.features.count - 1)",
                cluster.permutation, spread: cluster.permutationDeviation)
            }, valueTitle: "fall of \(own.scoreName) when shuffled together")),
        note: "Clusters by average linkage of 1 − |rank correlation|, cut at \(setting(options.clusterDistance))."),
    ]
    figures += own.dependence.map { plot in
      HTMLReport.Figure(
        "Contribution of \(names[plot.column])",
        .scatter(
          ScatterChart(
            x: plot.values, y: plot.contributions, colours: plot.colours, xTitle: names[plot.column],
            yTitle: "contribution", colourTitle: plot.colourColumn.map { names[$0] } ?? "")))
    }
    figures += own.partial.map { plot in
      let single = stride(from: 0, to: plot.individual.count, by: max(1, plot.individual.count / 20)).prefix(20)
      // Rows are shown by their change from the mean: else their own levels would hide the mean's course.
      return HTMLReport.Figure(
        "Partial dependence on \(names[plot.column])",
        .line(
          LineChart(
            single.map { row in
              let shift = mean(plot.average) - mean(plot.individual[row])
              return .init("a row", x: plot.grid, y: plot.individual[row].map { $0 + shift }, style: .faint)
            } + [.init("mean prediction", x: plot.grid, y: plot.average)], xTitle: names[plot.column],
            yTitle: target.classCount == nil ? "predicted return" : "probability of \(classNames.last ?? "")")),
        note: "Pale: single rows, moved to the same mean.")
    }
    return [
      .figures(figures),
      .folded(
        "Clusters of features",
        [
          .table(
            HTMLReport.Table(
              heading: ["fall of \(own.scoreName)", "deviation", "features"],
              rows: own.clusters.map {
                [
                  reportNumber($0.permutation), reportNumber($0.permutationDeviation),
                  $0.features.joined(separator: ", "),
                ]
              }))
        ]),
      .folded(
        "All features",
        [
          .table(
            HTMLReport.Table(
              heading: ["feature", "gain", "splits", "permutation", "deviation", "mean |SHAP|"],
              rows: own.importances.map {
                [
                  $0.feature, reportNumber($0.gain), String($0.splits), reportNumber($0.permutation),
                  reportNumber($0.permutationDeviation), reportNumber($0.contribution),
                ]
              }))
        ]),
    ]
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
}
