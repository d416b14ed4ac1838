import Compute

/// Points, coloured from low to high by a third value where there is one.
public struct ScatterChart: Sendable, Hashable {
  /// Places along the horizontal axis.
  public var x: [Double]
  /// Heights.
  public var y: [Double]
  /// The value that colours each point, NaN for none; empty for one colour.
  public var colours: [Double]
  /// What the horizontal axis is.
  public var xTitle: String
  /// What the vertical axis is.
  public var yTitle: String
  /// What the colours are.
  public var colourTitle: String

  /// Makes a chart; points with a coordinate that is not finite are left out.
  public init(
    x: [Double], y: [Double], colours: [Double] = [], xTitle: String, yTitle: String, colourTitle: String = ""
  ) {
    self.x = x
    self.y = y
    self.colours = colours
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.colourTitle = colourTitle
  }

  func svg(id: String, title: String) -> String {
    let shown = zip(x, y).enumerated().filter { $0.element.0.isFinite && $0.element.1.isFinite }.map(\.offset)
    let frame = PlotFrame(
      x: AxisScale(shown.map { x[$0] }), y: AxisScale(shown.map { y[$0] }), xTitle: xTitle, yTitle: yTitle)
    let levels = colourLevels(colours)
    var content = frame.markup()
    for level in [-1] + Array(0..<colourLevelCount) {
      let points = shown.filter { (levels.indices.contains($0) ? levels[$0] : 0) == level }
        .map { (x: frame.horizontal(x[$0]), y: frame.vertical(y[$0])) }
      content += dots(points, kind: level < 0 ? "cm" : "c\(level)")
    }
    let legend = colours.isEmpty ? "" : colourLegend(colourTitle, frame)
    return Evaluation.svg(
      id: id, title: title,
      description: "\(shown.count) points of \(yTitle) over \(xTitle)"
        + (colours.isEmpty ? "" : ", coloured by \(colourTitle)"),
      height: frame.height + (legend.isEmpty ? 0 : 20), content + legend)
  }
}

/// Rows of points, one row a feature: each point's place is its contribution, its colour the feature's value (a beeswarm).
public struct BeeswarmChart: Sendable, Hashable {
  /// One row.
  public struct Row: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Places of its points.
    public var x: [Double]
    /// The value that colours each point; NaN where missing.
    public var colours: [Double]

    /// Makes a row.
    public init(_ name: String, x: [Double], colours: [Double]) {
      self.name = name
      self.x = x
      self.colours = colours
    }
  }

  /// The rows from the top down.
  public var rows: [Row]
  /// What the places are.
  public var xTitle: String
  /// What the colours are.
  public var colourTitle: String

  /// Makes a chart.
  public init(_ rows: [Row], xTitle: String, colourTitle: String = "feature value") {
    self.rows = rows
    self.xTitle = xTitle
    self.colourTitle = colourTitle
  }

  private static let rowHeight = 24.0

  func svg(id: String, title: String) -> String {
    let frame = PlotFrame(
      x: AxisScale(rows.flatMap(\.x) + [0], count: 4), y: nil, xTitle: xTitle,
      plotHeight: Double(max(rows.count, 1)) * Self.rowHeight + 6, labels: min(28, rows.map(\.name.count).max() ?? 0))
    var content = frame.markup()
    var levels = [[(x: Double, y: Double)]](repeating: [], count: colourLevelCount + 1)
    for (index, row) in rows.enumerated() {
      let middle = frame.top + 3 + (Double(index) + 0.5) * Self.rowHeight
      content += frame.label(shortened(row.name, 28), frame.left - 5, middle + 4, "end")
      let colours = colourLevels(row.colours)
      // Points that would cover each other stand in turn above and below the middle.
      var taken: [Int: Int] = [:]
      for (point, value) in row.x.enumerated() where value.isFinite {
        let at = frame.horizontal(value)
        let turn = taken[Int(at / 3), default: 0]
        taken[Int(at / 3)] = turn + 1
        let offset = Double((turn % 11 + 1) / 2) * (turn % 2 == 0 ? 1.9 : -1.9)
        levels[colours.indices.contains(point) ? colours[point] + 1 : 0].append((at, middle + offset))
      }
    }
    content += "<path class=\"axis\" d=\"M\(place(frame.horizontal(0))) \(place(frame.top))V\(place(frame.bottom))\"/>"
    for (level, points) in levels.enumerated() { content += dots(points, kind: level == 0 ? "cm" : "c\(level - 1)") }
    return Evaluation.svg(
      id: id, title: title,
      description:
        "\(xTitle) of \(rows.map(\.name).joined(separator: ", ")), a point a row, coloured by \(colourTitle)",
      height: frame.height + 20, content + colourLegend(colourTitle, frame))
  }
}

/// Steps of colour from low to high.
let colourLevelCount = 8

/// The step of each value by its rank among the others, so that one outlier does not take all colours; −1 for NaN.
private func colourLevels(_ values: [Double]) -> [Int] {
  let sorted = values.filter { !$0.isNaN }.sorted()
  guard let low = sorted.first, let high = sorted.last, low < high else { return values.map { $0.isNaN ? -1 : 3 } }
  return values.map { value in
    value.isNaN ? -1 : min(colourLevelCount - 1, sorted.firstPlace { $0 >= value } * colourLevelCount / sorted.count)
  }
}

private func colourLegend(_ title: String, _ frame: PlotFrame) -> String {
  let line = frame.height + 10
  let name = "\(shortened(title, 34)): low"
  // The texts stand away from the dots, so that the width of their letters does not matter.
  let first = min(PlotFrame.width - 130, max(PlotFrame.width / 2, Double(name.count) * PlotFrame.letter + 14))
  var text = frame.label(name, first - 10, line + 4, "end", kind: "mute")
  for level in 0..<colourLevelCount {
    text += dots([(first + Double(level) * 9, line)], kind: "big c\(level)")
  }
  return text + frame.label("high", first + Double(colourLevelCount) * 9 + 2, line + 4, "start", kind: "mute")
}
