import Foundation

/// Counts of the words of w letters in the last n price signs, and their entropy; whole numbers, so nothing drifts.
struct WordCounts: Sendable, Codable {
  private var signs: PriceSigns
  private var counts: Cells
  private let wordLength: Int
  /// 1 if the word that ends with the newest letter is left out.
  private let omitted: Int

  /// Makes counts of n letters that are all "unchanged".
  init(_ length: Int, wordLength: Int, omitsNewest: Bool) {
    signs = PriceSigns(length)
    self.wordLength = wordLength
    omitted = omitsNewest ? 1 : 0
    counts = Cells((0..<wordLength).reduce(1) { size, _ in size * 3 })
    let same = (0..<wordLength).reduce(0) { code, _ in code * 3 + 1 }
    counts[same] = Double(length - wordLength + 1 - omitted)
  }

  /// Number of letters.
  var length: Int { signs.length }

  /// Takes a price and returns the entropy of the words in bits a letter; NaN while a letter is missing.
  ///
  /// O(3ʷ).
  mutating func push(_ price: Double, commit: Bool) -> Double {
    let letter = signs.next(price)
    // The word that leaves starts with the oldest letter; the one that comes ends with the newest, or the one before.
    var gone = 0
    var come = 0
    for place in 0..<wordLength {
      gone = gone * 3 + signs[age: length - 1 - place]
      let age = wordLength - 2 - place + omitted
      come = come * 3 + (age < 0 ? Int(letter) : signs[age: age])
    }
    let total = Double(length - wordLength + 1 - omitted)
    var entropy = 0.0
    for word in 0..<counts.count {
      let count = counts[word] + (word == come ? 1 : 0) - (word == gone ? 1 : 0)
      if count > 0 { entropy -= count / total * log2(count / total) }
    }
    signs.push(letter, commit: commit)
    if commit {
      counts[gone] -= 1
      counts[come] += 1
    }
    return signs.isFull ? entropy / Double(wordLength) : .nan
  }

  mutating func makeUnique() {
    signs.makeUnique()
    counts.makeUnique()
  }
}
