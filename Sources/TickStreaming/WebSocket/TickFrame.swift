import Foundation
public import TickData

/// The ticks of a WebSocket frame in the server's order, with the text of each as it came.
public struct TickFrame: Sendable {
  /// What cannot be read, and why.
  public struct Reject: Sendable {
    /// What is wrong.
    public let error: TickDataError
    /// The text.
    public let json: ArraySlice<UInt8>
  }

  /// The ticks that could be read.
  public private(set) var ticks: [TickMessage] = []
  /// What could not.
  public private(set) var rejects: [Reject] = []
  /// What a server says besides ticks.
  private(set) var notice: TickNotice?

  private let bytes: [UInt8]
  private var ranges: [Range<Int>] = []

  /// The text of tick `index`.
  public func json(_ index: Int) -> ArraySlice<UInt8> { bytes[ranges[index]] }

  /// Reads a frame: one tick, or an array of ticks.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    bytes.withUnsafeBytes { read($0) }
  }

  private mutating func read(_ raw: UnsafeRawBufferPointer) {
    var scanner = JSONScanner(raw)
    if scanner.take(UInt8(ascii: "[")) {
      if !scanner.take(UInt8(ascii: "]")) {
        repeat {
          if !readTick(&scanner) { return }
        } while scanner.take(UInt8(ascii: ","))
        do {
          try scanner.expect(UInt8(ascii: "]"))
          try scanner.expectEnd()
        } catch {
          reject(error, scanner.position..<raw.count)
        }
      }
      return
    }
    do {
      let tick = try TickMessage(from: &scanner)
      try scanner.expectEnd()
      ticks.append(tick)
      ranges.append(0..<raw.count)
    } catch {
      // Rare, so what is no tick is read once more.
      notice = try? JSONDecoder().decode(TickNotice.self, from: Data(bytes))
      if notice == nil { reject(error, 0..<raw.count) }
    }
  }

  /// Reads an element of an array; false where nothing behind it can be found any more.
  private mutating func readTick(_ scanner: inout JSONScanner) -> Bool {
    scanner.skipSpace()
    let start = scanner
    do {
      ticks.append(try TickMessage(from: &scanner))
      ranges.append(start.position..<scanner.position)
      return true
    } catch {
      let problem = error
      scanner = start
      do {
        try scanner.skipValue()
      } catch {
        reject(problem, start.position..<bytes.count)
        return false
      }
      reject(problem, start.position..<scanner.position)
      return true
    }
  }

  private mutating func reject(_ failure: JSONScanner.Failure, _ range: Range<Int>) {
    rejects.append(Reject(error: TickMessage.error(failure), json: bytes[range]))
  }
}
