import Evaluation
import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Reads a report with a strict parser and notes what tests ask about.
private final class Reading: NSObject, XMLParserDelegate {
  private(set) var elements: [String: Int] = [:]
  private(set) var ids: [String] = []
  private(set) var references: [String] = []
  private(set) var words = ""
  private(set) var isWellFormed = false

  init(_ html: String) {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    // The parser lets a missing end tag pass, so tags are also counted.
    isWellFormed = parser.parse() && parser.parserError == nil && Self.isBalanced(html)
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements[name, default: 0] += 1
    if let id = attributes["id"] { ids.append(id) }
    for key in ["href", "src", "xlink:href", "data", "action"] {
      if let value = attributes[key] { references.append(value) }
    }
    if let named = attributes["aria-labelledby"] { references += named.split(separator: " ").map { "#\($0)" } }
  }

  /// Whether every start tag has its end tag, in order.
  private static func isBalanced(_ html: String) -> Bool {
    var open: [Substring] = []
    for part in html.split(separator: "<").dropFirst(html.hasPrefix("<") ? 0 : 1) {
      guard let end = part.firstIndex(of: ">") else { return false }
      let tag = part[..<end]
      if tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
      } else {
        open.append(tag.prefix { !$0.isWhitespace })
      }
    }
    return open.isEmpty
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) { words += text }
}

@Suite("Reports") struct ReportTests {
  private let hostile = "<script>alert('&\"')</script>\u{1}"

  /// One of everything, with hostile text wherever text goes.
  private func report() -> HTMLReport {
    let x = (0..<2000).map(Double.init)
    var line = LineChart(
      [
        .init(hostile, x: x, y: x.map { $0 == 50 ? .nan : ($0 / 100).truncatingRemainder(dividingBy: 3) }),
        .init("two", x: [0, 1], y: [0, 1], style: .points), .init("ideal", x: [0, 1], y: [0, 1], style: .reference),
      ], xTitle: hostile, yTitle: hostile)
    line.xIncludes = [-5]
    let bars = BarChart([.init(hostile, -1.5, spread: 0.2), .init("nan", .nan)], valueTitle: hostile)
    let scatter = ScatterChart(
      x: [1, 2, .nan], y: [1, .infinity, 2], colours: [.nan, 1, 2], xTitle: hostile, yTitle: "y", colourTitle: hostile)
    let swarm = BeeswarmChart(
      [.init(hostile, x: [0.5, 0.5, .nan], colours: [1, 2, .nan])], xTitle: hostile, colourTitle: hostile)
    let heat = Heatmap(
      [[3, 1], [0, 0]], rowNames: [hostile, "b"], columnNames: ["a", hostile], rowTitle: "t", columnTitle: "p")
    return HTMLReport(
      hostile, subtitle: hostile,
      sections: [
        .init(hostile, [.text(hostile), .warning(hostile), .code(hostile)]),
        .init(
          "charts",
          [
            .part(
              hostile,
              [
                .figures([
                  .init(hostile, .line(line), note: hostile), .init("b", .bar(bars)), .init("s", .scatter(scatter)),
                  .init("w", .beeswarm(swarm)), .init("h", .heatmap(heat)),
                  .init("empty", .line(LineChart([], xTitle: "", yTitle: ""))),
                  .init("none", .bar(BarChart([], valueTitle: ""))),
                ])
              ]), .folded(hostile, [.table(.init(hostile, heading: [hostile], rows: [[hostile], ["1"]]))]),
          ]),
      ])
  }

  @Test("a report is well-formed, with one identifier each, and references to itself alone")
  func wellFormed() {
    let html = report().html()
    let reading = Reading(html)
    #expect(reading.isWellFormed)
    #expect(Set(reading.ids).count == reading.ids.count)
    #expect(reading.elements["svg"] == 7 && reading.elements["title"] == 1 + 7 + 1 && reading.elements["desc"] == 7)
    #expect(reading.references.count == 2 + 14)
    #expect(reading.references.allSatisfy { $0.hasPrefix("#") && reading.ids.contains(String($0.dropFirst())) })
    #expect(!html.contains("url(") && !html.contains("@import") && !html.contains("NaN") && !html.contains("nan\""))
    // Namespaces are names, not addresses that are fetched.
    let addresses = html.components(separatedBy: "http").dropFirst().map { $0.prefix(20) }
    #expect(addresses.allSatisfy { $0.hasPrefix("://www.w3.org/") })
  }

