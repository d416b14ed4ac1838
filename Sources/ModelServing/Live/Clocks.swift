import Foundation

extension Duration {
  /// The duration in whole nanoseconds.
  var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}

/// Nanoseconds since 1970 UTC, to about a microsecond.
func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }
