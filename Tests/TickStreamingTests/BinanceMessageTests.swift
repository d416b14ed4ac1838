import Foundation
import TestSupport
import Testing
import TickData
import TickStreaming

@Suite("Binance messages") struct BinanceMessageTests {
  private func message(_ text: String) throws -> BinanceMessage { try BinanceMessage(decoding: Data(text.utf8)) }

  @Test("changes, snapshots, best quotes and other messages are told apart")
  func kinds() throws {
    let level = BookLevel(price: 6_173_763_000_000, size: 150_000_000)
    let change = #"{"e":"depthUpdate","U":5,"u":9,"pu":4,"b":[["61737.63000000","1.50000000"]],"a":[]}"#
    let update = DepthUpdate(
      firstUpdate: 5, lastUpdate: 9, previousUpdate: 4, levels: BookLevels(bids: [level], asks: []))
    #expect(try message(change) == .update(update))
    #expect(try message(#"{"stream":"x@depth","data":\#(change)}"#) == .update(update))
    #expect(
      try message(#"{"lastUpdateId":7,"bids":[["61737.63","1.5"]],"asks":[]}"#)
        == .snapshot(DepthSnapshot(lastUpdate: 7, levels: BookLevels(bids: [level], asks: []))))
    #expect(
      try message(#"{"u":3,"s":"BTCUSDT","b":"61737.63","B":"1.5","a":"61737.63","A":"1.5"}"#)
        == .best(update: 3, bid: level, ask: level))
    #expect(try message(#"{"e":"trade","t":1,"p":"1","q":"2","b":88,"a":50,"m":true}"#) == .other)
  }

  @Test("what cannot be read is an error")
  func refused() {
    #expect(throws: TickDataError.self) { try message("{") }
    #expect(throws: TickDataError.self) { try message(#"{"U":5,"b":[],"a":[]}"#) }
    #expect(throws: TickDataError.self) { try message(#"{"U":5,"u":9,"b":[["1.5"]],"a":[]}"#) }
    #expect(throws: TickDataError.self) { try message(#"{"U":5,"u":9,"b":[["1.5","x"]],"a":[]}"#) }
  }

  @Test(
    "the book of six recorded minutes has the exchange's best bid and ask after every change",
    .enabled(if: SharedData.isPresent, "../shared/data is not here"),
    arguments: [("btcusdt", 3451, 3449), ("ethusdt", 3434, 3433)])
  func recorded(symbol: String, changeCount: Int, stateCount: Int) throws {
    let lines = try gzipLines(SharedData.path("ticks/crypto_binance/raw/spot_\(symbol)_20240808.gz"))
    var book = try DepthBook()
    var tickers: [(update: Int64, bid: BookLevel, ask: BookLevel)] = []
    var bests: [(update: Int64, bid: BookLevel?, ask: BookLevel?)] = []
    var (changes, gaps) = (0, 0)
    for line in lines {
      let text = line.drop { $0 != "{" }
      switch try BinanceMessage(decoding: Data(text.utf8)) {
      case .update(let update):
        changes += 1
        switch book.apply(update) {
        case .gap: gaps += 1
        case .applied: bests.append((update.lastUpdate, book.bids.best, book.asks.best))
        case .kept, .outdated: break
        }
      case .snapshot(let snapshot):
        book.apply(snapshot)
        if case .synchronized(let last) = book.state { bests.append((last, book.bids.best, book.asks.best)) }
      case .best(let update, let bid, let ask): tickers.append((update, bid, ask))
      case .other: break
      }
    }
    tickers.sort { $0.update < $1.update }
    var (compared, equal, next) = (0, 0, 0)
    for best in bests {
      while next < tickers.count, tickers[next].update <= best.update { next += 1 }
      // The ticker speaks at every change of the best quotes: the last one up to an update is the state at it.
      guard next > 0 else { continue }
      compared += 1
      if best.bid == tickers[next - 1].bid, best.ask == tickers[next - 1].ask { equal += 1 }
    }
    #expect(changes == changeCount && gaps == 0)
    #expect(compared == stateCount && equal == compared)
  }
}
