import Compute
import Foundation
import TestSupport
import Testing
import TickData

@Suite("Order books") struct BookTests {
  @Test("levels equal those of a sorted dictionary under random changes", arguments: BookSide.allCases)
  func levels(_ side: BookSide) throws {
    var random = RandomStream(seed: 11)
    var (levels, naive) = (PriceLevels(side), [Int64: Int64]())
    for step in 0..<20_000 {
      let price = Int64(random.index(below: 2000))
      let size = Int64(random.index(below: 5)) * Int64(random.index(below: 3))
      levels.set(size, at: price)
      naive[price] = size > 0 ? size : nil
      guard step % 997 == 0 else { continue }
      let sorted = naive.sorted { side == .bid ? $0.key > $1.key : $0.key < $1.key }
      #expect(levels.count == naive.count)
      #expect(levels.top(naive.count) == sorted.map { BookLevel(price: $0.key, size: $0.value) })
      #expect(levels.best?.price == sorted.first?.key)
      for rank in stride(from: 0, to: sorted.count, by: 50) {
        #expect(levels.level(rank: rank)?.price == sorted[rank].key)
        #expect(levels.rank(of: sorted[rank].key) == rank)
        #expect(levels.size(at: sorted[rank].key) == sorted[rank].value)
      }
      #expect(levels.rank(of: side == .bid ? -1 : 5000) == naive.count)
    }
    let again = try JSONDecoder().decode(PriceLevels.self, from: JSONEncoder().encode(levels))
    #expect(again.top(9999) == levels.top(9999))
    // Built in another order, and equal for all that.
    var other = PriceLevels(side)
    for level in levels.top(9999).reversed() { other.set(level.size, at: level.price) }
    #expect(other == levels && Set([other, levels, again]).count == 1)
    other.set(1, at: -9)
    #expect(other != levels)
  }

  @Test("decimals are read exactly or not at all")
  func decimals() {
    #expect(DecimalText.scaled("61737.63000000", digits: 8) == 6_173_763_000_000)
    #expect(DecimalText.scaled("-0.00000001", digits: 8) == -1)
    #expect(DecimalText.scaled("34200.017459617", digits: 9) == 34_200_017_459_617)
    #expect(DecimalText.scaled("7", digits: 2) == 700)
    #expect(DecimalText.scaled("1.2300", digits: 2) == 123)
    for bad in ["1.234", "", ".", "-", "1e5", "1.2.3", "99999999999", "+1"] {
      #expect(DecimalText.scaled(bad, digits: 8) == nil || bad == "1.234", "\(bad)")
      #expect(DecimalText.scaled(bad, digits: 2) == nil || bad == "99999999999", "\(bad)")
    }
  }

  private func message(_ kind: LobsterMessage.Kind, _ side: BookSide, _ price: Int64, _ size: Int64) -> LobsterMessage {
    LobsterMessage(nanosecondOfDay: 0, kind: kind, order: 1, size: size, price: price, side: side)
  }

  private func row(_ bids: [(Int64, Int64)], _ asks: [(Int64, Int64)]) -> BookLevels {
    BookLevels(
      bids: bids.map { BookLevel(price: $0.0, size: $0.1) }, asks: asks.map { BookLevel(price: $0.0, size: $0.1) })
  }

  @Test("messages change the levels in view, and what comes into view is uncertain until the row tells")
  func lobsterRules() throws {
    var book = try LobsterBook(depth: 2, firstRow: row([(100, 5), (99, 5)], [(101, 7), (102, 1)]))
    #expect(book.apply(message(.submission, .bid, 100, 3)) == 0)
    #expect(book.apply(message(.partialCancel, .ask, 101, 2)) == 0)
    #expect(book.apply(message(.hiddenExecution, .ask, 101, 2)) == 0)
    #expect(book.apply(message(.halt, .ask, -1, 0)) == 0)
    #expect(book.levels == row([(100, 8), (99, 5)], [(101, 5), (102, 1)]))
    #expect(book.confirm(book.levels) == true)
    // A better bid pushes 99 out of view; when it goes, 99 is a guess.
    #expect(book.apply(message(.submission, .bid, 101 - 1, 0)) == 0)
    #expect(book.apply(message(.deletion, .bid, 100, 8)) == 1)
    #expect(book.confirm(row([(99, 5), (97, 4)], [(101, 5), (102, 1)])) == true)
    #expect(book.revealedLevels == 1 && book.confirmedLevels == 0)
    #expect(book.apply(message(.submission, .bid, 98, 6)) == 0)
    #expect(book.apply(message(.execution, .bid, 99, 5)) == 1)
    #expect(book.levels.bids == row([(98, 6), (97, 4)], []).bids)
    #expect(book.confirm(row([(98, 6), (97, 4)], [(101, 5), (102, 1)])) == true)
    #expect(book.revealedLevels == 1 && book.confirmedLevels == 1 && book.unequalRows == 0)
  }

