import Foundation

/// Entropies of a text that come from what of it was seen before.
enum MatchEntropy {
  /// Phrases of the parsing of Lempel and Ziv (1978) that are complete, a letter of text; letters are 0, 1 and 2.
  ///
  /// A phrase is the shortest text from its start that is no earlier phrase. O(n).
  static func lempelZiv(_ text: UnsafeMutableBufferPointer<UInt8>) -> Double {
    // Phrases are paths from the root of a tree: three children a node, 0 for none, the root never a child.
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * (text.count + 1)) { children in
      children.initialize(repeating: 0)
      var phrases: Int32 = 0
      var node = 0
      for letter in text {
        let child = 3 * node + Int(letter)
        if children[child] == 0 {
          phrases += 1
          children[child] = phrases
          node = 0
        } else {
          node = Int(children[child])
        }
      }
      return Double(phrases) / Double(text.count)
    }
  }

  /// Kontoyiannis' estimate in bits a letter, the mean of log₂(k + 1) / Λ over places: Λ is one more than the length of the
  /// longest text from a place that also starts at one of the k places before it.
  ///
  /// With `window` 0, k is all of the first half that lies before the place; else it is the window, at most half the text.
  /// O(n³) at worst.
  static func kontoyiannis(_ text: UnsafeMutableBufferPointer<UInt8>, window: Int) -> Double {
    let half = text.count / 2
    let fixed = min(window, half)
    let places = fixed == 0 ? 1...half : fixed...(text.count - fixed)
    var sum = 0.0
    for place in places {
      let reach = fixed == 0 ? place : fixed
      var longest = 0
      for start in (place - reach)..<place {
        var length = 0
        while length < reach, text[start + length] == text[place + length] { length += 1 }
        longest = max(longest, length)
      }
      sum += log2(Double(reach + 1)) / Double(longest + 1)
    }
    return sum / Double(places.count)
  }
}
