/// What becomes of a trade that is older than what was already seen.
///
/// Late is, for time bars, before the interval of the forming bar, and otherwise before the latest trade. A late trade never
/// moves a bar's close back in time, nor does it change a bar that is complete.
public enum LateTrades: String, Sendable, Hashable, Codable {
  /// It counts into the forming bar, as it becomes known.
  case countIntoForming
  /// It is left out.
  case drop
}
