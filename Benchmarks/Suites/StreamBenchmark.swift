#if Programs
import ArgumentParser
import Features
import Foundation
import ProgramSupport

/// One value at a time: our `update` in turns with TA-Lib's own stream in C.
struct StreamBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "indicator-stream",
    abstract:
      "Times update(_:) of RSI, MACD, BBANDS, ATR, ADX and STOCH against TA-Lib's stream in C, one thread, in turns.",
    discussion: """
      TA-Lib comes from the wheel in a Python environment: Scripts/peers makes one. Its C functions are called directly, with no
      Python between. Both take the same bars, and the results of the last are compared. Times are nanoseconds an update.
      """)

  @Option(help: "Updates a turn.") var values = 5_000_000
  @Option(help: "Turns; medians are shown.") var repeats = 5
  @Option(help: "Python with TA-Lib.") var python = ".peers/bin/python"

  func run() throws {
    try run(on: IndicatorTable(count: values))
  }

  func run(on table: IndicatorTable) throws {
    let library = try StreamLibrary(python: python)
    print(
      pad("function", 12) + pad("ns an update", 14) + pad("TA-Lib", 10) + pad("ratio", 8) + "last results differ by")
    try compare("RSI", table, library, try RSI(), { [$0] }) { try library.open($0, "RSI", [14]) }
    try compare("MACD", table, library, try MACD(), { [$0.line, $0.signal, $0.histogram] }) {
      try library.open($0, "MACD", [12, 26, 9])
    }
    try compare("BBANDS", table, library, try BBANDS(), { [$0.upper, $0.middle, $0.lower] }) {
      try library.openBands($0)
    }
    try compareBars("ATR", table, library, try ATR(), { [$0] }) { try library.openBars($0, "ATR", [14]) }
    try compareBars("ADX", table, library, try ADX(), { [$0] }) { try library.openBars($0, "ADX", [14]) }
    try compareBars("STOCH", table, library, try STOCH(), { [$0.slowK, $0.slowD] }) {
      try library.openBars($0, "STOCH", [5, 3, 0, 3, 0])
    }
  }

  private func compare<I: Indicator>(
    _ name: String, _ table: IndicatorTable, _ library: StreamLibrary, _ indicator: I,
    _ numbers: (I.Output) -> [Double], _ open: (IndicatorTable) throws -> StreamLibrary.Handle
  ) throws where I.Input == Double {
    let closes = table.column(3)
    try report(
      name,
      own: {
        var state = indicator
        var last: I.Output?
        for row in 0..<values { last = state.update(closes[row]) }
        return last.map(numbers) ?? []
      }, peer: { try open(table) })
  }

  private func compareBars<I: Indicator>(
    _ name: String, _ table: IndicatorTable, _ library: StreamLibrary, _ indicator: I,
    _ numbers: (I.Output) -> [Double], _ open: (IndicatorTable) throws -> StreamLibrary.Handle
  ) throws where I.Input == OHLCV {
    let (highs, lows, closes) = (table.column(1), table.column(2), table.column(3))
    try report(
      name,
      own: {
        var state = indicator
        var last: I.Output?
        for row in 0..<values {
          last = state.update(OHLCV(high: highs[row], low: lows[row], close: closes[row]))
        }
        return last.map(numbers) ?? []
      }, peer: { try open(table) })
  }

  private func report(_ name: String, own: () -> [Double], peer: () throws -> StreamLibrary.Handle) throws {
    var times: [Double] = []
    var others: [Double] = []
    var worst = 0.0
    for _ in 0..<repeats {
      let (results, seconds) = timed { own() }
      times.append(seconds * 1e9 / Double(values))
      let handle = try peer()
      let (theirs, taken) = timed { handle.updateAll() }
      others.append(taken * 1e9 / Double(values - handle.start))
      handle.close()
      for (a, b) in zip(results, theirs) { worst = max(worst, abs(a - b) / max(1, abs(b))) }
    }
    let ratio = format(median(times) / median(others), 2)
    print(
      pad(name, 12) + pad(format(median(times), 2), 14) + pad(format(median(others), 2), 10) + pad(ratio, 8)
        + String(format: "%.1e", worst))
  }
}

/// TA-Lib's C library, from the wheel.
struct StreamLibrary {
  /// An open stream that has taken the first bars.
  struct Handle {
    let start: Int
    /// Updates with all further bars and returns the last results.
    let updateAll: () -> [Double]
    let close: () -> Void
  }

  private typealias Doubles = UnsafeMutablePointer<Double>
  private typealias Input = UnsafePointer<Double>
  private typealias Stream = OpaquePointer
  private typealias Opened = UnsafeMutablePointer<OpaquePointer?>
  private typealias Close = @convention(c) (Stream?) -> Int32

  private let library: UnsafeMutableRawPointer
  private static let history = 100

