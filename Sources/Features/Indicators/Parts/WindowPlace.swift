/// Where in the last n values the largest or smallest is.
///
/// A queue of candidates: none is smaller than those that came after it, so the oldest is the answer; amortised O(1).
struct WindowPlace: Sendable, Codable {
  /// Which of equal extrema counts.
  enum Ties: Int, Codable {
    /// The newest.
    case newest
    /// As TA-Lib's MAXINDEX and MININDEX: one that comes takes over from the present place; when that leaves the window, the
    /// oldest follows.
    case arriving
  }

  let length: Int
  private let sign: Double
  private let ties: Ties
  private var values: Cells
  private var indices: Cells
  private var first = 0
  private var count = 0
  private var index = -1
  private var run = FiniteRun()
  /// The place and value that hold under ``Ties/arriving``; −1 for none.
  private var heldIndex = -1
  private var heldValue = 0.0

  init(_ length: Int, smallest: Bool, ties: Ties = .arriving) {
    self.length = length
    self.ties = ties
    sign = smallest ? -1 : 1
    values = Cells(length)
    indices = Cells(length)
  }

  /// Takes a value; returns the number, from 0, of the input that is the extremum of the newest n, or NaN.
  @inline(__always)
  mutating func push(_ input: Double, commit: Bool) -> Double {
    run.push(input)
    index &+= 1
    let finite = input.isNumber ? input * sign : -Double.greatestFiniteMagnitude
    // A copy that peeks shares the cells but not these two.
    if count > 0, Int(indices[first]) <= index &- length {
      first = first &+ 1 == length ? 0 : first &+ 1
      count &-= 1
    }
    while count > 0 {
      let last = values[slot(count &- 1)]
      guard last < finite || (ties == .newest && last == finite) else { break }
      count &-= 1
    }
    let isAlone = count == 0
    let oldest = isAlone ? Double(index) : indices[first]
    let extremum = isAlone ? finite : values[first]
    if commit {
      let place = slot(count)
      values[place] = finite
      indices[place] = Double(index)
      count &+= 1
    }
    guard run.covers(length) else {
      heldIndex = -1
      return .nan
    }
    if ties == .newest { return oldest }
    if heldIndex <= index &- length || heldIndex < 0 {
      heldIndex = Int(oldest)
      heldValue = extremum
    } else if finite >= heldValue {
      heldIndex = index
      heldValue = finite
    }
    return Double(heldIndex)
  }

  @inline(__always)
  private func slot(_ offset: Int) -> Int {
    let place = first &+ offset
    return place < length ? place : place &- length
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() {
    values.makeUnique()
    indices.makeUnique()
  }
}
