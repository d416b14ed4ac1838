import Compute
import Features
import Foundation
import TestSupport
import Testing
import TickData

@Suite("Order flow of several levels") struct MultiLevelOrderFlowTests {
  /// A random book of up to four levels a side.
  private func books(_ count: Int, seed: UInt64) -> [BookLevels] {
    var random = RandomStream(seed: seed)
    return (0..<count).map { _ in
      let middle = Int64(random.index(below: 3)) + 100
      func side(_ sign: Int64) -> [BookLevel] {
        var price = middle
        return (0..<random.index(below: 5)).map { _ in
          price += sign * Int64(random.index(below: 2) + 1)
          return BookLevel(price: price, size: Int64(random.index(below: 9) + 1))
        }
      }
      return BookLevels(bids: side(-1), asks: side(1))
    }
  }

  /// The naive twin: what each level's price and size did, case by case.
  private func naive(_ books: [BookLevels?], level: Int, length: Int) -> [Double] {
    func bid(_ old: BookLevel?, _ new: BookLevel?) -> Double {
      guard let new else { return -Double(old?.size ?? 0) }
      guard let old, old.price >= new.price else { return Double(new.size) }
      return old.price == new.price ? Double(new.size - old.size) : -Double(old.size)
    }
    func mirrored(_ level: BookLevel?) -> BookLevel? { level.map { BookLevel(price: -$0.price, size: $0.size) } }
    func at(_ levels: [BookLevel]) -> BookLevel? { level < levels.count ? levels[level] : nil }
    let flows = books.indices.map { row -> Double in
      guard row > 0, let old = books[row - 1], let new = books[row] else { return .nan }
      return bid(at(old.bids), at(new.bids)) - bid(mirrored(at(old.asks)), mirrored(at(new.asks)))
    }
    return flows.indices.map { row in
      row < length ? .nan : flows[row - length + 1...row].reduce(0, +)
    }
  }

  @Test("levels equal their naive twins; levels come, go and are unknown; saved in mid-stream")
  func twins() throws {
    var books: [BookLevels?] = self.books(200, seed: 4)
    books[70] = nil
    var flow = try MultiLevelOrderFlow(levels: 3, timePeriod: 6, weights: [1, 0.5, 0.25])
    #expect(flow.levelCount == 3 && flow.lookback == 6)
    let expected = (0..<3).map { naive(books, level: $0, length: 6) }
    for (row, book) in books.enumerated() {
      if row % 50 == 25 { flow = try recoded(flow) }
      var copy = flow
      flow.update(book)
      copy.update(nil)
      for level in 0..<3 { #expect(isSameColumn([flow[level]], [expected[level][row]])) }
      let sum = expected[0][row] + 0.5 * expected[1][row] + 0.25 * expected[2][row]
      #expect(isClose(flow.weightedSum, sum, relative: 1e-12, floor: 1))
    }
    #expect(expected[2].contains { $0 != 0 && !$0.isNaN })
  }

  @Test("level 1 is OFI, on levels and on a depth book")
  func first() throws {
    let books = self.books(300, seed: 8).filter { !$0.bids.isEmpty && !$0.asks.isEmpty }
    let columns = [
      books.map { Double($0.bids[0].price) }, books.map { Double($0.asks[0].price) },
      books.map { Double($0.bids[0].size) }, books.map { Double($0.asks[0].size) },
    ]
    let expected = try OFI(timePeriod: 10).results(of: columns)[0]
    var flow = try MultiLevelOrderFlow(levels: 2, timePeriod: 10)
    var ofDepth = flow
    for (row, levels) in books.enumerated() {
      flow.update(levels)
      var depth = try DepthBook()
      depth.apply(DepthSnapshot(lastUpdate: 1, levels: levels))
      ofDepth.update(depth)
      #expect(isSameColumn([flow[0], ofDepth[0], ofDepth[1]], [expected[row], expected[row], flow[1]]))
    }
    ofDepth.update(try DepthBook())
    #expect(ofDepth[0].isNaN)
  }

  @Test(
    "what makes no sense is refused",
    arguments: [(0, 5, nil), (2, 0, nil), (2, 5, [1]), (1, 5, [.nan])] as [(Int, Int, [Double]?)])
  func refused(_ levels: Int, _ period: Int, _ weights: [Double]?) {
    #expect(throws: FeatureError.self) {
      try MultiLevelOrderFlow(levels: levels, timePeriod: period, weights: weights)
    }
  }

  @Test("real books of ten levels", .enabled(if: SharedData.isPresent, "../shared/data is not here"))
  func lobster() throws {
    let folder = SharedData.path("ticks/lobster/AAPL_2012-06-21_34200000_57600000")
    let messages = try gzipLines("\(folder)_message_10_excerpt.csv.gz").map { try LobsterMessage(line: $0) }
    let rows = try gzipLines("\(folder)_orderbook_10_excerpt.csv.gz").map { try BookLevels(lobsterLine: $0) }
    var (flow, kept) = (try MultiLevelOrderFlow(levels: 10), try MultiLevelOrderFlow(levels: 10))
    var book = try LobsterBook(depth: 10, firstRow: rows[0])
    let expected = (0..<10).map { naive(rows, level: $0, length: 20) }
    for row in rows.indices {
      if row > 0 { book.apply(messages[row]) }
      book.confirm(rows[row])
      flow.update(rows[row])
      kept.update(book)
      for level in 0..<10 {
        #expect(isSameColumn([flow[level], kept[level]], [expected[level][row], expected[level][row]]))
      }
    }
    #expect((0..<10).allSatisfy { level in expected[level].contains { $0 != 0 && !$0.isNaN } })
  }
}
