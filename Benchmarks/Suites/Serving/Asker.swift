#if Programs && Serving
import Foundation
import Synchronization

/// Asks for one path at a rate on one connection, over a plain socket, and times every answer.
///
/// Times are counted from when a request is due, so an answer that holds up later requests counts for all of them.
final class Asker: Sendable {
  private struct State {
    var latencies: [Double] = []
    var failed = 0
    var versions: Set<String> = []
    var isStopping = false
    var isOver = false
  }

  private let state = Mutex(State())
  private let url: URL
  private let rate: Double

  init(url: String, rate: Double) {
    self.url = URL(string: url)!
    self.rate = rate
  }

  /// Latencies in microseconds, failed requests, and versions that answered.
  var results: (latencies: [Double], failed: Int, versions: Int) {
    state.withLock { ($0.latencies, $0.failed, $0.versions.count) }
  }

  func start() {
    Thread.detachNewThread { [self] in
      run()
      state.withLock { $0.isOver = true }
    }
  }

  func stop() {
    state.withLock { $0.isStopping = true }
    while !state.withLock({ $0.isOver }) { Thread.sleep(forTimeInterval: 0.01) }
  }

  private func run() {
    guard let file = connection(to: url) else { return state.withLock { $0.failed += 1 } }
    defer { close(file) }
    var noDelay: Int32 = 1
    setsockopt(file, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
    let request = Array("GET \(url.path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var due = ContinuousClock.now
    while !state.withLock({ $0.isStopping }) {
      // Exponential gaps: requests of many do not come in step.
      due += .seconds(-log(Double.random(in: .ulpOfOne...1)) / rate)
      while ContinuousClock.now < due { Thread.sleep(forTimeInterval: max(0, (due - .now) / .seconds(1) - 0.0001)) }
      guard send(file, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
        return state.withLock { $0.failed += 1 }
      }
      var text = ""
      repeat {
        let count = recv(file, &buffer, buffer.count, 0)
        guard count > 0 else { return state.withLock { $0.failed += 1 } }
        text += String(decoding: buffer[..<count], as: UTF8.self)
      } while !Self.isWhole(text)
      let latency = (ContinuousClock.now - due) / .microseconds(1)
      state.withLock { state in
        state.latencies.append(latency)
        if !text.hasPrefix("HTTP/1.1 200") { state.failed += 1 }
        if let place = text.range(of: "\"version\":\"") {
          state.versions.insert(String(text[place.upperBound...].prefix(16)))
        }
      }
    }
  }

  private static func isWhole(_ text: String) -> Bool {
    guard let end = text.range(of: "\r\n\r\n"),
      let place = text.range(of: "content-length: ", options: .caseInsensitive),
      let length = Int(text[place.upperBound...].prefix { $0.isNumber })
    else { return false }
    return text[end.upperBound...].utf8.count >= length
  }
}

/// A connection to a server on this machine; nil if there is none.
private func connection(to url: URL) -> Int32? {
  let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(url.port ?? 80).bigEndian
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  let state = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  if state == 0 { return file }
  close(file)
  return nil
}

/// The answer of a server on this machine with its head; nil if it does not answer.
func fetch(_ text: String) -> String? {
  guard let url = URL(string: text), let file = connection(to: url) else { return nil }
  defer { close(file) }
  let request = Array("GET \(url.path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
  guard send(file, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return nil }
  var answer: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = recv(file, &buffer, buffer.count, 0)
    guard count > 0 else { return answer.isEmpty ? nil : String(decoding: answer, as: UTF8.self) }
    answer += buffer[..<count]
  }
}
#endif
