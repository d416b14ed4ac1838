/// A table of shades with the numbers in it, such as a confusion matrix.
public struct Heatmap: Sendable, Hashable {
  /// Names of the rows.
  public var rowNames: [String]
  /// Names of the columns.
  public var columnNames: [String]
  /// Numbers by row and column, at least 0; the shade is the share of the row.
  public var cells: [[Double]]
  /// What the rows are.
  public var rowTitle: String
  /// What the columns are.
  public var columnTitle: String

  /// Makes a table; cells beyond the names are left out.
  public init(
    _ cells: [[Double]], rowNames: [String], columnNames: [String], rowTitle: String, columnTitle: String
  ) {
    self.cells = cells
    self.rowNames = rowNames
    self.columnNames = columnNames
    self.rowTitle = rowTitle
    self.columnTitle = columnTitle
  }

  /// The rows and columns of a confusion matrix: true classes down, predicted ones across.
  public init(_ matrix: ConfusionMatrix, names: [String]) {
    self.init(
      (0..<matrix.classes).map { truth in (0..<matrix.classes).map { matrix[truth, $0] } }, rowNames: names,
      columnNames: names, rowTitle: "true class", columnTitle: "predicted class")
  }

  func svg(id: String, title: String) -> String {
    let left = min(150, Double(rowNames.map(\.count).max() ?? 0) * PlotFrame.letter + 12)
    let top = 54.0
    let width = (PlotFrame.width - left - 8) / Double(max(columnNames.count, 1))
    let height = min(48, max(30, width * 0.7))
    var content = text("\(rowTitle) ↓   \(columnTitle) →", 4, 14, "start", "mute")
    for (column, name) in columnNames.enumerated() {
      let middle = left + (Double(column) + 0.5) * width
      let room = max(2, Int(width / PlotFrame.letter))
      // A name of two words takes two lines where one has no room.
      let words = name.count > room ? name.split(separator: " ", maxSplits: 1).map(String.init) : [name]
      for (line, word) in words.enumerated() {
        content += text(shortened(word, room), middle, top - 8 - Double(words.count - 1 - line) * 13, "middle", "")
      }
    }
    for (row, name) in rowNames.enumerated() where cells.indices.contains(row) {
      let y = top + Double(row) * height
      content += text(shortened(name, 22), left - 6, y + height / 2 + 4, "end", "")
      let sum = cells[row].reduce(0, +)
      for (column, value) in cells[row].prefix(columnNames.count).enumerated() {
        let share = sum > 0 ? value / sum : 0
        let x = left + Double(column) * width
        content +=
          "<rect class=\"cell\" x=\"\(place(x + 1))\" y=\"\(place(y + 1))\" width=\"\(place(width - 2))\" height=\"\(place(height - 2))\" "
          + "fill-opacity=\"\(opacity(share))\"/>"
        let kind = share > 0.5 ? "on" : ""
        let middle = x + width / 2
        content += text(reportNumber(value), middle, y + height / 2 - 1, "middle", kind)
        content += text("\(Int((share * 100).rounded())) %", middle, y + height / 2 + 12, "middle", kind + " small")
      }
    }
    return Evaluation.svg(
      id: id, title: title,
      description: zip(rowNames, cells).map { name, row in
        "\(rowTitle) \(name): " + zip(columnNames, row).map { "\($0) \(reportNumber($1))" }.joined(separator: ", ")
      }.joined(separator: "; "), height: top + Double(rowNames.count) * height + 6, content)
  }

  /// Never quite nothing, so that an empty cell still shows its edges.
  private func opacity(_ share: Double) -> String { "0.\(min(99, 10 + Int(share * 89)))" }

  private func text(_ text: String, _ x: Double, _ y: Double, _ anchor: String, _ kind: String) -> String {
    "<text x=\"\(place(x))\" y=\"\(place(y))\" text-anchor=\"\(anchor)\" class=\"\(kind)\">\(escapedMarkup(text))</text>"
  }
}
