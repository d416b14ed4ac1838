/// The box of a chart: where the plot stands, its axes and its legend.
///
/// Units are those of the `viewBox`; a chart of 400 units is about as wide as a phone, so 12 units of text stay readable there.
struct PlotFrame {
  static let width = 400.0
  static let letter = 7.0
  static let rowHeight = 17.0

  let left: Double
  let right = PlotFrame.width - 12
  let top: Double
  let bottom: Double
  let height: Double
  let x: AxisScale
  let y: AxisScale?
  private let xTitle: String
  private let yTitle: String
  private let legend: [(row: Int, x: Double, index: Int, name: String)]

  /// - Parameter labels: Widest label of rows at the left, in place of the ticks of a y axis.
  init(
    x: AxisScale, y: AxisScale?, xTitle: String, yTitle: String = "", legend names: [String] = [],
    plotHeight: Double = 200, labels: Int = 0
  ) {
    let widest = y.map { $0.labels.map(\.count).max() ?? 0 } ?? labels
    left = min(Double(widest) * Self.letter + 10, Self.width * 0.45)
    var (row, place) = (0, 4.0)
    var entries: [(row: Int, x: Double, index: Int, name: String)] = []
    for (index, name) in names.enumerated() {
      let short = shortened(name, 48)
      let width = 24 + Double(short.count) * Self.letter + 10
      if place + width > Self.width, place > 4 { (row, place) = (row + 1, 4) }
      entries.append((row, place, index, short))
      place += width
    }
    legend = entries
    let rows = entries.isEmpty ? 0 : row + 1
    top = 8 + Double(rows) * Self.rowHeight + (yTitle.isEmpty ? 0 : 22)
    bottom = top + plotHeight
    height = bottom + 20 + (xTitle.isEmpty ? 0 : Self.rowHeight)
    self.x = x
    self.y = y
    self.xTitle = xTitle
    self.yTitle = yTitle
  }

  func horizontal(_ value: Double) -> Double { x.position(value, from: left, to: right) }

  func vertical(_ value: Double) -> Double { y?.position(value, from: bottom, to: top) ?? bottom }

  /// Axes, grid, titles and legend.
  func markup() -> String {
    var text = ""
    for entry in legend {
      let line = 14 + Double(entry.row) * Self.rowHeight
      text += "<path class=\"line s\(entry.index % 6)\" d=\"M\(place(entry.x)) \(place(line - 4))h18\"/>"
      text += label(entry.name, entry.x + 23, line, "start")
    }
    if !yTitle.isEmpty { text += label(shortened(yTitle, 60), 4, top - 13, "start", kind: "mute") }
    if let y {
      for (tick, name) in zip(y.ticks, y.labels) {
        let at = vertical(tick)
        text += "<path class=\"grid\" d=\"M\(place(left)) \(place(at))H\(place(right))\"/>"
        text += label(name, left - 5, at + 4, "end")
      }
    }
    text += horizontalTicks()
    text += "<path class=\"axis\" d=\"M\(place(left)) \(place(top))V\(place(bottom))H\(place(right))\"/>"
    if !xTitle.isEmpty {
      let title = shortened(xTitle, 52)
      let half = Double(title.count) * Self.letter / 2
      let middle = min(max((left + right) / 2, half), max(half, Self.width - half))
      text += label(title, middle, height - 4, "middle", kind: "mute")
    }
    return text
  }

  /// Ticks of the x axis; labels that would touch the one before are left out.
  private func horizontalTicks() -> String {
    var text = ""
    var free = -Double.infinity
    for (tick, name) in zip(x.ticks, x.labels) {
      let at = horizontal(tick)
      text += "<path class=\"grid\" d=\"M\(place(at)) \(place(top))V\(place(bottom))\"/>"
      let half = Double(name.count) * Self.letter / 2
      // A label at an end moves inwards, so that nothing is cut off.
      let middle = min(max(at, half + 1), Self.width - half - 3)
      guard middle - half > free else { continue }
      free = middle + half + 6
      text += label(name, middle, bottom + 15, "middle")
    }
    return text
  }

  func label(_ text: String, _ x: Double, _ y: Double, _ anchor: String, kind: String = "") -> String {
    "<text x=\"\(place(x))\" y=\"\(place(y))\" text-anchor=\"\(anchor)\"\(kind.isEmpty ? "" : " class=\"\(kind)\"")>"
      + "\(escapedMarkup(text))</text>"
  }
}

/// An SVG image with its name and description for those who cannot see it.
func svg(id: String, title: String, description: String, height: Double, _ content: String) -> String {
  "<svg role=\"img\" aria-labelledby=\"\(id)-t \(id)-d\" viewBox=\"0 0 \(place(PlotFrame.width)) \(place(height))\" "
    + "xmlns=\"http://www.w3.org/2000/svg\"><title id=\"\(id)-t\">\(escapedMarkup(title))</title><desc id=\"\(id)-d\">"
    + "\(escapedMarkup(description))</desc>\(content)</svg>"
}

/// Dots as one path of points, which takes a tenth of the text that circles take.
func dots(_ points: [(x: Double, y: Double)], kind: String) -> String {
  guard !points.isEmpty else { return "" }
  return "<path class=\"dots \(kind)\" d=\"\(points.map { "M\(place($0.x)) \(place($0.y))h0" }.joined())\"/>"
}
