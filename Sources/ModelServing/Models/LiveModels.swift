package import Features
package import Modeling
package import TickData

/// The models that answer at one moment, by the features that they share: a value, so that an answer sees one moment only.
package struct LiveModels: Sendable {
  /// What bundles of one recipe and one way of cleaning share.
  package struct Lane: Sendable, Hashable {
    /// Hashed over what it is, so that lanes are told apart fast.
    let id: UInt64
    package let recipe: FeatureRecipe
    let cleaning: CleaningOptions?
    /// Trades after which all features have values, as far as quotes allow.
    let warmUp: Int

    package init(recipe: FeatureRecipe, cleaning: CleaningOptions?) {
      self.recipe = recipe
      self.cleaning = cleaning
      warmUp = recipe.columns.map(\.firstDefined).max() ?? 0
      var hash = Hasher()
      hash.combine(recipe)
      hash.combine(cleaning)
      id = UInt64(bitPattern: Int64(hash.finalize()))
    }

    package static func == (left: Lane, right: Lane) -> Bool {
      left.id == right.id && left.recipe == right.recipe && left.cleaning == right.cleaning
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
  }

  /// A model's versions that answer, and the places of their lanes.
  struct Entry: Sendable {
    let name: String
    let champion: ServedModel
    let championLane: Int
    /// The version that is tried beside the champion.
    let challenger: ServedModel?
    let challengerLane: Int
    /// The share of symbols that the challenger answers; nil where it answers none.
    let share: Double?

    /// Whether the challenger answers for a symbol: by a hash that is the same in every process.
    func challengerAnswers(_ symbol: String) -> Bool {
      guard challenger != nil, let share else { return false }
      return stableShare(symbol, salt: name) < share
    }

    /// The version that answers for a symbol.
    func model(for symbol: String) -> (model: ServedModel, lane: Int) {
      if challengerAnswers(symbol), let challenger { return (challenger, challengerLane) }
      return (champion, championLane)
    }

    /// The version that is scored beside the one that answers; nil if there is none.
    func shadow(for symbol: String) -> (model: ServedModel, lane: Int)? {
      guard let challenger else { return nil }
      return challengerAnswers(symbol) ? (champion, championLane) : (challenger, challengerLane)
    }
  }

  /// The ways to features, each computed once a tick.
  package private(set) var lanes: [Lane] = []
  /// The models, in the order of their names.
  private(set) var entries: [Entry] = []
  /// Whether any model is tried beside another.
  private(set) var hasShadows = false
  /// Grows with every change.
  package internal(set) var generation = 0

  /// Groups bundles that all answer.
  ///
  /// - Throws: `ModelingError` with code `badBundle` if one does not pass its warm-up.
  package init(_ all: [ModelBundle]) throws {
    self.init(try all.map { (try ServedModel($0), nil, nil) })
  }

  /// Groups models.
  init(_ all: [(champion: ServedModel, challenger: ServedModel?, share: Double?)]) {
    for (champion, challenger, share) in all {
      let own = place(champion.lane)
      if challenger != nil { hasShadows = true }
      let other = challenger.map { place($0.lane) } ?? own
      entries.append(
        Entry(
          name: champion.name, champion: champion, championLane: own, challenger: challenger, challengerLane: other,
          share: share))
    }
  }

  private mutating func place(_ lane: Lane) -> Int {
    if let place = lanes.firstIndex(of: lane) { return place }
    lanes.append(lane)
    return lanes.count - 1
  }

  /// The models that answer, with the places of their lanes.
  package var models: [(model: ServedModel, lane: Int)] { entries.map { ($0.champion, $0.championLane) } }

  var versions: [String] {
    entries.map { entry in
      "\(entry.name) \(entry.champion.version)" + (entry.challenger.map { " challenger \($0.version)" } ?? "")
        + (entry.share.map { " \($0)" } ?? "")
    }
  }

  /// Whether these are the same versions as others.
  func isSame(as other: LiveModels) -> Bool {
    versions == other.versions && lanes == other.lanes
  }
}

/// A number in 0..<1 that depends on a text and a salt alone: the FNV-1a hash of both, spread.
package func stableShare(_ text: String, salt: String) -> Double {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in Array(salt.utf8) + [0] + Array(text.utf8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  // FNV leaves the high bits of short texts alike; the finish of MurmurHash3 spreads them.
  hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
  hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
  hash ^= hash >> 33
  return Double(hash >> 11) / 9_007_199_254_740_992
}
