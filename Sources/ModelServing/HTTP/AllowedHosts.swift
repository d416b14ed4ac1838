#if Serving
/// Names under which a service may be asked.
///
/// A page of another site can make its own name mean this machine (DNS rebinding), and a browser would let it ask a service on loopback
/// then: its requests still carry that name.
struct AllowedHosts: Sendable {
  private let names: Set<String>

  init(_ names: [String]) { self.names = Set(names.map { Self.host(of: $0).lowercased() }) }

  /// Those of a service that listens on loopback.
  init(ofLoopback options: ServingOptions) {
    self.init(
      ["localhost", "127.0.0.1", "[::1]", options.host.contains(":") ? "[\(options.host)]" : options.host]
        + options.allowedHosts)
  }

  /// A name without its port, which is behind the last colon but for an address in brackets.
  private static func host(of authority: String) -> Substring {
    guard let colon = authority.utf8.lastIndex(of: UInt8(ascii: ":")), authority.last != "]" else {
      return authority[...]
    }
    return authority[..<colon]
  }

  /// Whether a name, with or without a port, is one of them.
  func has(_ authority: String?) -> Bool {
    guard let authority, !names.isEmpty else { return false }
    let host = Self.host(of: authority)
    return names.contains(String(host)) || names.contains(host.lowercased())
  }

  /// Why a request is not answered; nil if it is.
  ///
  /// One without a name comes from no browser.
  func problem(_ authority: String?) -> RequestProblem? {
    guard let authority, !authority.isEmpty, !has(authority) else { return nil }
    return RequestProblem(
      403,
      "the request is for '\(RequestGate.forLog(authority))', which is not this service's name; "
        + "\(names.sorted().joined(separator: ", ")) are, and those of --allowed-host")
  }
}
#endif