  @Test("the parser that tests rely on refuses what is not well-formed")
  func parserIsStrict() {
    #expect(!Reading(report().html().replacingOccurrences(of: "</figure>", with: "")).isWellFormed)
    #expect(!Reading("<p>a & b</p>").isWellFormed)
  }

  @Test("text is never taken for markup")
  func escaped() {
    let html = report().html()
    #expect(!html.contains("<script") && Reading(html).elements["script"] == nil)
    #expect(Reading(html).words.contains("<script>alert('&\"')</script>"))
    #expect(escapedMarkup("a<b>&\"'\u{0}\u{FFFE}é\n") == "a&lt;b&gt;&amp;&quot;&#39;é\n")
  }

  @Test("it follows light and dark, and fits a phone")
  func style() {
    let html = report().html()
    #expect(html.contains("prefers-color-scheme: dark") && html.contains("width=device-width, initial-scale=1"))
    #expect(html.contains("class=\"scroll\" tabindex=\"0\""))
    #expect(!html.contains("<svg width"))
  }

  @Test("ticks of numbers are round, within the axis, and hold the values")
  func numbers() {
    let axis = AxisScale([0.03, 0.97])
    #expect(axis.labels == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(axis.lower == 0 && axis.upper == 1)
    let tight = AxisScale([-12.0, 31], isTight: true)
    #expect(tight.labels == ["−10", "0", "10", "20", "30"] && tight.lower == -12 && tight.upper == 31)
    #expect(AxisScale([1, 4], kind: .count, isTight: true).labels == ["1", "2", "3", "4"])
    #expect(AxisScale([-2e-6, 9e-6]).labels.contains("−2e-6"))
    #expect(AxisScale([2e-6, 9e-6]).labels.contains("4e-6"))
    for seed in 0..<200 {
      let low = Double(seed) * 37.3 - 3000
      let axis = AxisScale([low, low + Double(seed + 1) * 0.37])
      let room = 1e-6 * (axis.upper - axis.lower)
      #expect(
        axis.lower <= low + room && axis.upper >= low + Double(seed + 1) * 0.37 - room
          && axis.ticks.count == axis.labels.count)
      #expect(axis.ticks.count >= 3 && axis.ticks.count <= 10 && Set(axis.labels).count == axis.labels.count)
    }
    // Nothing, one value and no finite value still make an axis.
    for values in [[], [5.0], [.nan, .infinity], [0]] as [[Double]] {
      let axis = AxisScale(values)
      #expect(axis.lower < axis.upper && !axis.ticks.isEmpty)
    }
  }

  @Test("ticks of times stand at round times of UTC")
  func times() {
    let start = 1_700_000_000e9
    let axis = AxisScale([start, start + 4 * 3600e9], kind: .time)
    // From 22:13:20 on for four hours.
    #expect(axis.labels == ["23:00", "00:00", "01:00", "02:00"])
    #expect(axis.ticks.allSatisfy { $0.truncatingRemainder(dividingBy: 60e9) == 0 })
    let days = AxisScale([start, start + 40 * 86_400e9], kind: .time)
    #expect(days.labels.allSatisfy { $0.hasSuffix("Nov") || $0.hasSuffix("Dec") })
  }

  @Test("numbers are written for people")
  func numberText() {
    #expect(
      reportNumber(0.123456) == "0.1235" && reportNumber(-1234.56) == "−1235" && reportNumber(0) == "0"
        && reportNumber(-710) == "−710")
    #expect(reportNumber(.nan) == "–" && reportNumber(-.infinity) == "−∞" && reportNumber(1.5e-7) == "1.500e-07")
  }

  @Test("a long line keeps its extremes")
  func thinned() {
    let x = (0..<5000).map(Double.init)
    var y = x.map { _ in 0.0 }
    (y[1234], y[4321]) = (7, -3)
    let html = HTMLReport(
      "a",
      sections: [.init("b", [.figures([.init("c", .line(.init([.init("d", x: x, y: y)], xTitle: "x", yTitle: "y")))])])]
    )
    .html()
    #expect(html.contains("from −3 to 7, at its end 0"))
    let path = html.components(separatedBy: "class=\"line s0\" d=\"").dropFirst().first?.prefix { $0 != "\"" } ?? ""
    let heights = path.split(whereSeparator: { "ML".contains($0) }).compactMap { Double($0.split(separator: " ")[1]) }
    #expect(heights.count < 900 && Set(heights).count == 3)
  }
}
