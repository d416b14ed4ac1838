import CKernels

/// The newest `capacity` values in constant memory.
///
/// Stores happen only with `commit`, so that a copy that peeks never writes to storage it shares.
struct Ring: Sendable, Codable {
  private var cells: Cells
  private var head = 0

  /// Makes a ring that holds `value` everywhere, at least one.
  init(capacity: Int, filledWith value: Double = 0) { cells = Cells(capacity, filledWith: value) }

  /// Number of values.
  @inline(__always)
  var capacity: Int { cells.count }

  /// The oldest value: the one that the next ``push(_:commit:)`` replaces.
  @inline(__always)
  var oldest: Double { cells[head] }

  /// Replaces the oldest value and returns it.
  @inline(__always)
  mutating func push(_ value: Double, commit: Bool) -> Double {
    let gone = cells[head]
    guard commit else { return gone }
    cells[head] = value
    head = head &+ 1 == cells.count ? 0 : head &+ 1
    return gone
  }

  /// The value pushed `age` values before the newest, from 0.
  @inline(__always)
  subscript(age age: Int) -> Double {
    let place = head &- 1 &- age
    return cells[place < 0 ? place &+ cells.count : place]
  }

  /// Whether a value is NaN.
  var containsMissing: Bool {
    cells.withPointer { cells in
      for k in 0..<capacity where cells[k].isNaN { return true }
      return false
    }
  }

  /// Sum of distances from a number, with `newest` in place of the oldest value, which it is about to replace.
  ///
  /// Two sums at once, of the newest, the third newest and so on, and of those between.
  @inline(__always)
  func sumOfDistances(from center: Double, newest: Double) -> Double {
    cells.withPointer { cells in
      var even = abs(newest - center)
      var odd = 0.0
      var place = head
      @inline(__always)
      func next() -> Double {
        place = place == 0 ? capacity &- 1 : place &- 1
        return abs(cells[place] - center)
      }
      var age = 1
      while age &+ 1 < capacity {
        odd += next()
        even += next()
        age &+= 2
      }
      if age < capacity { odd += next() }
      return even + odd
    }
  }

  /// Sum of the newest `count` values, the newest first.
  @inline(__always)
  func sumOfNewest(_ count: Int) -> Double {
    var sum = 0.0
    for age in 0..<count { sum += self[age: age] }
    return sum
  }

  /// Calls `body` with age and value of each of the newest `count` values, the newest first.
  @inline(__always)
  func forNewest(_ count: Int, _ body: (_ age: Int, _ value: Double) -> Void) {
    cells.withPointer { cells in
      let first = min(count, head)
      for age in 0..<first { body(age, cells[head &- 1 &- age]) }
      for age in first..<max(first, count) { body(age, cells[capacity &+ head &- 1 &- age]) }
    }
  }

  /// How many of the values are below a number.
  @inline(__always)
  func countBelow(_ limit: Double) -> Int {
    cells.withPointer { kernel_count_below($0, capacity, limit) }
  }

  /// How many of the values are not above a number.
  @inline(__always)
  func countNotAbove(_ limit: Double) -> Int {
    cells.withPointer { cells in
      var count = 0
      for k in 0..<capacity { count &+= cells[k] <= limit ? 1 : 0 }
      return count
    }
  }

  /// Makes the storage its own before writes.
  mutating func makeUnique() { cells.makeUnique() }
}
