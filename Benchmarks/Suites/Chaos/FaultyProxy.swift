#if Programs && Streaming
import Foundation
import Synchronization

/// A TCP proxy on the loopback that does to the bytes of a server what networks and broken peers do.
final class FaultyProxy: Sendable {
  enum Fault: String, CaseIterable, Sendable {
    /// The connection ends in the middle.
    case cut
    /// Some bytes are overwritten by bytes that no text holds.
    case corrupt
    /// The head of a frame of 2^62 bytes.
    case huge
  }

  let port: Int
  private let listener: Int32
  private let target: UInt16
  private let next = Mutex<Fault?>(nil)

  /// Listens on a free port for connections to `target`.
  init(target: UInt16) throws {
    self.target = target
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = Self.address(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard isOpen else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        serve(client)
      }
    }
  }

  /// The next bytes of the server meet a fault.
  func meet(_ fault: Fault) { next.withLock { $0 = fault } }

  static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return address
  }

  /// Connects to a port of the loopback; nil where nobody listens.
  static func connect(_ port: UInt16) -> Int32? {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = address(port)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if result == 0 { return client }
    close(client)
    return nil
  }

  private func serve(_ client: Int32) {
    guard let server = Self.connect(target) else {
      close(client)
      return
    }
    // Both ends are closed once, when both directions are done.
    let open = Mutex(2)
    let pair = Pair(client: client, server: server, open: open)
    Thread.detachNewThread { self.copy(client, server, pair, isFaulty: false) }
    Thread.detachNewThread { self.copy(server, client, pair, isFaulty: true) }
  }

  private final class Pair: Sendable {
    let client: Int32, server: Int32
    let open: Mutex<Int>
    init(client: Int32, server: Int32, open: consuming Mutex<Int>) {
      (self.client, self.server) = (client, server)
      self.open = open
    }

    func leave() {
      shutdown(client, Int32(SHUT_RDWR))
      shutdown(server, Int32(SHUT_RDWR))
      let left = open.withLock { open in
        open -= 1
        return open
      }
      guard left == 0 else { return }
      close(client)
      close(server)
    }
  }

  private func copy(_ from: Int32, _ to: Int32, _ pair: Pair, isFaulty: Bool) {
    defer { pair.leave() }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      var count = recv(from, &bytes, bytes.count, 0)
      guard count > 0 else { return }
      var isLast = false
      // Small answers are those of the handshake.
      if isFaulty, count > 300,
        let fault = next.withLock({ next in
          defer { next = nil }
          return next
        })
      {
        switch fault {
        case .cut:
          count /= 2
          isLast = true
        case .corrupt: for place in count / 3..<count / 3 + 20 { bytes[place] = 0xFF }
        case .huge:
          let head: [UInt8] = [0x81, 0x7F, 0x3F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
          bytes.replaceSubrange(count / 2..<count / 2 + head.count, with: head)
        }
      }
      var sent = 0
      while sent < count {
        let written = bytes.withUnsafeBytes {
          send(to, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
        }
        guard written > 0 else { return }
        sent += written
      }
      if isLast { return }
    }
  }
}

/// Clients that mean no good: each connection does something that a server must survive.
enum HostileClients {
  /// Connects once with every kind of mischief; nothing is waited for.
  static func visit(_ port: UInt16) {
    let handshake =
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    let text = Array(handshake.utf8)
    let openings: [[UInt8]] = [
      (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ 31) },
      Array(("GET /" + String(repeating: "a", count: 200_000) + " HTTP/1.1\r\n\r\n").utf8),
      // A frame of 2^62 bytes, a frame without a mask, an unknown kind of frame, a request that is no JSON, one nested deeply,
      // fragments without an end, and a peer that says nothing more.
      text + [0x81, 0xFF, 0x3F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4],
      text + [0x81, 0x02, 0x7B, 0x7D],
      text + [0x8F, 0x80, 0, 0, 0, 0],
      text + masked("no json"),
      text + masked(String(repeating: "[", count: 50_000)),
      text + (0..<2000).flatMap { _ in [0x01, 0x80, 0, 0, 0, 0] as [UInt8] },
      text + masked(#"{"type":"subscribe","symbols":["nobody"],"batch":-5}"#),
      text,
    ]
    for opening in openings {
      guard let client = FaultyProxy.connect(port) else { return }
      _ = opening.withUnsafeBytes { send(client, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: 2)
        close(client)
      }
    }
  }

  private static func masked(_ text: String) -> [UInt8] {
    let count = text.utf8.count
    let length: [UInt8] = count < 126 ? [0x80 | UInt8(count)] : [0xFE, UInt8(count >> 8 & 255), UInt8(count & 255)]
    return [0x81] + length + [0, 0, 0, 0] + Array(text.utf8)
  }
}
#endif
