/// Lines over a common axis: curves, series in time, reliability diagrams.
public struct LineChart: Sendable, Hashable {
  /// How a line is drawn.
  public enum Style: String, Sendable, Hashable {
    /// A line.
    case line
    /// A line that marks its points.
    case points
    /// A thin dashed line beside the others, without a name in the legend: a diagonal, a limit.
    case reference
    /// A thin pale line, without a name in the legend: one of many rows.
    case faint
  }

  /// One line.
  public struct Series: Sendable, Hashable {
    /// Its name in the legend.
    public var name: String
    /// Places along the axis.
    public var x: [Double]
    /// Heights; where one is not finite the line is broken.
    public var y: [Double]
    /// How it is drawn.
    public var style: Style

    /// Makes a line; what one of `x` and `y` has more than the other is left out.
    public init(_ name: String, x: [Double], y: [Double], style: Style = .line) {
      self.name = name
      self.x = x
      self.y = y
      self.style = style
    }
  }

  /// The lines, the first drawn at the bottom.
  public var series: [Series]
  /// What the horizontal axis is.
  public var xTitle: String
  /// What the vertical axis is.
  public var yTitle: String
  /// Whether `x` are times.
  public var xKind = AxisScale.Kind.number
  /// Values that the axes hold whatever the lines.
  public var xIncludes: [Double] = []
  /// Values that the vertical axis holds whatever the lines.
  public var yIncludes: [Double] = []

  /// Makes a chart.
  public init(_ series: [Series], xTitle: String, yTitle: String) {
    self.series = series
    self.xTitle = xTitle
    self.yTitle = yTitle
  }

  func svg(id: String, title: String) -> String {
    let x = AxisScale(
      series.flatMap(\.x) + xIncludes, kind: xKind, count: xKind == .time ? 4 : 5, isTight: true)
    let y = AxisScale(series.flatMap(\.y) + yIncludes)
    let named = series.filter { $0.style != .reference && $0.style != .faint }
    let frame = PlotFrame(
      x: x, y: y, xTitle: xTitle, yTitle: yTitle, legend: named.count > 1 ? named.map(\.name) : [])
    var content = frame.markup()
    var number = 0
    for line in series {
      let points = thinned(line).map { (x: frame.horizontal($0.x), y: frame.vertical($0.y)) }
      let kind =
        switch line.style {
        case .reference: "ref"
        case .faint: "faint"
        case .line, .points: "s\(number % 6)"
        }
      content += "<path class=\"line \(kind)\" d=\"\(path(points))\"/>"
      if line.style == .points { content += dots(points.filter { $0.y.isFinite }, kind: "\(kind) mark") }
      if line.style == .line || line.style == .points { number += 1 }
    }
    return Evaluation.svg(
      id: id, title: title, description: "\(yTitle) over \(xTitle): " + named.map(summary).joined(separator: "; "),
      height: frame.height, content)
  }

  private func path(_ points: [(x: Double, y: Double)]) -> String {
    var isOpen = false
    return points.map { point in
      guard point.y.isFinite, point.x.isFinite else {
        isOpen = false
        return ""
      }
      defer { isOpen = true }
      return "\(isOpen ? "L" : "M")\(place(point.x)) \(place(point.y))"
    }.joined()
  }

  private func summary(_ line: Series) -> String {
    let known = line.y.filter(\.isFinite)
    guard let low = known.min(), let high = known.max(), let last = known.last else {
      return "\(line.name) without values"
    }
    return "\(line.name) from \(reportNumber(low)) to \(reportNumber(high)), at its end \(reportNumber(last))"
  }

  /// At most 800 points, lowest and highest of each stretch: as many as there are places to see.
  private func thinned(_ line: Series) -> [(x: Double, y: Double)] {
    let count = min(line.x.count, line.y.count)
    guard count > 800 else { return (0..<count).map { (line.x[$0], line.y[$0]) } }
    var kept = [0]
    for part in 0..<400 {
      let rows = (1 + part * (count - 2) / 400)..<(1 + (part + 1) * (count - 2) / 400)
      let low = rows.min { line.y[$0] < line.y[$1] }
      let high = rows.max { line.y[$0] < line.y[$1] }
      kept += [low, high].compactMap { $0 }.sorted()
    }
    return (kept + [count - 1]).map { (line.x[$0], line.y[$0]) }
  }
}
