import CKernels
import Compute
import Foundation
import Testing
import TickData
import TickStreaming

@Suite("Tick messages") struct TickMessageTests {
  private func read(_ text: String) throws -> TickMessage { try TickMessage(decoding: Data(text.utf8)) }

  @Test("a message reads back as it was written")
  func roundTrip() throws {
    let full = Tick(
      symbol: "A\"b\\é", time: 1_620_704_700_123_456_789, price: 101.25, size: 3, bid: 101.2, ask: 101.3,
      bidSize: 7, askSize: 9, side: .sell, isCancelled: true)
    let message = TickMessage(full, stream: "day", sequence: 12)
    #expect(try TickMessage(decoding: message.encoded()) == message)
    let trade = try read(#"{"symbol":"X","price":5}"#)
    #expect(trade.tick.time == Tick.noTime && trade.tick.size.isNaN && trade.tick.bid.isNaN)
    #expect(trade.tick.side == .unknown && trade.sequence == nil && trade.stream.isEmpty)
    #expect(String(decoding: try trade.encoded(), as: UTF8.self) == #"{"symbol":"X","price":5}"#)
    #expect(throws: TickDataError.self) { try TickMessage(Tick(symbol: "X", time: 0, price: .infinity)).encoded() }
    for name in ["A\u{1}", String(repeating: "A", count: 129)] {
      #expect(throws: TickDataError.self) { try TickMessage(Tick(symbol: name, time: 0, price: 1)).encoded() }
    }
    #expect(throws: TickDataError.self) {
      try TickMessage(Tick(symbol: "X", time: 0, price: 1), stream: "s", sequence: -1).encoded()
    }
  }

  @Test("names that are not known, nulls, spaces and escapes are read over")
  func lenient() throws {
    let text =
      #" { "extra" : {"a":[1,{"b":null}],"c":"\u00e9"} , "symbol":"\u0041\ud83d\ude00","price":1e2,"bid":null , "x":[]} "#
    let message = try read(text)
    #expect(message.tick.symbol == "A😀" && message.tick.price == 100 && message.tick.bid.isNaN)
  }

  @Test(
    "bad messages are refused with a reason",
    arguments: [
      "", "[]", "{}", "nonsense", #"{"symbol":"","price":1}"#, #"{"symbol":"A"}"#, #"{"symbol":"A","price":"1"}"#,
      #"{"symbol":"A","price":1,"side":7}"#, #"{"symbol":"A","price":1,"side":300}"#, #"{"symbol":"A","price":1"#,
      #"{"symbol":"A","price":1}}"#, #"{"symbol":"A","price":01}"#, #"{"symbol":"A","price":1.}"#,
      #"{"symbol":"A","price":1e}"#, #"{"symbol":"A","price":1e999}"#, #"{"symbol":"A","price":-}"#,
      #"{"symbol":"A","price":NaN}"#, #"{"symbol":"A","price":1,}"#, #"{"symbol":"A" "price":1}"#,
      #"{"symbol":"A","price":1,"timestamp":1.5}"#, #"{"symbol":"A","price":1,"timestamp":9223372036854775808}"#,
      #"{"symbol":"A","price":1,"timestamp":"yesterday"}"#, #"{"symbol":"A","price":1,"x":"\q"}"#,
      "{\"symbol\":\"A\u{1}\",\"price\":1}", #"{"symbol":"\ud800","price":1}"#, #"{"symbol":null,"price":1}"#,
    ])
  func refused(_ text: String) {
    let error = #expect(throws: TickDataError.self) { try read(text) }
    #expect(error?.code == .invalidRow)
  }

  @Test("values that are nested without end are refused, not followed")
  func nesting() {
    let error = #expect(throws: TickDataError.self) {
      try read(#"{"symbol":"A","price":1,"x":"# + String(repeating: "[", count: 100_000))
    }
    #expect(error?.message.contains("64 deep") == true)
  }

