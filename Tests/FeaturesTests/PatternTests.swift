import Compute
import Features
import Foundation
import TestSupport
import Testing

@Suite("Candlestick patterns") struct PatternTests {
  struct Golden: Decodable {
    struct Series: Decodable {
      let ticksPerUnit: Double
      let open: [Double]
      let high: [Double]
      let low: [Double]
      let close: [Double]

      enum CodingKeys: String, CodingKey {
        case ticksPerUnit = "ticks_per_unit"
        case open, high, low, close
      }

      /// The prices; a whole number of ticks divided is the nearest number to the price.
      var columns: [[Double]] { [open, high, low, close].map { $0.map(price) } }

      func price(_ ticks: Double) -> Double { ticks / ticksPerUnit }
    }

    struct Case: Decodable {
      let name: String
      let parameters: [Double]
      /// Series, row and value of each result that is not 0.
      let signals: [[Int]]
    }

    let lookbacks: [String: Int]
    let series: [Series]
    let cases: [Case]
    /// Series, row, column, its new ticks, row of the result, result.
    let edits: [String: [[Int]]]
  }

  static let golden: Golden = {
    do {
      return try TestSupport.Golden.read("patterns.json", as: Golden.self)
    } catch {
      preconditionFailure("the golden file of the patterns cannot be read: \(error)")
    }
  }()

  static let names = IndicatorCatalogue.definitions.filter { $0.group == .pattern }.map(\.name)

  /// Bars on a tick grid with equal prices, flat stretches and gaps; one bar in `missing` lacks a price.
  static func bars(_ count: Int, seed: UInt64, missing: Int? = nil) -> [OHLCV] {
    var random = RandomStream(seed: seed)
    func whole(_ bound: Int) -> Int { Int(random.uniform() * Double(bound + 1)) }
    var last = 5000
    return (0..<count).map { row in
      let size = row / 40 % 5 == 4 ? 0 : 1 + row / 7 % 6
      let open = last + (whole(3) == 0 ? whole(8) - 4 : 0)
      let close = open + whole(2 * size) - size
      let high = max(open, close) + whole(1) * whole(size)
      let low = min(open, close) - whole(1) * whole(size)
      last = close
      var prices = [open, high, low, close].map { Double($0) / 100 }
      if let missing, whole(missing - 1) == 0 { prices[whole(3)] = whole(1) == 0 ? .nan : .infinity }
      return OHLCV(open: prices[0], high: prices[1], low: prices[2], close: prices[3])
    }
  }

  static func columns(_ bars: some Sequence<OHLCV>) -> [[Double]] {
    let fields: [(OHLCV) -> Double] = [{ $0.open }, { $0.high }, { $0.low }, { $0.close }]
    return fields.map { bars.map($0) }
  }

  /// A pattern behind closures, so that tests can be written for all of them.
  struct Subject {
    let update: (OHLCV) -> Double
    let peek: (OHLCV) -> Double
    let append: ([OHLCV]) throws -> [Double]
    let encoded: () throws -> Data
    let restored: () throws -> Subject
    let lookback: Int

    init(_ name: String) throws { self.init(try IndicatorCatalogue.make(name)) }

    private init(_ pattern: any Indicator) {
      func open<Pattern: Indicator>(_ pattern: Pattern) -> Subject { Subject(of: pattern) }
      self = open(pattern)
    }

    private init<Pattern: Indicator>(of pattern: Pattern) {
      var state = pattern
      lookback = pattern.lookback
      update = { bar in Self.withInput(bar) { state.update(Pattern.Input($0, 0), commit: true)[0] } }
      peek = { bar in Self.withInput(bar) { state.peek(Pattern.Input($0, 0))[0] } }
      append = { try state.append(PatternTests.columns($0))[0] }
      encoded = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(state)
      }
      restored = { Subject(of: try JSONDecoder().decode(Pattern.self, from: JSONEncoder().encode(state))) }
    }

