/// Symbols with weights: an index (one symbol), a sector, a portfolio.
///
/// Its return is Σ w r / Σ |w| over the members whose return is there, so a missing member is left out and the others keep
/// their proportions; with equal weights it is their mean. NaN where none is there.
public struct Basket: Sendable, Hashable, Codable {
  /// The members.
  public let symbols: [String]
  /// A weight a member, of either sign.
  public let weights: [Double]

  /// Makes a basket.
  ///
  /// - Throws: ``FeatureError`` with code `invalidOption` if there is no member, one is repeated, or weights are not as many as
  ///   members, not finite or 0.
  public init(_ symbols: [String], weights: [Double]) throws(FeatureError) {
    guard !symbols.isEmpty, Set(symbols).count == symbols.count, weights.count == symbols.count,
      weights.allSatisfy({ $0.isNumber && $0 != 0 })
    else {
      throw FeatureError(
        .invalidOption,
        "a basket of [\(symbols.joined(separator: ", "))] with weights \(weights): symbols without repetition and for each a "
          + "finite weight other than 0 are needed")
    }
    self.symbols = symbols
    self.weights = weights
  }

  /// Makes a basket of equal weights.
  ///
  /// - Throws: As ``init(_:weights:)``.
  public init(_ symbols: [String]) throws(FeatureError) {
    try self.init(symbols, weights: symbols.map { _ in 1 })
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case symbols
    case weights
  }

  /// Reads a basket and checks it; without weights they are equal.
  public init(from decoder: any Decoder) throws {
    let fields = try RecipeFields<CodingKeys>(decoder)
    try fields.refuseKeys()
    let symbols: [String] = try fields.value(.symbols)
    let weights: [Double]? = try fields.optional(.weights)
    self = try FeatureError.placed(decoder) { () throws(FeatureError) in
      try Basket(symbols, weights: weights ?? symbols.map { _ in 1 })
    }
  }

  /// The basket in a few words for names of columns.
  var text: String {
    let isEqual = weights.allSatisfy { $0 == weights[0] }
    return isEqual
      ? symbols.joined(separator: "+")
      : zip(symbols, weights).map { "\(plain($1))*\($0)" }.joined(separator: "+")
  }
}
