import Foundation

extension HTMLReport.Figure {
  /// The chart as an SVG file of its own, in light colours, or dark ones where the reader's scheme is known and dark.
  public var svg: String {
    let chart = chart.svg(id: "figure", title: title)
    guard let end = chart.firstIndex(of: ">") else { return chart }
    let size = chart[..<end].components(separatedBy: "viewBox=\"0 0 ").last?.components(separatedBy: "\"").first ?? ""
    let sides = size.split(separator: " ")
    let shape = sides.count == 2 ? " width=\"\(sides[0])\" height=\"\(sides[1])\"" : ""
    return chart[..<end]
      + "\(shape)><style>\(pictureStyle(.light))@media (prefers-color-scheme: dark) {\n\(pictureStyle(.dark))}\n</style>"
      + "<rect class=\"back\" width=\"100%\" height=\"100%\"/>" + chart[chart.index(after: end)...] + "\n"
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
