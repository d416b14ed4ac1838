extension RandomAccessCollection where Index == Int {
  /// The first place of ascending elements from which on `isAbove` holds; the end if it holds nowhere.
  ///
  /// O(log count).
  package func firstPlace(where isAbove: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = (low + high) / 2
      if isAbove(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
