import Foundation

extension HTMLReport.Figure {
  /// The chart as an SVG file of its own, which follows the reader's light or dark scheme.
  public var svg: String {
    let chart = chart.svg(id: "figure", title: title)
    guard let end = chart.firstIndex(of: ">") else { return chart }
    return chart[..<end]
      + "><style>\(reportStyle)svg { font-family: system-ui, sans-serif; }</style><rect width=\"100%\" height=\"100%\" fill=\"var(--back)\"/>"
      + chart[chart.index(after: end)...] + "\n"
  }

  /// Writes the chart as an SVG file, replacing one of that name in a single step.
  ///
  /// - Throws: What the file system says.
  public func writeSVG(to path: String) throws {
    try Data(svg.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}

extension HTMLReport.Chart {
  func svg(id: String, title: String) -> String {
    switch self {
    case .line(let chart): chart.svg(id: id, title: title)
    case .bar(let chart): chart.svg(id: id, title: title)
    case .scatter(let chart): chart.svg(id: id, title: title)
    case .beeswarm(let chart): chart.svg(id: id, title: title)
    case .heatmap(let chart): chart.svg(id: id, title: title)
    }
  }
}
