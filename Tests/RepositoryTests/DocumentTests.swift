import Foundation
import Testing

@Suite("Documents") struct DocumentTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test("the README's Swift example is the program quick-start, which compiles")
  func example() throws {
    let readme = try text("README.md")
    let start = try #require(readme.range(of: "```swift\nimport Features\n"))
    let end = try #require(readme.range(of: "\n```", range: start.upperBound..<readme.endIndex))
    let block = "import Features\n" + readme[start.upperBound..<end.lowerBound] + "\n"
    #expect(block == (try text("Examples/quick-start/main.swift")))
  }

  @Test("links of the documents lead somewhere")
  func links() throws {
    var documents = ["README.md", "CHANGELOG.md"]
    for file in try FileManager.default.subpathsOfDirectory(atPath: Self.root.appendingPathComponent("Docs").path)
    where file.hasSuffix(".md") { documents.append("Docs/\(file)") }
    var checked = 0
    for document in documents {
      let folder = Self.root.appendingPathComponent(document).deletingLastPathComponent()
      for part in try text(document).components(separatedBy: "](").dropFirst() {
        let target = part.prefix { $0 != ")" && $0 != "#" }
        guard !target.isEmpty, !target.hasPrefix("http") else { continue }
        checked += 1
        let path = folder.appendingPathComponent(String(target)).path
        #expect(FileManager.default.fileExists(atPath: path), "\(document) links to \(target)")
      }
    }
    #expect(checked > 10)
  }

  @Test("every module has a room in the picture of the architecture")
  func architecture() throws {
    let picture = try text("Docs/Architecture.md")
    let sources = Self.root.appendingPathComponent("Sources").path
    for module in try FileManager.default.contentsOfDirectory(atPath: sources) {
      #expect(picture.contains("\(module)/"), "\(module)")
    }
  }
}
