// Parts of the sentences that errors are made of.

/// A number with its noun, which takes an s unless the number is 1: "1 row", "2 rows".
func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

/// "; the nearest is 'close'", or nothing where no name is near enough.
func suggestion(for name: String, among names: [String]) -> String {
  nearest(to: name, among: names).map { "; the nearest is '\($0)'" } ?? ""
}

/// The name that was most likely meant, in any case; nil if all differ in more than a third of the letters given, and in more
/// than one.
///
/// Of names equally near the one that begins as the given one for longer, then the first.
func nearest(to name: String, among names: [String]) -> String? {
  guard !name.isEmpty else { return nil }
  let given = Array(name.lowercased().utf8)
  var best: (name: String, distance: Int, beginning: Int)?
  for candidate in names {
    let letters = Array(candidate.lowercased().utf8)
    let distance = editDistance(given, letters)
    let beginning = zip(given, letters).prefix { $0 == $1 }.count
    guard distance <= max(1, given.count / 3) else { continue }
    if let best, (best.distance, -best.beginning) <= (distance, -beginning) { continue }
    best = (candidate, distance, beginning)
  }
  return best?.name
}

/// Letters to insert, take away, replace or swap with their neighbour to make one name of the other.
///
/// Source: Damerau (1964), in the form in which no piece is changed twice.
func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
  var before: [Int] = []
  var above = Array(0...second.count)
  for i in first.indices {
    var row = [i + 1]
    for j in second.indices {
      var least = min(above[j + 1] + 1, row[j] + 1, above[j] + (first[i] == second[j] ? 0 : 1))
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] { least = min(least, before[j - 1] + 1) }
      row.append(least)
    }
    (before, above) = (above, row)
  }
  return above[second.count]
}