  init(python: String) throws {
    let find = """
      import glob, os, talib
      folder = os.path.join(os.path.dirname(os.path.dirname(talib.__file__)), "ta_lib.libs")
      print(glob.glob(os.path.join(folder, "*.so*"))[0], flush=True)
      """
    let path: String
    do {
      path = try LinePeer(python, ["-c", find]).greeting
    } catch {
      throw ValidationError("TA-Lib cannot be found with '\(python)': Scripts/peers makes an environment that has it")
    }
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL), let start = dlsym(library, "TA_Initialize") else {
      throw ValidationError("'\(path)' cannot be loaded")
    }
    _ = unsafeBitCast(start, to: (@convention(c) () -> Int32).self)()
    self.library = library
  }

  private func function<F>(_ name: String, as type: F.Type) throws -> F {
    guard let symbol = dlsym(library, name) else { throw ValidationError("TA-Lib has no '\(name)'") }
    return unsafeBitCast(symbol, to: type)
  }

  private func checked(_ name: String, _ code: Int32, _ stream: Stream?) throws -> Stream {
    guard code == 0, let stream else { throw ValidationError("TA_\(name)_Open returned \(code)") }
    return stream
  }

  private func closing(_ name: String, _ stream: Stream) throws -> () -> Void {
    let close = try function("TA_\(name)_Close", as: Close.self)
    return { _ = close(stream) }
  }

  /// RSI and MACD over closes.
  func open(_ table: IndicatorTable, _ name: String, _ parameters: [Int32]) throws -> Handle {
    let closes = UnsafePointer(table.column(3))
    let results = Doubles.allocate(capacity: 3)
    var stream: Stream?
    let code: Int32
    if parameters.count == 1 {
      let open = try function(
        "TA_\(name)_Open", as: (@convention(c) (Opened, Input, Int32, Int32, Doubles) -> Int32).self)
      code = open(&stream, closes, Int32(Self.history), parameters[0], results)
    } else {
      let open = try function(
        "TA_\(name)_Open",
        as: (@convention(c) (Opened, Input, Int32, Int32, Int32, Int32, Doubles, Doubles, Doubles) -> Int32).self)
      code = open(
        &stream, closes, Int32(Self.history), parameters[0], parameters[1], parameters[2], results, results + 1,
        results + 2)
    }
    let opened = try checked(name, code, stream)
    let count = table.count
    let close = try closing(name, opened)
    if parameters.count == 1 {
      let update = try function("TA_\(name)_Update", as: (@convention(c) (Stream, Double, Doubles) -> Int32).self)
      return Handle(start: Self.history) {
        for row in Self.history..<count { _ = update(opened, closes[row], results) }
        return [results[0]]
      } close: {
        close()
        results.deallocate()
      }
    }
    return try threeResults(name, opened, closes, count, results, close)
  }

  /// BBANDS over closes with its defaults.
  func openBands(_ table: IndicatorTable) throws -> Handle {
    let closes = UnsafePointer(table.column(3))
    let results = Doubles.allocate(capacity: 3)
    var stream: Stream?
    let open = try function(
      "TA_BBANDS_Open",
      as: (@convention(c) (Opened, Input, Int32, Int32, Double, Double, Int32, Doubles, Doubles, Doubles) -> Int32).self
    )
    let code = open(&stream, closes, Int32(Self.history), 20, 2, 2, 0, results, results + 1, results + 2)
    let opened = try checked("BBANDS", code, stream)
    return try threeResults("BBANDS", opened, closes, table.count, results, try closing("BBANDS", opened))
  }

  private func threeResults(
    _ name: String, _ stream: Stream, _ values: Input, _ count: Int, _ results: Doubles, _ close: @escaping () -> Void
  ) throws -> Handle {
    let update = try function(
      "TA_\(name)_Update", as: (@convention(c) (Stream, Double, Doubles, Doubles, Doubles) -> Int32).self)
    return Handle(start: Self.history) {
      for row in Self.history..<count { _ = update(stream, values[row], results, results + 1, results + 2) }
      return [results[0], results[1], results[2]]
    } close: {
      close()
      results.deallocate()
    }
  }

  /// ATR, ADX and STOCH over high, low and close.
  func openBars(_ table: IndicatorTable, _ name: String, _ parameters: [Int32]) throws -> Handle {
    let (highs, lows) = (UnsafePointer(table.column(1)), UnsafePointer(table.column(2)))
    let closes = UnsafePointer(table.column(3))
    let results = Doubles.allocate(capacity: 2)
    let history = Int32(Self.history)
    let count = table.count
    var stream: Stream?
    if parameters.count == 1 {
      let open = try function(
        "TA_\(name)_Open", as: (@convention(c) (Opened, Input, Input, Input, Int32, Int32, Doubles) -> Int32).self)
      let opened = try checked(name, open(&stream, highs, lows, closes, history, parameters[0], results), stream)
      let update = try function(
        "TA_\(name)_Update", as: (@convention(c) (Stream, Double, Double, Double, Doubles) -> Int32).self)
      let close = try closing(name, opened)
      return Handle(start: Self.history) {
        for row in Self.history..<count { _ = update(opened, highs[row], lows[row], closes[row], results) }
        return [results[0]]
      } close: {
        close()
        results.deallocate()
      }
    }
    let open = try function(
      "TA_\(name)_Open",
      as: (@convention(c) (
        Opened, Input, Input, Input, Int32, Int32, Int32, Int32, Int32, Int32, Doubles, Doubles
      ) -> Int32).self)
    let code = open(
      &stream, highs, lows, closes, history, parameters[0], parameters[1], parameters[2], parameters[3], parameters[4],
      results, results + 1)
    let opened = try checked(name, code, stream)
    let update = try function(
      "TA_\(name)_Update", as: (@convention(c) (Stream, Double, Double, Double, Doubles, Doubles) -> Int32).self)
    let close = try closing(name, opened)
    return Handle(start: Self.history) {
      for row in Self.history..<count { _ = update(opened, highs[row], lows[row], closes[row], results, results + 1) }
      return [results[0], results[1]]
    } close: {
      close()
      results.deallocate()
    }
  }
}
#endif
