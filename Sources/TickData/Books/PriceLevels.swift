/// One side of an order book: the size of every price, best first.
///
/// Prices lie in blocks of at most 128 in ascending order of their keys, so that a change moves one block and not the side.
/// O(log levels) to find a price; a new or a removed level moves at most 128 others besides.
public struct PriceLevels: Sendable {
  /// Which side this is.
  public let side: BookSide
  /// Number of levels.
  public private(set) var count = 0
  /// No block is empty.
  private var blocks: [[Entry]] = []
  private static let blockLimit = 128

  /// Prices of bids are kept negated: the best has the lowest key on both sides.
  private struct Entry {
    let key: Int64
    var size: Int64
  }

  /// Makes an empty side.
  public init(_ side: BookSide) { self.side = side }

  /// The best level, or nil where the side is empty.
  public var best: BookLevel? { blocks.first?.first.map(level) }

  /// The size at a price; 0 where there is none.
  ///
  /// O(log levels).
  public func size(at price: Int64) -> Int64 {
    let place = place(of: key(price))
    return place.isFound ? blocks[place.block][place.index].size : 0
  }

  /// Sets the size at a price; 0 or less removes the level.
  ///
  /// O(log levels) and a move within one block.
  public mutating func set(_ size: Int64, at price: Int64) {
    let key = key(price)
    let place = place(of: key)
    switch (place.isFound, size > 0) {
    case (true, true): blocks[place.block][place.index].size = size
    case (true, false): remove(place)
    case (false, true): insert(Entry(key: key, size: size), place)
    case (false, false): break
    }
  }

  /// Removes all levels.
  public mutating func removeAll() {
    blocks.removeAll()
    count = 0
  }

  /// The best `limit` levels, best first; fewer where there are fewer.
  public func top(_ limit: Int) -> [BookLevel] {
    var result: [BookLevel] = []
    result.reserveCapacity(min(limit, count))
    for block in blocks {
      for entry in block {
        if result.count >= limit { return result }
        result.append(level(entry))
      }
    }
    return result
  }

  /// Level `rank`, 0 the best, or nil where there are not that many.
  ///
  /// O(levels / 128).
  public func level(rank: Int) -> BookLevel? {
    var left = rank
    for block in blocks {
      if left < block.count { return level(block[left]) }
      left -= block.count
    }
    return nil
  }

  /// Number of levels better than a price.
  ///
  /// O(levels / 128).
  public func rank(of price: Int64) -> Int {
    let place = place(of: key(price))
    return blocks[..<min(place.block, blocks.count)].reduce(0) { $0 + $1.count } + place.index
  }

  private func key(_ price: Int64) -> Int64 { side == .bid ? 0 &- price : price }

  private func level(_ entry: Entry) -> BookLevel {
    BookLevel(price: side == .bid ? 0 &- entry.key : entry.key, size: entry.size)
  }

  /// Where a key is, or where it would be inserted.
  private func place(of key: Int64) -> (block: Int, index: Int, isFound: Bool) {
    // The first block that ends at or behind the key; a key behind all goes to the end of the last.
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle][blocks[middle].count - 1].key >= key { high = middle } else { low = middle + 1 }
    }
    guard low < blocks.count else { return blocks.isEmpty ? (0, 0, false) : (low - 1, blocks[low - 1].count, false) }
    let block = low
    (low, high) = (0, blocks[block].count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[block][middle].key >= key { high = middle } else { low = middle + 1 }
    }
    return (block, low, blocks[block][low].key == key)
  }

  private mutating func insert(_ entry: Entry, _ place: (block: Int, index: Int, isFound: Bool)) {
    count += 1
    if blocks.isEmpty {
      blocks.append([entry])
      return
    }
    blocks[place.block].insert(entry, at: place.index)
    if blocks[place.block].count > Self.blockLimit {
      let half = Array(blocks[place.block].suffix(Self.blockLimit / 2))
      blocks[place.block].removeLast(half.count)
      blocks.insert(half, at: place.block + 1)
    }
  }

  private mutating func remove(_ place: (block: Int, index: Int, isFound: Bool)) {
    count -= 1
    blocks[place.block].remove(at: place.index)
    if blocks[place.block].isEmpty { blocks.remove(at: place.block) }
  }
}

extension PriceLevels: Hashable {
  /// Whether both are the same side with the same levels, however they came about.
  public static func == (a: PriceLevels, b: PriceLevels) -> Bool {
    a.side == b.side && a.count == b.count && a.top(a.count) == b.top(b.count)
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(side)
    hasher.combine(top(count))
  }
}

extension PriceLevels: Codable {
  private enum CodingKeys: String, CodingKey {
    case side
    case levels
  }

  /// Reads a side.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try values.decode(BookSide.self, forKey: .side))
    for level in try values.decode([BookLevel].self, forKey: .levels) { set(level.size, at: level.price) }
  }

  /// Writes the side's levels, best first.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(side, forKey: .side)
    try values.encode(top(count), forKey: .levels)
  }
}
