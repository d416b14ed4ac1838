/// Some categories, and the side to which a split sends them.
package struct CategorySet: Sendable, Hashable {
  /// Bit c % 32 of word c / 32 says whether category c belongs to it.
  package var words: [UInt32]
  /// Whether its categories go left, all others right (LightGBM), or the other way round (XGBoost).
  package var membersGoLeft: Bool

  init(words: [UInt32], membersGoLeft: Bool) {
    self.words = words
    self.membersGoLeft = membersGoLeft
  }

  init(_ members: some Collection<Int32>, membersGoLeft: Bool) {
    words = [UInt32](repeating: 0, count: (members.max().map { Int($0) / 32 } ?? -1) + 1)
    self.membersGoLeft = membersGoLeft
    for member in members { words[Int(member) / 32] |= 1 << UInt32(member % 32) }
  }

  /// Its categories, ascending.
  package var members: [Int32] {
    words.indices.flatMap { word in
      (0..<32).filter { words[word] >> UInt32($0) & 1 != 0 }.map { Int32(word * 32 + $0) }
    }
  }

  func contains(_ category: Int32) -> Bool {
    let word = Int(category) / 32
    return category >= 0 && word < words.count && words[word] >> UInt32(category % 32) & 1 != 0
  }

  /// Whether a value, not NaN, goes left.
  ///
  /// Negative ones and those beyond the known categories belong to no set.
  func goesLeft(_ value: Double) -> Bool {
    // LightGBM cuts a fraction off before it looks at the sign, XGBoost after.
    guard membersGoLeft || value >= 0, let category = CategoricalBins.category(of: value) else { return !membersGoLeft }
    return contains(category) == membersGoLeft
  }
}
