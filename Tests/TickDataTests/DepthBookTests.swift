import Foundation
import Testing
import TickData

@Suite("Depth books") struct DepthBookTests {
  private func levels(_ bids: [Int64: Int64], _ asks: [Int64: Int64]) -> BookLevels {
    BookLevels(
      bids: bids.map { BookLevel(price: $0.key, size: $0.value) },
      asks: asks.map { BookLevel(price: $0.key, size: $0.value) })
  }

  private func update(_ first: Int64, _ last: Int64, bid: Int64 = 0, after previous: Int64? = nil) -> DepthUpdate {
    DepthUpdate(
      firstUpdate: first, lastUpdate: last, previousUpdate: previous, levels: levels([100: bid], [:]))
  }

  private let snapshot = DepthSnapshot(
    lastUpdate: 10, levels: BookLevels(bids: [BookLevel(price: 99, size: 1)], asks: [BookLevel(price: 101, size: 2)]))

  @Test("changes before the snapshot are kept, those it holds are dropped, the rest is applied")
  func bridging() throws {
    var book = try DepthBook()
    #expect(book.apply(update(5, 8, bid: 1)) == .kept)
    #expect(book.apply(update(9, 12, bid: 7)) == .kept)
    #expect(book.apply(update(13, 13, bid: 8)) == .kept)
    #expect(book.apply(snapshot) == .applied)
    #expect(book.state == .synchronized(lastUpdate: 13))
    #expect(book.bids.best == BookLevel(price: 100, size: 8) && book.asks.best?.size == 2)
    #expect(book.apply(update(12, 13)) == .outdated)
    #expect(book.apply(update(14, 15, bid: 0)) == .applied)
    #expect(book.bids.best == BookLevel(price: 99, size: 1))
  }

  @Test("a missing update empties the book until a snapshot comes that fits")
  func gap() throws {
    var book = try DepthBook()
    book.apply(snapshot)
    #expect(book.apply(update(11, 12, bid: 3)) == .applied)
    #expect(book.apply(update(14, 15, bid: 4)) == .gap(expected: 13, received: 14))
    #expect(book.state == .waitingForSnapshot && book.bids.best == nil && book.gapCount == 1)
    #expect(book.apply(update(16, 16, bid: 5)) == .kept)
    // Too old: update 13 is still missing.
    var old = snapshot
    old.lastUpdate = 12
    #expect(book.apply(old) == .gap(expected: 13, received: 14))
    var fitting = snapshot
    fitting.lastUpdate = 13
    #expect(book.apply(fitting) == .applied)
    #expect(book.state == .synchronized(lastUpdate: 16) && book.bids.best?.size == 5)
  }

  @Test("futures follow by the number of the message before")
  func futures() throws {
    var book = try DepthBook()
    book.apply(snapshot)
    #expect(book.apply(update(3, 9, bid: 1, after: 2)) == .outdated)
    // The first change may end at the snapshot's own number, and must begin no later than it.
    #expect(book.apply(update(8, 10, bid: 2, after: 7)) == .applied)
    #expect(book.apply(update(17, 20, bid: 3, after: 10)) == .applied)
    #expect(book.apply(update(25, 30, bid: 4, after: 24)) == .gap(expected: 20, received: 25))
    var late = try DepthBook()
    late.apply(snapshot)
    #expect(late.apply(update(11, 12, bid: 2, after: 10)) == .gap(expected: 10, received: 11))
  }

  @Test("the buffer has a limit and counts what falls out")
  func buffer() throws {
    var book = try DepthBook(bufferLimit: 2)
    for number in 11...14 { book.apply(update(Int64(number), Int64(number), bid: 1)) }
    #expect(book.droppedChanges == 2)
    #expect(book.apply(snapshot) == .gap(expected: 11, received: 13))
    #expect(throws: TickDataError.self) { try DepthBook(bufferLimit: 0) }
  }

  @Test("a book written and read goes on with the same levels")
  func restored() throws {
    var book = try DepthBook()
    book.apply(snapshot)
    book.apply(update(11, 12, bid: 3))
    var again = try JSONDecoder().decode(DepthBook.self, from: JSONEncoder().encode(book))
    #expect(again.apply(update(13, 13, bid: 9)) == .applied)
    #expect(again.bids.best?.size == 9 && again.asks == book.asks)
  }
}
