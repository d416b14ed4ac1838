#if Programs
import ArgumentParser
import Compute
import Features
import Foundation
import ProgramSupport

/// Every function over long columns, in turns with TA-Lib's own C function on the same numbers.
struct FeaturesBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features",
    abstract: "Times every indicator over columns against TA-Lib's C library, one thread each, in turns.",
    discussion: """
      TA-Lib comes from the wheel in a Python environment: Scripts/peers makes one. Without it only our own times are
      printed. Both sides write into columns that exist already; times are nanoseconds a value. After all functions come single
      updates (indicator-stream) and a million ticks (tick-pipeline).
      """)

  @Option(help: "Values a column.") var values = 10_000_000
  @Option(help: "Turns; medians are shown.") var repeats = 3
  @Option(help: "Functions, comma separated; default: all.") var functions: String?
  @Option(help: "Python with TA-Lib.") var python = ".peers/bin/python"
  @Flag(help: "Print one line of JSON at the end.") var json = false

  struct Row: Encodable {
    let name: String
    let nanoseconds: Double
    let talib: Double?
    var ratio: Double? { talib.map { nanoseconds / $0 } }
  }

  func run() throws {
    let names =
      try functions?.split(separator: ",").map { try IndicatorCatalogue.type(named: String($0)).definition.name }
      ?? IndicatorCatalogue.definitions.map(\.name)
    let table = IndicatorTable(count: values)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("tickboost-columns-\(getpid()).bin").path
    defer { unlink(file) }
    try table.write(to: file)
    // Without TA-Lib our own times are still worth printing; the note below says so.
    let peer = try? LinePeer(python, ["Benchmarks/peers/talib_peer.py", file, String(values), "1"])
    if peer == nil { Console.note("benchmarks: TA-Lib cannot be started with '\(python)'; its times are left out") }
    print(pad("function", 22) + pad("ns a value", 14) + pad(peer?.greeting ?? "", 14) + "ratio")
    var rows: [Row] = []
    let outputs = LongColumn(count: 4 * values)
    for name in names {
      var own: [Double] = []
      var other: [Double] = []
      for _ in 0..<repeats {
        own.append(try table.time(name, into: outputs.base))
        if let peer, let time = Double(try peer.ask(name)) { other.append(time) }
      }
      let row = Row(name: name, nanoseconds: median(own), talib: other.isEmpty ? nil : median(other))
      rows.append(row)
      let talib = row.talib.map { format($0, 2) } ?? "-"
      let ratio = row.ratio.map { format($0, 2) } ?? "-"
      print(pad(name, 22) + pad(format(row.nanoseconds, 2), 14) + pad(talib, 14) + ratio)
    }
    let ratios = rows.compactMap(\.ratio)
    if !ratios.isEmpty {
      print(
        "no slower than TA-Lib: \(ratios.count { $0 <= 1 }) of \(ratios.count) (within 5 %: \(ratios.count { $0 <= 1.05 })); "
          + "median ratio \(format(median(ratios), 2))")
    }
    if json { try Console.printJSON(rows) }
    guard functions == nil, peer != nil else { return }
    print("")
    try StreamBenchmark.parse(["--python", python]).run()
    print("")
    try PipelineBenchmark.parse(["--python", python]).run()
  }
}

/// Doubles in large pages where the system has them, as NumPy's arrays are.
final class LongColumn {
  let base: UnsafeMutablePointer<Double>

  /// Zeros.
  init(count: Int) {
    base = allocateLarge(Double.self, capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  deinit { deallocateLarge(base) }
}

/// Made bars: a random walk of closes on a grid of cents, with sizes and periods.
struct IndicatorTable {
  let count: Int
  private let columns: [LongColumn]

  init(count: Int) {
    self.count = count
    var random = RandomStream(seed: 4)
    let columns = (0..<6).map { _ in LongColumn(count: count) }
    let (opens, highs, lows, closes) = (columns[0].base, columns[1].base, columns[2].base, columns[3].base)
    var close = 100.0
    for row in 0..<count {
      let open = close + ((random.uniform() - 0.5) * 20).rounded() / 100
      // Pulled back to 100, so that prices stay positive over any length.
      close = ((open + (random.uniform() - 0.5) * 2 + (100 - open) * 0.001) * 100).rounded() / 100
      opens[row] = open
      highs[row] = max(open, close) + (random.uniform() * 50).rounded() / 100
      lows[row] = min(open, close) - (random.uniform() * 50).rounded() / 100
      closes[row] = close
      columns[4].base[row] = (100 + random.uniform() * 9900).rounded()
      columns[5].base[row] = Double(2 + random.index(below: 29))
    }
    self.columns = columns
  }

  /// Open, high, low, close, volume or periods.
  func column(_ place: Int) -> UnsafeMutablePointer<Double> { columns[place].base }

  func write(to path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else { throw ValidationError("'\(path)' cannot be written") }
    for column in columns { file.write(Data(bytes: column.base, count: 8 * count)) }
    try file.close()
  }

  /// Nanoseconds a value of one run from the start.
  func time(_ name: String, into outputs: UnsafeMutablePointer<Double>) throws -> Double {
    let inputs = try IndicatorCatalogue.type(named: name).definition.inputs
    // What TA-Lib's abstract interface takes for functions of plain columns.
    let places =
      inputs == [.real, .real1] ? (name == "MAVP" ? [3, 5] : [1, 2]) : inputs.map { Self.place($0) }
    var indicator = try IndicatorCatalogue.make(name)
    let clock = ContinuousClock()
    let pointers = places.map { UnsafePointer(columns[$0].base) }
    let start = clock.now
    indicator.run(InputColumns(pointers, for: inputs), count: count, into: OutputColumns(base: outputs, stride: count))
    return (clock.now - start).seconds * 1e9 / Double(count)
  }

  private static func place(_ input: IndicatorDefinition.Input) -> Int {
    switch input {
    case .open: 0
    case .high: 1
    case .low: 2
    case .volume: 4
    default: 3
    }
  }
}
#endif
