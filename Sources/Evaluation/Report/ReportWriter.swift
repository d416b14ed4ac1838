/// Writes a report as HTML, with a number for each figure and part so that identifiers are unique.
struct ReportWriter {
  private(set) var text = ""
  private var figures = 0

  mutating func write(_ report: HTMLReport) {
    text +=
      "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n"
    text += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
    text += "<title>\(escapedMarkup(report.title))</title>\n<style>\n\(reportStyle)</style>\n</head>\n<body>\n"
    text += "<header>\n<h1>\(escapedMarkup(report.title))</h1>\n"
    if !report.subtitle.isEmpty { text += "<p class=\"mute\">\(escapedMarkup(report.subtitle))</p>\n" }
    text += "</header>\n"
    if report.sections.count > 1 {
      text += "<nav aria-label=\"Sections\"><ul>\n"
      for (index, section) in report.sections.enumerated() {
        text += "<li><a href=\"#s\(index + 1)\">\(escapedMarkup(section.title))</a></li>\n"
      }
      text += "</ul></nav>\n"
    }
    text += "<main>\n"
    for (index, section) in report.sections.enumerated() {
      text += "<section id=\"s\(index + 1)\">\n<h2>\(escapedMarkup(section.title))</h2>\n"
      write(section.blocks, level: 3)
      text += "</section>\n"
    }
    text += "</main>\n</body>\n</html>\n"
  }

  private mutating func write(_ blocks: [HTMLReport.Block], level: Int) {
    for block in blocks {
      switch block {
      case .text(let words): text += "<p>\(escapedMarkup(words))</p>\n"
      case .warning(let words): text += "<p class=\"warning\" role=\"note\">\(escapedMarkup(words))</p>\n"
      case .code(let words): text += "<pre tabindex=\"0\">\(escapedMarkup(words))</pre>\n"
      case .table(let table): write(table)
      case .figures(let all):
        text += "<div class=\"figures\">\n"
        for figure in all { write(figure) }
        text += "</div>\n"
      case .part(let title, let inner):
        text += "<h\(level)>\(escapedMarkup(title))</h\(level)>\n"
        write(inner, level: min(level + 1, 6))
      case .folded(let title, let inner):
        text += "<details><summary>\(escapedMarkup(title))</summary>\n"
        write(inner, level: min(level + 1, 6))
        text += "</details>\n"
      }
    }
  }

  private mutating func write(_ table: HTMLReport.Table) {
    // A box that scrolls must be reachable by the keyboard.
    text += "<div class=\"scroll\" tabindex=\"0\"><table>\n"
    if !table.title.isEmpty { text += "<caption>\(escapedMarkup(table.title))</caption>\n" }
    text +=
      "<thead><tr>" + table.heading.map { "<th scope=\"col\">\(escapedMarkup($0))</th>" }.joined() + "</tr></thead>\n"
    text += "<tbody>\n"
    for row in table.rows {
      let cells = row.enumerated().map { index, cell in
        index == 0 ? "<th scope=\"row\">\(escapedMarkup(cell))</th>" : "<td>\(escapedMarkup(cell))</td>"
      }
      text += "<tr>\(cells.joined())</tr>\n"
    }
    text += "</tbody></table></div>\n"
  }

  private mutating func write(_ figure: HTMLReport.Figure) {
    figures += 1
    let id = "f\(figures)"
    text += "<figure><p class=\"name\">\(escapedMarkup(figure.title))</p>\n"
    text += figure.chart.svg(id: id, title: figure.title)
    if !figure.note.isEmpty { text += "\n<figcaption>\(escapedMarkup(figure.note))</figcaption>" }
    text += "</figure>\n"
  }
}
