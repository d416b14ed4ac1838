#if Serving
/// The names under which a service that listens on loopback without keys may be asked.
///
/// A page of another site can make its own name mean this machine (DNS rebinding), and would be let in by the browser then: its
/// requests still carry that name.
struct AllowedHosts: Sendable {
  private let names: Set<String>

  /// Nil for a service that others reach anyway, or that asks for keys.
  init?(_ options: ServingOptions) {
    guard options.isLoopback, options.apiKeys.isEmpty else { return nil }
    names = Set((["localhost", "127.0.0.1", "[::1]", options.host] + options.allowedHosts).map { $0.lowercased() })
  }

  /// Why a request is not answered; nil if it is.
  ///
  /// One without a name comes from no browser.
  func problem(_ authority: String?) -> RequestProblem? {
    guard let authority, !authority.isEmpty else { return nil }
    // The port is behind the last colon, but for an address in brackets without one.
    let host: Substring
    if let colon = authority.utf8.lastIndex(of: UInt8(ascii: ":")), authority.last != "]" {
      host = authority[..<colon]
    } else {
      host = authority[...]
    }
    if names.contains(String(host)) || names.contains(host.lowercased()) { return nil }
    return RequestProblem(
      403,
      "the request is for '\(RequestGate.forLog(authority))', which is not this service's name; "
        + "\(names.sorted().joined(separator: ", ")) are, and those of --allowed-host")
  }
}
#endif
