import Foundation
import Testing
import TickData
import TickStreaming

@Suite("Tick messages") struct TickMessageTests {
  @Test("a message reads back as it was written")
  func roundTrip() throws {
    let full = Tick(
      symbol: "A\"b", time: 1_620_704_700_123_456_789, price: 101.25, size: 3, bid: 101.2, ask: 101.3, bidSize: 7,
      askSize: 9, side: .sell, isCancelled: true)
    let again = try TickMessage(decoding: TickMessage(full).encoded()).tick
    #expect(again == full)
    let trade = try TickMessage(decoding: Data(#"{"symbol":"X","price":5}"#.utf8)).tick
    #expect(trade.time == Tick.noTime && trade.size.isNaN && trade.bid.isNaN && trade.side == .unknown)
    let text = String(decoding: try TickMessage(trade).encoded(), as: UTF8.self)
    #expect(text == #"{"price":5,"symbol":"X"}"#)
  }

  @Test(
    "bad messages are refused with a reason",
    arguments: [
      "", "[]", "{}", #"{"symbol":"","price":1}"#, #"{"symbol":"A"}"#, #"{"symbol":"A","price":"1"}"#,
      #"{"symbol":"A","price":1,"side":7}"#,
    ])
  func refused(_ text: String) {
    #expect(throws: TickDataError.self) { try TickMessage(decoding: Data(text.utf8)) }
  }
}
