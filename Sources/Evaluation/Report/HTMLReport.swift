import Foundation

/// A report as one file of HTML: text, tables and charts that need nothing else, neither the net nor scripts.
///
/// It follows the reader's light or dark scheme, fits a phone, and is also well-formed XML. All text is escaped.
public struct HTMLReport: Sendable, Hashable {
  /// A chart.
  public enum Chart: Sendable, Hashable {
    /// Lines.
    case line(LineChart)
    /// Bars.
    case bar(BarChart)
    /// Points.
    case scatter(ScatterChart)
    /// Rows of points.
    case beeswarm(BeeswarmChart)
    /// Shades.
    case heatmap(Heatmap)
  }

  /// A chart with what stands around it.
  public struct Figure: Sendable, Hashable {
    /// What it shows.
    public var title: String
    /// The chart.
    public var chart: Chart
    /// What to make of it.
    public var note: String

    /// Makes a figure.
    public init(_ title: String, _ chart: Chart, note: String = "") {
      self.title = title
      self.chart = chart
      self.note = note
    }
  }

  /// A table of texts.
  public struct Table: Sendable, Hashable {
    /// What it shows; empty for no caption.
    public var title: String
    /// Names of the columns.
    public var heading: [String]
    /// The rows; the first column stands to the left, the others to the right as numbers do.
    public var rows: [[String]]

    /// Makes a table.
    public init(_ title: String = "", heading: [String], rows: [[String]]) {
      self.title = title
      self.heading = heading
      self.rows = rows
    }
  }

  /// A piece of a section.
  public enum Block: Sendable, Hashable {
    /// A paragraph.
    case text(String)
    /// A paragraph that must not be overlooked.
    case warning(String)
    /// A text as it stands, such as JSON.
    case code(String)
    /// A table, which scrolls in its own box where it is too wide.
    case table(Table)
    /// Figures side by side where there is room.
    case figures([Figure])
    /// Blocks under a heading of their own.
    case part(String, [Block])
    /// Blocks that are closed until one opens them.
    case folded(String, [Block])
  }

  /// A part of the report that the index names.
  public struct Section: Sendable, Hashable {
    /// Its heading.
    public var title: String
    /// What it holds.
    public var blocks: [Block]

    /// Makes a section.
    public init(_ title: String, _ blocks: [Block]) {
      self.title = title
      self.blocks = blocks
    }
  }

  /// The title.
  public var title: String
  /// A line under the title.
  public var subtitle: String
  /// The sections; an index of them is made where there is more than one.
  public var sections: [Section]

  /// Makes a report.
  public init(_ title: String, subtitle: String = "", sections: [Section] = []) {
    self.title = title
    self.subtitle = subtitle
    self.sections = sections
  }

  /// The file.
  ///
  /// - Complexity: O(size of the file).
  public func html() -> String {
    var writer = ReportWriter()
    writer.write(self)
    return writer.text
  }

  /// Writes the file, replacing one of that name in a single step.
  ///
  /// - Throws: What the file system says.
  public func write(to path: String) throws {
    try Data(html().utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