  @Test("a row that contradicts a certain level is counted and taken")
  func lobsterContradiction() throws {
    var book = try LobsterBook(depth: 1, firstRow: row([(100, 5)], [(101, 7)]))
    book.apply(message(.submission, .bid, 100, 3))
    #expect(book.confirm(row([(100, 9)], [(101, 7)])) == false)
    #expect(book.unequalRows == 1 && book.bids.best == BookLevel(price: 100, size: 9))
    book.apply(message(.deletion, .ask, 150, 1))
    #expect(book.unknownPrices == 1)
    // Without a size there is nothing to take away.
    book.apply(message(.deletion, .ask, 160, 0))
    #expect(book.unknownPrices == 1)
  }

  @Test("a side that ends within view is wholly known")
  func lobsterWholeSide() throws {
    var book = try LobsterBook(depth: 3, firstRow: row([(100, 5)], [(101, 7)]))
    #expect(book.uncertainLevels == 0)
    #expect(book.apply(message(.submission, .bid, 90, 1)) == 0)
    #expect(book.apply(message(.deletion, .bid, 100, 5)) == 0)
    #expect(book.confirm(row([(90, 1)], [(101, 7)])) == true)
    #expect(book.revealedLevels == 0)
    // Until it has more levels than are in view: the one that was pushed out is a guess when it comes back.
    for price in [91, 92, 93] { book.apply(message(.submission, .bid, Int64(price), 1)) }
    #expect(book.uncertainLevels == 0)
    #expect(book.apply(message(.deletion, .bid, 93, 1)) == 1)
    #expect(book.confirm(row([(92, 1), (91, 1), (90, 1)], [(101, 7)])) == true)
    #expect(book.confirmedLevels == 1)
  }

  @Test("lines of LOBSTER files are read, others are refused")
  func lobsterLines() throws {
    let message = try LobsterMessage(line: "34200.18960767,1,11885113,21,2238100,1")
    #expect(
      message
        == LobsterMessage(
          nanosecondOfDay: 34_200_189_607_670, kind: .submission, order: 11_885_113, size: 21, price: 2_238_100,
          side: .bid))
    let row = try BookLevels(lobsterLine: "2239500,100,2231800,100,9999999999,0,-9999999999,0")
    #expect(row == self.row([(2_231_800, 100)], [(2_239_500, 100)]))
    for bad in ["34200.1,8,1,1,1,1", "34200.1,1,1,-1,1,1", "34200.1,1,1,1,1,0", "a,1,1,1,1,1", "1,2,3"] {
      #expect(throws: TickDataError.self) { try LobsterMessage(line: bad) }
    }
    #expect(throws: TickDataError.self) { try BookLevels(lobsterLine: "1,2,3") }
  }

  @Test(
    "every row of the exchange's book file follows from the messages, but for levels that come into view",
    .enabled(if: SharedData.isPresent, "../shared/data is not here"),
    arguments: [
      // Rows; rows certain in full from messages; levels come into view as last seen, and not; rows equal without confirming.
      ("AMZN_2012-06-21_34200000_57600000", "1.csv", 1, 57_515, 43_562, 5786, 8167, 15_628),
      ("AAPL_2012-06-21_34200000_57600000", "10_excerpt.csv", 10, 999, 681, 304, 14, 113),
    ])
  func lobsterFiles(
    name: String, ending: String, depth: Int, rowCount: Int, certain: Int, confirmed: Int, revealed: Int, alone: Int
  ) throws {
    let folder = SharedData.path("ticks/lobster/\(name)")
    let messages = try gzipLines("\(folder)_message_\(ending).gz").map { try LobsterMessage(line: $0) }
    let rows = try gzipLines("\(folder)_orderbook_\(ending).gz").map { try BookLevels(lobsterLine: $0) }
    #expect(messages.count == rows.count)
    var book = try LobsterBook(depth: depth, firstRow: rows[0])
    var withoutRows = book
    var (equal, equalAlone, certainRows) = (1, 1, 1)
    for (message, row) in zip(messages, rows).dropFirst() {
      if book.apply(message) == 0 { certainRows += 1 }
      withoutRows.apply(message)
      if withoutRows.levels == row { equalAlone += 1 }
      if book.confirm(row) { equal += 1 }
      #expect(book.levels == row)
    }
    #expect(equal == rows.count && book.unequalRows == 0 && book.unknownPrices == 0)
    #expect(rows.count == rowCount && certainRows == certain)
    #expect(book.confirmedLevels == confirmed && book.revealedLevels == revealed)
    // With the first row and the messages alone, out-of-sight levels go stale: the reason for `confirm`.
    #expect(equalAlone == alone)
  }
}
