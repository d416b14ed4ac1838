import Foundation

/// The offsets of a time zone from UTC, as a table that is searched without allocation.
///
/// Holds every change from 1970 to 2100; before and after, the nearest known offset is used.
struct ZoneOffsets: Sendable, Hashable {
  /// Start of validity in seconds since 1970 UTC, ascending; the first entry is `Int64.min`.
  private var starts: [Int64] = []
  /// Offset from UTC in seconds, one a start.
  private var offsets: [Int64] = []

  init(_ zone: TimeZone) {
    func offset(_ seconds: Int64) -> Int64 {
      Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }
    let step: Int64 = 7 * 86_400
    let end: Int64 = 4_102_444_800
    var time: Int64 = 0
    var current = offset(0)
    starts.append(.min)
    offsets.append(current)
    while time < end {
      let next = time + step
      let after = offset(next)
      if after != current {
        // Bisection to the second of the change; no zone changes twice within a week.
        var low = time
        var high = next
        while high - low > 1 {
          let middle = (low + high) / 2
          if offset(middle) == current { low = middle } else { high = middle }
        }
        starts.append(high)
        offsets.append(after)
        current = after
      }
      time = next
    }
  }

  /// The offset in seconds at a time in seconds since 1970 UTC.
  ///
  /// O(log changes).
  func offset(at seconds: Int64) -> Int64 {
    if offsets.count == 1 { return offsets[0] }
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= seconds { low = middle } else { high = middle }
    }
    return offsets[low]
  }
}
