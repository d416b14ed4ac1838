import Foundation

/// The parts of a `ws://` address.
struct WebSocketAddress: Sendable, Hashable {
  let host: String
  let port: Int
  /// The path with the query.
  let uri: String

  init(_ url: String) throws(StreamingError) {
    guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(), let host = parts.host,
      !host.isEmpty
    else { throw StreamingError(.invalidOption, "'\(url)' is no address; ws://HOST:PORT/ is needed") }
    guard scheme == "ws" else {
      throw StreamingError(
        .invalidOption,
        "'\(url)' begins with \(scheme)://; only ws:// is supported, put a proxy that ends TLS before a wss:// server")
    }
    self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    port = parts.port ?? 80
    uri =
      (parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath)
      + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
  }
}
