import Features
import Foundation
import Testing

/// The pages of Docs/Indicators list every function of the catalogue, with the look-back that it has by default.
@Suite("Pages of the indicators") struct IndicatorPagesTests {
  /// The page of a family.
  static func page(of group: IndicatorDefinition.Group) -> String {
    switch group {
    case .cycle: "Cycle"
    case .mathOperator, .mathTransform: "Math"
    case .momentum: "Momentum"
    case .overlap: "Overlap"
    case .pattern: "Patterns"
    case .price: "Price"
    case .statistic: "Statistic"
    case .volatility: "Volatility"
    case .volume: "Volume"
    case .microstructure: "Microstructure"
    case .transform: "Transforms"
    }
  }

  static func text(_ page: String) throws -> String {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: package.appendingPathComponent("Docs/Indicators/\(page).md"), encoding: .utf8)
  }

  /// The column "look-back by default" of a page's tables: for each function its look-back, as it is written.
  static func lookbacks(on page: String) throws -> [String: String] {
    var found: [String: String] = [:]
    var column: Int?
    for line in try text(page).split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        column = nil
        continue
      }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      if let place = cells.firstIndex(of: "look-back by default") {
        column = place
      } else if let column, column < cells.count, cells[1].hasPrefix("`") {
        found[cells[1].trimmingCharacters(in: CharacterSet(charactersIn: "`"))] = cells[column]
      }
    }
    return found
  }

  @Test("each function is on its family's page, with its look-back", arguments: IndicatorDefinition.Group.allCases)
  func family(_ group: IndicatorDefinition.Group) throws {
    let written = try Self.lookbacks(on: Self.page(of: group))
    for definition in IndicatorCatalogue.definitions where definition.group == group {
      let lookback = try IndicatorCatalogue.make(definition.name).lookback
      #expect(written[definition.name] == "\(lookback)", "\(definition.name): \(lookback)")
    }
  }

  @Test("the pages name no function that the catalogue lacks")
  func noOthers() throws {
    let names = Set(IndicatorCatalogue.definitions.map(\.name))
    for page in Set(IndicatorDefinition.Group.allCases.map(Self.page(of:))) {
      let others = Set(try Self.lookbacks(on: page).keys).subtracting(names)
      #expect(others.isEmpty, "\(page).md: \(others.sorted())")
    }
  }

  @Test("parameters and rules of missing values are as the definitions say")
  func parameters() throws {
    for definition in IndicatorCatalogue.definitions where definition.group != .pattern {
      let page = try Self.text(Self.page(of: definition.group))
      let row = page.split(separator: "\n").first { $0.hasPrefix("| `\(definition.name)` |") }.map(String.init)
      let line = try #require(row, "\(definition.name) has no row")
      #expect(line.hasSuffix("| `\(definition.missing.rawValue)` |"), "\(definition.name)")
      for parameter in definition.parameters {
        #expect(line.contains("`\(parameter.name)="), "\(definition.name): \(parameter.name)")
      }
    }
  }
}
