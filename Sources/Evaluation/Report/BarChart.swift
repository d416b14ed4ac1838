/// Horizontal bars with a name each, and a whisker where the spread is known.
public struct BarChart: Sendable, Hashable {
  /// One bar.
  public struct Bar: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Its length; below 0 it goes to the left.
    public var value: Double
    /// Half the length of its whisker; nil for none.
    public var spread: Double?

    /// Makes a bar.
    public init(_ name: String, _ value: Double, spread: Double? = nil) {
      self.name = name
      self.value = value
      self.spread = spread
    }
  }

  /// The bars from the top down.
  public var bars: [Bar]
  /// What the lengths are.
  public var valueTitle: String

  /// Makes a chart.
  public init(_ bars: [Bar], valueTitle: String) {
    self.bars = bars
    self.valueTitle = valueTitle
  }

  func svg(id: String, title: String) -> String {
    let ends = bars.flatMap { [$0.value - ($0.spread ?? 0), $0.value + ($0.spread ?? 0)] }
    let frame = PlotFrame(
      x: AxisScale(ends + [0], count: 4), y: nil, xTitle: valueTitle,
      plotHeight: Double(max(bars.count, 1)) * PlotFrame.rowHeight + 6,
      labels: min(28, bars.map(\.name.count).max() ?? 0))
    var content = frame.markup()
    let zero = frame.horizontal(0)
    for (index, bar) in bars.enumerated() {
      let middle = frame.top + 3 + (Double(index) + 0.5) * PlotFrame.rowHeight
      content += frame.label(shortened(bar.name, 28), frame.left - 5, middle + 4, "end")
      guard bar.value.isFinite else { continue }
      let end = frame.horizontal(bar.value)
      content +=
        "<rect class=\"bar\" x=\"\(place(min(zero, end)))\" y=\"\(place(middle - 6))\" width=\"\(place(abs(end - zero)))\" height=\"12\">"
        + "<title>\(escapedMarkup(bar.name)): \(reportNumber(bar.value))</title></rect>"
      if let spread = bar.spread, spread.isFinite {
        let (low, high) = (frame.horizontal(bar.value - spread), frame.horizontal(bar.value + spread))
        content += "<path class=\"whisker\" d=\"M\(place(low)) \(place(middle))H\(place(high))\"/>"
      }
    }
    if frame.x.lower < 0 {
      content += "<path class=\"axis\" d=\"M\(place(zero)) \(place(frame.top))V\(place(frame.bottom))\"/>"
    }
    return Evaluation.svg(
      id: id, title: title,
      description: "\(valueTitle): " + bars.map { "\($0.name) \(reportNumber($0.value))" }.joined(separator: ", "),
      height: frame.height, content)
  }
}
