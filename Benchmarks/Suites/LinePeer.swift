#if Programs
import ArgumentParser
import Foundation

/// A program that answers line by line; it is ended with this value.
final class LinePeer {
  /// Its first line.
  let greeting: String
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var buffer = Data()

  init(_ program: String, _ arguments: [String]) throws {
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    greeting = try Self.line(&buffer, output.fileHandleForReading)
  }

  deinit { process.terminate() }

  func ask(_ question: String) throws -> String {
    input.fileHandleForWriting.write(Data((question + "\n").utf8))
    return try Self.line(&buffer, output.fileHandleForReading)
  }

  private static func line(_ buffer: inout Data, _ file: FileHandle) throws -> String {
    while true {
      if let end = buffer.firstIndex(of: 10) {
        let line = String(decoding: buffer[buffer.startIndex..<end], as: UTF8.self)
        buffer = Data(buffer[buffer.index(after: end)...])
        return line
      }
      let more = file.availableData
      guard !more.isEmpty else { throw ValidationError("the peer has ended") }
      buffer.append(more)
    }
  }
}
#endif