    private static func withInput(_ bar: OHLCV, _ body: (InputColumns) -> Double) -> Double {
      [bar.open, bar.high, bar.low, bar.close].withUnsafeBufferPointer { prices in
        guard let base = prices.baseAddress else { return .nan }
        return body(InputColumns([base, base + 1, base + 2, base + 3], for: [.open, .high, .low, .close]))
      }
    }
  }

  @Test("names and inputs are TA-Lib's, in order, and each pattern says how far it looks back", arguments: names)
  func definition(_ name: String) throws {
    let definition = try IndicatorCatalogue.type(named: name).definition
    #expect(definition.inputs == [.open, .high, .low, .close])
    #expect(definition.outputs == ["integer"])
    #expect(try Subject(name).lookback == Self.golden.lookbacks[name])
  }

  @Test("all of TA-Lib's patterns are there in alphabetical order, and each value occurs in the golden file")
  func catalogue() {
    #expect(Self.names == Self.golden.lookbacks.keys.sorted())
    #expect(Self.names.count == 61)
    var values: [String: Set<Int>] = [:]
    for golden in Self.golden.cases { values[golden.name, default: []].formUnion(golden.signals.map { $0[2] }) }
    #expect(values.count == 61)
    #expect(values.values.allSatisfy { !$0.isEmpty })
    #expect(values["CDLENGULFING"] == [-100, -80, 80, 100])
    #expect(values["CDLHARAMICROSS"] == [-100, -80, 80, 100])
    #expect(values["CDLHIKKAKEMOD"] == [-200, -100, 100, 200])
    #expect(values.values.filter { $0.count == 1 }.count == 34)
    #expect(values.values.filter { $0.isSuperset(of: [-100, 100]) }.count == 27)
  }

  @Test("each result equals TA-Lib's", arguments: golden.cases.indices)
  func original(_ index: Int) throws {
    let golden = Self.golden.cases[index]
    let lookback = try #require(Self.golden.lookbacks[golden.name])
    for (number, series) in Self.golden.series.enumerated() {
      let columns = series.columns
      var expected = columns[0].indices.map { $0 < lookback ? Double.nan : 0 }
      for signal in golden.signals where signal[0] == number { expected[signal[1]] = Double(signal[2]) }
      let found = try IndicatorCatalogue.make(golden.name, golden.parameters).results(of: columns)[0]
      #expect(isSameBits(found, expected), "\(golden.name) \(golden.parameters) in series \(number)")
    }
  }

  @Test("each result changes with the same tick of the same price as TA-Lib's", arguments: names)
  func edits(_ name: String) throws {
    let edits = try #require(Self.golden.edits[name])
    #expect(edits.count >= 7)
    for edit in edits {
      let series = Self.golden.series[edit[0]]
      var columns = series.columns
      columns[edit[2]][edit[1]] = series.price(Double(edit[3]))
      #expect(try IndicatorCatalogue.make(name).results(of: columns)[0][edit[4]] == Double(edit[5]), "\(edit)")
    }
  }

  @Test("columns in chunks of any size give the values and the state of single bars", arguments: names)
  func batchIsStream(_ name: String) throws {
    for (seed, missing) in [(1, nil), (2, 300), (3, 25)] as [(UInt64, Int?)] {
      let bars = Self.bars(1500, seed: seed, missing: missing)
      let single = try Subject(name)
      let expected = bars.map(single.update)
      for size in [1, 2, 15, 17, 64, 257, 1500] {
        let subject = try Subject(name)
        var found: [Double] = []
        for start in stride(from: 0, to: bars.count, by: size) {
          found += try subject.append(Array(bars[start..<min(start + size, bars.count)]))
        }
        #expect(isSameBits(found, expected), "seed \(seed), chunks of \(size)")
        #expect(try subject.encoded() == single.encoded(), "seed \(seed), chunks of \(size)")
      }
    }
  }

  @Test("columns go on from single bars and single bars from columns", arguments: names)
  func alternation(_ name: String) throws {
    let bars = Self.bars(700, seed: 4, missing: 150)
    let (single, mixed) = (try Subject(name), try Subject(name))
    let expected = bars.map(single.update)
    var found: [Double] = []
    for (start, end) in [(0, 40), (90, 391), (400, 700)] {
      found += bars[found.count..<start].map(mixed.update)
      found += try mixed.append(Array(bars[start..<end]))
    }
    #expect(isSameBits(found, expected))
    #expect(try mixed.encoded() == single.encoded())
  }

  @Test("peeking gives what an update would and leaves the state", arguments: names)
  func peek(_ name: String) throws {
    let subject = try Subject(name)
    let forming = Self.bars(400, seed: 6, missing: 50)
    for (bar, other) in zip(Self.bars(400, seed: 5, missing: 80), forming) {
      let before = try subject.encoded()
      _ = subject.peek(other)
      let peeked = subject.peek(bar)
      #expect(try subject.encoded() == before)
      #expect(subject.update(bar).bitPattern == peeked.bitPattern)
    }
  }

  @Test("a stored state goes on with the same bits", arguments: names)
  func restore(_ name: String) throws {
    let bars = Self.bars(600, seed: 7, missing: 120)
    for place in [0, 1, 9, 13, 14, 250, 500] {
      let subject = try Subject(name)
      for bar in bars[..<place] { _ = subject.update(bar) }
      let restored = try subject.restored()
      let rest = Array(bars[place...])
      #expect(isSameBits(try restored.append(rest), rest.map(subject.update)), "from row \(place)")
    }
  }

  @Test("a prefix of the bars gives the same values: nothing looks ahead", arguments: names)
  func prefix(_ name: String) throws {
    let bars = Self.bars(800, seed: 8)
    let whole = try Subject(name).append(bars)
    for length in [1, 10, 15, 16, 17, 300, 555] {
      #expect(isSameBits(try Subject(name).append(Array(bars[..<length])), Array(whole[..<length])))
    }
  }

  @Test("after a bar that lacks any of its prices results are those of a fresh start", arguments: names)
  func missing(_ name: String) throws {
    let clean = Self.bars(500, seed: 9)
    for (row, lack) in [(3, 0), (100, 1), (263, 2), (300, 3)] {
      var bars = clean
      switch lack {
      case 0: bars[row].open = .nan
      case 1: bars[row].high = .infinity
      case 2: bars[row].low = -.infinity
      default: bars[row].close = .nan
      }
      let found = try Subject(name).append(bars)
      let before = try Subject(name).append(Array(clean[..<row]))
      let after = try Subject(name).append(Array(clean[(row + 1)...]))
      #expect(isSameBits(found, before + [.nan] + after), "row \(row)")
    }
  }

  @Test("a missing volume is no missing bar")
  func volume() {
    var pattern = CDLDOJI()
    var bars = Self.bars(30, seed: 10)
    for row in bars.indices { bars[row].volume = row % 2 == 0 ? 1 : .nan }
    #expect(bars.map { pattern.update($0) }.dropFirst(10).allSatisfy { !$0.isNaN })
  }

  @Test("the penetration has TA-Lib's default, and one that is negative or no number is refused")
  func penetration() throws {
    let defaults = Self.names.compactMap { name -> (String, Double)? in
      // Names come from the catalogue; one that were not there would fail the test of definitions.
      guard let parameter = try? IndicatorCatalogue.type(named: name).definition.parameters.first else { return nil }
      return (name, parameter.defaultValue)
    }
    #expect(
      Dictionary(uniqueKeysWithValues: defaults) == [
        "CDLABANDONEDBABY": 0.3, "CDLDARKCLOUDCOVER": 0.5, "CDLEVENINGDOJISTAR": 0.3, "CDLEVENINGSTAR": 0.3,
        "CDLMATHOLD": 0.5, "CDLMORNINGDOJISTAR": 0.3, "CDLMORNINGSTAR": 0.3,
      ])
    let columns = Self.columns(Self.bars(2000, seed: 11))
    let typed = try CDLDARKCLOUDCOVER(penetration: 0.1).results(of: columns)[0]
    #expect(isSameBits(typed, try IndicatorCatalogue.make("CDLDARKCLOUDCOVER", [0.1]).results(of: columns)[0]))
    #expect(!isSameBits(typed, try CDLDARKCLOUDCOVER().results(of: columns)[0]))
    for value in [-0.1, .nan, .infinity] {
      #expect { try CDLMORNINGSTAR(penetration: value) } throws: { ($0 as? FeatureError)?.code == .invalidOption }
    }
  }

  @Test("a stored state that is damaged is refused")
  func damage() throws {
    var state = CDLDOJI()
    for bar in Self.bars(30, seed: 12) { _ = state.update(bar) }
    let text = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
    let damaged = text.replacing(#/"newest":\d+/#, with: "\"newest\":99")
    #expect(damaged != text)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(CDLDOJI.self, from: Data(damaged.utf8)) }
  }
}
