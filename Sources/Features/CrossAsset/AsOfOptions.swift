/// What a row of an as-of join may see of other symbols.
///
/// A row sees the last value of each symbol at or before its own time: pandas calls it `merge_asof`. What "at" means is
/// ``ties``; the default sees nothing that arrives after the row.
public struct AsOfOptions: Sendable, Hashable, Codable {
  /// What a row sees of values with its own time.
  ///
  /// The merged order is by time, then by the symbol's position, then by row, which is the order of
  /// `TickBatch(merging:)`; where ticks are taken one after another it is the order in which they are taken.
  public enum Ties: String, Sendable, Hashable, Codable, CaseIterable {
    /// Those that stand before the row in the merged order: all that is known when the row's tick is there.
    case arrived
    /// None: only earlier times, as pandas does with `allow_exact_matches=False`.
    case strictlyBefore
    /// All, those that arrive after the row too, as pandas does by default. Rows are then known only once time has moved on.
    case sameTime
  }

  /// What a row sees of values with its own time.
  public var ties = Ties.arrived
  /// The age in nanoseconds, 0 or more, beyond which a value is missing; nil for any age.
  public var tolerance: Int64?
  /// Whether a value that is not finite leaves the one before it standing; else it is seen and is missing.
  public var skipsMissing = true

  /// Makes options.
  public init(ties: Ties = .arrived, tolerance: Int64? = nil, skipsMissing: Bool = true) {
    self.ties = ties
    self.tolerance = tolerance
    self.skipsMissing = skipsMissing
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case ties
    case tolerance
    case skipsMissing
  }

  /// Reads options; what is absent takes its default.
  public init(from decoder: any Decoder) throws {
    let fields = try RecipeFields<CodingKeys>(decoder)
    try fields.refuseKeys()
    let defaults = AsOfOptions()
    try self.init(
      ties: fields.choice(.ties) ?? defaults.ties, tolerance: fields.optional(.tolerance),
      skipsMissing: fields.optional(.skipsMissing) ?? defaults.skipsMissing)
  }

  func check() throws(FeatureError) {
    guard (tolerance ?? 0) >= 0 else {
      throw FeatureError(.invalidOption, "the tolerance is \(tolerance ?? 0) ns; 0 or more is needed")
    }
  }
}