  @Test(
    "names that no key and no folder can have, numbers below 0 and messages without end are refused",
    arguments: [
      #"{"symbol":"A\u0000B","price":1}"#, #"{"symbol":"A\nB","price":1}"#,
      #"{"symbol":"A","price":1,"stream":"\u007f"}"#,
      #"{"symbol":"A","price":1,"sequence":-2}"#, "{\"symbol\":\"\(String(repeating: "A", count: 129))\",\"price\":1}",
      "{\"symbol\":\"A\",\"price\":1,\"note\":\"\(String(repeating: "x", count: 65_536))\"}",
    ])
  func limits(_ text: String) throws {
    let error = #expect(throws: TickDataError.self) { try read(text) }
    #expect(error?.code == .invalidRow)
    #expect(try read("{\"symbol\":\"\(String(repeating: "A", count: 128))\",\"price\":1}").tick.symbol.count == 128)
  }

  @Test("bytes that are no UTF-8 are refused")
  func encoding() {
    let bytes = Array(#"{"symbol":""#.utf8) + [0xC3, 0x28] + Array(#"","price":1}"#.utf8)
    #expect(throws: TickDataError.self) { try TickMessage(decoding: Data(bytes)) }
  }

  @Test(
    "times are nanoseconds or ISO 8601",
    arguments: [
      ("1620627300123456789", 1_620_627_300_123_456_789), ("-5", -5), (#""1970-01-01T00:00:00Z""#, 0),
      (#""2021-05-10T06:15:00.123456789Z""#, 1_620_627_300_123_456_789),
      (#""2021-05-10 11:45:00.5+05:30""#, 1_620_627_300_500_000_000),
      (#""2021-05-10T06:15:00.000001""#, 1_620_627_300_000_001_000),
      (#""2021-05-10T01:15:00-0500""#, 1_620_627_300_000_000_000),
    ])
  func times(_ text: String, _ expected: Int64) throws {
    #expect(try read(#"{"symbol":"A","price":1,"timestamp":\#(text)}"#).tick.time == expected)
  }

  // The twin is Foundation's decoder.
  private struct Twin: Decodable {
    var symbol: String
    var price: Double?
    var volume: Double?
    var timestamp: Int64?
  }

  @Test("numbers are those that Foundation reads, and are written so that both read them back")
  func numbers() throws {
    var random = RandomStream(seed: 5, path: 1)
    for round in 0..<20_000 {
      var value = Double(bitPattern: random.next())
      if round % 2 == 0 { value = (Double(random.next() % 100_000_000) / 1e4) }
      if round % 5 == 0 { value = Double(Int64(bitPattern: random.next()) >> Int64(round % 60)) }
      if round % 7 == 0 { value = -value * pow(10, Double(round % 12)) }
      guard value.isFinite else { continue }
      let written = try TickMessage(Tick(symbol: "A", time: 1, price: value)).encoded()
      let twin = try JSONDecoder().decode(Twin.self, from: written)
      #expect(twin.price?.bitPattern == value.bitPattern, "\(String(decoding: written, as: UTF8.self))")
      #expect(try TickMessage(decoding: written).tick.price.bitPattern == value.bitPattern)
      // As others write numbers.
      let text = [value.description, String(format: "%.17e", value), String(format: "%.3f", value)][round % 3]
      let other = Data(#"{"symbol":"A","price":\#(text)}"#.utf8)
      let theirs = try JSONDecoder().decode(Twin.self, from: other).price
      #expect(try TickMessage(decoding: other).tick.price.bitPattern == theirs?.bitPattern, "\(text)")
    }
  }

  @Test("numbers of many digits are read to the nearest Double, ties to even")
  func nearest() throws {
    var random = RandomStream(seed: 11, path: 1)
    func check(_ text: String) throws {
      let message = try TickMessage(decoding: Data(#"{"symbol":"A","price":\#(text)}"#.utf8))
      #expect(message.tick.price.bitPattern == Double(text)?.bitPattern, "\(text)")
    }
    for round in 0..<20_000 {
      let digits = 1 + round % 20
      var mantissa = random.next()
      for _ in digits..<20 { mantissa /= 10 }
      try check("\(max(1, mantissa))e-\(round % 31)")
      // Above 2⁵³ odd numbers are halfway between two Doubles; a digit more decides.
      let half = UInt64(1) << 53 + (random.next() % 1_000_000) * 2 + 1
      for text in ["\(half).0", "\(half).1", "\(half - 1).9", "\(half)00e-2", "\(half)01e-2"] { try check(text) }
    }
  }

  /// Numbers as programs write them, and some that only look like numbers.
  private static func numberText(_ random: inout RandomStream) -> String {
    let value = Double(bitPattern: random.next())
    let size = Double(random.next() % 1_000_000) / [1, 1e2, 1e3, 1e7, 1e12][Int(random.next() % 5)]
    switch random.next() % 12 {
    case 0: return "\(value.isFinite ? value : 0)"
    case 1: return "\(-size)"
    case 2: return "\(size.nextUp)"
    case 3: return "\(random.next())"
    case 4: return "\(random.next() % 1000).\(random.next())"
    case 5: return "0.\(String(repeating: "0", count: Int(random.next() % 30)))\(random.next() % 1000)"
    case 6: return "\(random.next() % 100)e\(Int(random.next() % 60) - 30)"
    case 7: return "\(size)E+\(random.next() % 20)"
    case 8: return ["null", "-0", "0", "0e0", "1e400", "-1e-400", "1e0000000000000000000001"][Int(random.next() % 7)]
    case 9:
      return ["-", "01", "1.", ".5", "1e", "1e+", "--1", "+1", "0x1", "1e1001", "nul", "1.5.2"][Int(random.next() % 12)]
    case 10: return String(repeating: "9", count: Int(random.next() % 40) + 1)
    default: return String(format: "%.17e", value.isFinite ? value : 1)
    }
  }

  @Test("the kernel reads a number as the slow way does, or leaves it to that, wherever the text ends")
  func numberKernel() throws {
    var random = RandomStream(seed: 21, path: 1)
    var quick = 0
    for round in 0..<200_000 {
      let text = Self.numberText(&random)
      let tail = [",1", "]", "", " ,", "}}}}}}}}}}}}}}}}}}}}"][round % 5]
      let padded = Array((text + tail + String(repeating: " ", count: Int(random.next() % 40))).utf8)
      padded.withUnsafeBytes { bytes in
        var value = 0.0
        let behind = kernel_read_number(bytes.baseAddress, 0, bytes.count, &value)
        var slow = JSONScanner(bytes)
        let twin = try? slow.slowDouble()  // Nil for no number.
        var whole = JSONScanner(bytes)
        let read = try? whole.double()  // The same.
        #expect(read?.bitPattern == twin?.bitPattern && whole.position == slow.position, "\(text)")
        guard behind >= 0 else { return }
        quick += 1
        #expect(twin?.bitPattern == value.bitPattern && behind == slow.position, "\(text)")
      }
    }
    #expect(quick > 50_000)
  }

  @Test("a text that is read over is refused exactly where one that is read is")
  func checkedTexts() throws {
    var random = RandomStream(seed: 23, path: 1)
    let parts: [[UInt8]] =
      [
        #"\n"#, #"\u0041"#, #"\ud83d\ude00"#, #"\ud83d"#, #"\ude00"#, #"\u12"#, #"\x"#, #"\"#, #"\""#, #"\\"#, "é", "😀",
        "a", " ",
      ].map {
        Array($0.utf8)
      } + [[0xC3], [0xFF], [0xED, 0xA0, 0x80], [0x7F]]
    var (valid, refused) = (0, 0)
    for _ in 0..<20_000 {
      let inner = (0..<random.next() % 5).flatMap { _ in parts[Int(random.next() % UInt64(parts.count))] }
      let bytes = [UInt8(ascii: "\"")] + inner + [UInt8(ascii: "\"")]
      bytes.withUnsafeBytes { bytes in
        var scanner = JSONScanner(bytes)
        guard let text = try? scanner.text() else { return }  // It has no end.
        let isRead = (try? scanner.string(text)) != nil  // Its error is all that is asked for.
        let isChecked =
          (try? { () throws -> Bool in
            try scanner.check(text)
            return true
          }()) != nil  // The same.
        #expect(isRead == isChecked, "\(String(decoding: bytes, as: UTF8.self))")
        if isRead { valid += 1 } else { refused += 1 }
      }
    }
    #expect(valid > 1000 && refused > 1000)
  }

  @Test("lists of numbers are read as one number after another, space, nulls and other values included")
  func numberLists() throws {
    var random = RandomStream(seed: 22, path: 1)
    for round in 0..<3000 {
      let count = Int(random.next() % 700)
      let space = [",", ", ", " ,\n\t "][round % 3]
      var texts = (0..<count).map { _ in Self.numberText(&random) }
      // Most lists have numbers only.
      if round % 4 != 0 {
        texts = texts.map {
          Double($0)?.isFinite == true && $0.last != "." && $0.first != "." && $0.first != "+" && !$0.hasPrefix("01")
            && !$0.hasPrefix("0x") ? $0 : "null"
        }
      }
      if round % 16 == 0, count > 0 { texts[Int(random.next() % UInt64(count))] = "[1]" }
      let list = Array(("[" + texts.joined(separator: space) + "]" + ["", "]", ",[1,2,3,4,5,6,7,8]"][round % 3]).utf8)
      list.withUnsafeBytes { bytes in
        var (one, many) = (JSONScanner(bytes), JSONScanner(bytes))
        let expected = Result { try Self.oneByOne(&one) }
        var values: [Double] = []
        let found = Result { try many.numbers(into: &values) }
        switch (expected, found) {
        case (.success(let (twins, isWhole)), .success(let isRead)):
          #expect(isWhole == isRead && one.position == many.position)
          #expect(twins.map(\.bitPattern) == values.map(\.bitPattern))
        case (.failure(let left), .failure(let right)):
          let (left, right) = (left as? JSONScanner.Failure, right as? JSONScanner.Failure)
          #expect(left?.reason == right?.reason && left?.position == right?.position)
        default: Issue.record("\(expected) against \(found): \(String(decoding: list.prefix(300), as: UTF8.self))")
        }
      }
    }
  }

  /// The twin of `numbers`.
  private static func oneByOne(_ scanner: inout JSONScanner) throws -> ([Double], Bool) {
    var values: [Double] = []
    try scanner.expect(UInt8(ascii: "["))
    if scanner.take(UInt8(ascii: "]")) { return (values, true) }
    repeat {
      if scanner.takeNull() {
        values.append(.nan)
        continue
      }
      guard let next = scanner.next, next == UInt8(ascii: "-") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= next else {
        return (values, false)
      }
      values.append(try scanner.slowDouble())
    } while scanner.take(UInt8(ascii: ","))
    try scanner.expect(UInt8(ascii: "]"))
    return (values, true)
  }

  @Test("what a fault makes of a message is accepted or refused as Foundation does, and never crashes")
  func mutations() throws {
    var random = RandomStream(seed: 9, path: 1)
    let base = Array(
      #"{"symbol":"ABé","timestamp":1620627300000000000,"price":101.25,"x":[{"a":"\u0041"},-1.5e-3,true],"volume":10}"#
        .utf8)
    let alphabet = Array(#"{}[]",:\-+.eE0129 nulltrue"#.utf8)
    var accepted = 0
    for _ in 0..<30_000 {
      var bytes = base
      for _ in 0...random.next() % 2 {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(alphabet[Int(random.next() % UInt64(alphabet.count))], at: place)
        case 2: bytes[place] = alphabet[Int(random.next() % UInt64(alphabet.count))]
        default: bytes = Array(bytes[..<place])
        }
        if bytes.isEmpty { bytes = base }
      }
      guard let message = try? TickMessage(decoding: Data(bytes)) else { continue }
      accepted += 1
      let text = String(decoding: bytes, as: UTF8.self)
      let twin = try? JSONDecoder().decode(Twin.self, from: Data(bytes))
      #expect(twin != nil, "\(text)")
      guard let twin, !text.contains(#"\"#) || text.hasPrefix(#"{"symbol":"ABé","timestamp":16"#) else { continue }
      #expect(twin.symbol == message.tick.symbol && (twin.price ?? .nan).bitPattern == message.tick.price.bitPattern)
    }
    #expect(accepted > 1000)
  }
}
