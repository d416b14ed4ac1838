package import Foundation

/// Why there is no connection.
package struct ConnectionProblem: Error { package let what: String }

/// A connection to a port of this machine, for what no client should do.
package final class RawConnection {
  private let file: Int32

  package init(port: UInt16) throws {
    file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let state = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard state == 0 else { throw ConnectionProblem(what: "connect: \(String(cString: strerror(errno)))") }
  }

  deinit { close(file) }

  /// Sends bytes; false if the other side does not take them all.
  @discardableResult
  package func send(_ bytes: Data) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.send(file, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  @discardableResult
  package func send(_ text: String) -> Bool { send(Data(text.utf8)) }

  /// Reads one answer with a Content-Length: whether it came whole, and whether it says that the connection ends.
  package func answer() -> (isWhole: Bool, isLast: Bool) {
    var answer = Data()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(file, &buffer, buffer.count)
      guard count > 0 else { return (false, true) }
      answer += buffer[..<count]
      guard let end = answer.range(of: Data("\r\n\r\n".utf8)) else { continue }
      let head = String(decoding: answer[..<end.lowerBound], as: UTF8.self).lowercased()
      let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        .flatMap { Int($0.split(separator: " ").last ?? "") }
      if let length, answer.count >= end.upperBound + length { return (true, head.contains("connection: close")) }
    }
  }

  /// Sets how long reading waits.
  private func limit(_ seconds: Int) {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// What comes next; nil if nothing does in time.
  package func some(seconds: Int) -> Data? {
    limit(seconds)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(file, &buffer, buffer.count)
    return count > 0 ? Data(buffer[..<count]) : nil
  }

  /// All that comes until the other side ends, or nil if it has not after so many seconds.
  package func rest(seconds: Int = 120) -> Data? {
    limit(seconds)
    var answer = Data()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(file, &buffer, buffer.count)
      if count < 0, errno == EAGAIN { return nil }
      guard count > 0 else { return answer }
      answer += buffer[..<count]
    }
  }

  /// Sends bytes over a connection of their own, and gives all that comes until the other side ends.
  package static func exchange(_ bytes: Data, port: UInt16) throws -> Data {
    let connection = try RawConnection(port: port)
    // The other side may have said enough before all was sent.
    connection.send(bytes)
    return connection.rest() ?? Data()
  }
}

/// Runs what waits on a thread of its own: the queues that the code under test waits on have few.
package func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
  }
}
