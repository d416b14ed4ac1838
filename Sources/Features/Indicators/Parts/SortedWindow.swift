/// The last n values in ascending order.
struct SortedWindow: Sendable, Codable {
  let length: Int
  private var ring: Ring
  /// The newest n − 1 values, ascending, and a free cell.
  private var sorted: Cells
  private var count = 0
  private var run = FiniteRun()

  init(_ length: Int) {
    self.length = length
    ring = Ring(capacity: length)
    sorted = Cells(length)
  }

  /// Takes a value and returns the `rank`-th smallest, from 1, of the newest n; NaN if there are fewer or one is missing.
  @inline(__always)
  mutating func push(_ value: Double, rank: Int, commit: Bool) -> Double {
    run.push(value)
    let finite = value.isNumber ? value : 0
    // Of n − 1 sorted values and a new one the r-th is the new one kept between the (r − 1)-th and the r-th.
    let raised = rank > 1 ? max(finite, sorted[rank &- 2]) : finite
    let result = rank < length ? min(raised, sorted[rank &- 1]) : raised
    if commit { replace(finite) }
    return run.covers(length) ? result : .nan
  }

  @inline(__always)
  private mutating func replace(_ value: Double) {
    let gone = ring[age: length &- 2]
    let isFull = count == length &- 1
    _ = ring.push(value, commit: true)
    var place = count
    if isFull {
      // Close the gap of the oldest, which the window loses with the next value.
      place = index(of: gone)
    } else {
      count &+= 1
    }
    let last = count &- 1
    sorted.withMutablePointer { cells in
      while place < last, cells[place &+ 1] < value {
        cells[place] = cells[place &+ 1]
        place &+= 1
      }
      while place > 0, cells[place &- 1] > value {
        cells[place] = cells[place &- 1]
        place &-= 1
      }
      cells[place] = value
    }
  }

  @inline(__always)
  private func index(of value: Double) -> Int {
    sorted.withPointer { cells in
      var low = 0
      var high = count &- 1
      while low < high {
        let middle = (low &+ high) >> 1
        if cells[middle] < value { low = middle &+ 1 } else { high = middle }
      }
      return low
    }
  }

  mutating func makeUnique() {
    ring.makeUnique()
    sorted.makeUnique()
  }
}
