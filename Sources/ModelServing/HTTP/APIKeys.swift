#if Serving
import Foundation
import HTTPTypes
import Synchronization

/// The keys of the service, and who may come in by them.
final class APIKeys: Sendable {
  private let keys: [[UInt8]]
  let sessions = ConsoleSessions()

  init(_ keys: [String]) { self.keys = keys.map { Array($0.utf8) } }

  /// Why a request may not come in; nil if it may.
  func problem(_ headers: HTTPFields) -> RequestProblem? {
    guard !keys.isEmpty else { return nil }
    if let given = headers[.apiKey] ?? Self.bearer(headers[.authorization]) {
      return accept(given) ? nil : RequestProblem(401, "the API key is not one of the service's")
    }
    if let cookie = headers[.cookie], sessions.accepts(cookie: cookie) { return nil }
    return RequestProblem(401, "an API key is needed, as X-API-Key or as Authorization: Bearer")
  }

  /// Compares with every key, in a time that does not tell how much of one is right.
  func accept(_ given: String) -> Bool {
    let bytes = Array(given.utf8)
    var isOne = false
    for key in keys { isOne = Self.isEqual(bytes, key) || isOne }
    return isOne || keys.isEmpty
  }

  /// Whether two texts are equal; takes as long as the first is, whatever they hold.
  static func isEqual(_ given: [UInt8], _ key: [UInt8]) -> Bool {
    var difference = UInt8(given.count == key.count ? 0 : 1)
    for (place, byte) in given.enumerated() { difference |= byte ^ key[place % max(1, key.count)] }
    return difference == 0
  }

  private static func bearer(_ text: String?) -> String? {
    guard let text, text.lowercased().hasPrefix("bearer ") else { return nil }
    return String(text.dropFirst(7))
  }
}

/// Consoles that have shown a key: browsers cannot send one with an event stream, so they get a cookie.
final class ConsoleSessions: Sendable {
  static let cookieName = "tickboost_session"
  /// Sessions that are kept; the oldest goes.
  private static let limit = 1000
  /// Failed tries a minute, of all clients together, that are told apart from too many.
  private static let tries = 30

  private struct State {
    var tokens: [String] = []
    var failures: [ContinuousClock.Instant] = []
  }

  private let state = Mutex(State())

  /// Makes a session and gives its token.
  func open() -> String {
    var generator = SystemRandomNumberGenerator()
    let token = (0..<4).map { _ in String(generator.next(), radix: 36) }.joined()
    state.withLock { state in
      state.tokens.append(token)
      if state.tokens.count > Self.limit { state.tokens.removeFirst() }
    }
    return token
  }

  /// Counts a wrong key; whether there were too many.
  ///
  /// A right one comes in all the same: else anybody could keep others out.
  func fail() -> Bool {
    state.withLock { state in
      state.failures.removeAll { ContinuousClock.now - $0 > .seconds(60) }
      guard state.failures.count < Self.tries else { return true }
      state.failures.append(.now)
      return false
    }
  }

  func accepts(cookie: String) -> Bool {
    let given = cookie.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      .first { $0.hasPrefix("\(Self.cookieName)=") }?.dropFirst(Self.cookieName.utf8.count + 1)
    guard let given else { return false }
    let bytes = Array(given.utf8)
    return state.withLock { state in
      state.tokens.reduce(false) { APIKeys.isEqual(bytes, Array($1.utf8)) || $0 }
    }
  }
}
#endif
