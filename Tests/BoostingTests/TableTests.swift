import Boosting
import Compute
import Foundation
import TestSupport
import Testing

@Suite("tables and files")
struct TableTests {
  private static let columnCount = 19

  /// Rows with values of every kind: missing, infinite, zero, constant columns, ties.
  private static let rows: [Float] = {
    var random = RandomStream(seed: 3)
    return (0..<1500 * columnCount).map { place in
      switch random.index(below: 20) {
      case 0: .nan
      case 1: .infinity
      case 2: -.infinity
      case 3: 0
      case 4: -0.0
      default: place % columnCount == 5 ? 1 : Float(random.normal())
      }
    }
  }()

  @Test(
    "every layout and precision gives the same bins, those of the mappers", arguments: BoostingOptions.Growth.allCases)
  func layouts(_ growth: BoostingOptions.Growth) throws {
    let singles = try NumericTable(rows: Self.rows, columnCount: Self.columnCount)
    let doubles = try NumericTable(rows: Self.rows.map { Double($0) }, columnCount: Self.columnCount)
    let columns = try NumericTable(columns: (0..<Self.columnCount).map { singles.column($0) })
    let folder = try ScratchFolder()
    try NpyFile.write(Self.rows.map { Double($0) }, columns: Self.columnCount, to: folder("x.npy"))
    let mapped = try NumericTable(npyFile: folder("x.npy"))
    var options = BoostingOptions()
    options.growth = growth
    options.maxBin = 63
    let labels = [Double](repeating: 1, count: 1500)
    let mappers = BinnedMatrix.mappers(try TrainingData(table: singles, labels: labels), options, threads: 2)
    for table in [singles, doubles, columns, mapped] {
      let own = BinnedMatrix.mappers(try TrainingData(table: table, labels: labels), options, threads: 3)
      #expect(own == mappers)
      let matrix = BinnedMatrix(table, mappers: mappers, threads: 2)
      for feature in mappers.indices {
        for row in 0..<1500 {
          let expected = mappers[feature].bin(of: Double(Self.rows[row * Self.columnCount + feature]))
          let byte = matrix.rows[row * matrix.layout.stride + matrix.layout.byte[feature]]
          guard matrix.columns[feature * 1500 + row] == expected,
            matrix.layout.bin(of: feature, in: byte) == Int(expected)
          else {
            Issue.record("row \(row), feature \(feature)")
            return
          }
        }
      }
    }
  }

  @Test("scores of tables have the bits of scores row by row", arguments: [2, 31, 63, 90], [1, 3])
  func scores(leaves: Int, classes: Int) throws {
    var options = BoostingOptions.lightGBM
    options.numLeaves = leaves
    options.minDataInLeaf = 3
    options.numIterations = 7
    options.objective = classes == 1 ? .regression : .multiclass
    options.numClass = classes
    let singles = try NumericTable(rows: Self.rows, columnCount: Self.columnCount)
    // Values between the floats must take the way of doubles.
    let doubles = try NumericTable(rows: Self.rows.map { Double($0) * 1.000_000_001 }, columnCount: Self.columnCount)
    for table in [singles, doubles] {
      let data = try TrainingData(table: table, labels: (0..<1500).map { Double($0 * $0 % 11 % (classes + 2) % 3) })
      let model = try Booster(options).train(data)
      let all = try model.rawScores(table, threads: 2)
      let columns = (0..<Self.columnCount).map { table.column($0) }
      for row in 0..<1500 {
        let own = try model.rawScores(row: columns.map { $0[row] })
        for index in 0..<classes where own[index] != all[index * 1500 + row] {
          Issue.record("row \(row): \(own[index]) and \(all[index * 1500 + row])")
          return
        }
      }
    }
  }

  @Test("radix sorting a sample equals sorting it")
  func sorting() {
    var random = RandomStream(seed: 4)
    let singles = Self.rows.map { Double($0) }
    let doubles =
      (0..<5000).map { _ in random.normal() * 1e300 * random.uniform() } + [
        .nan, .infinity, -.infinity, Double.leastNonzeroMagnitude,
      ]
    for values in [singles, doubles, [], [.nan], [-1]] {
      #expect(sortedValues(values) == values.filter { !$0.isNaN }.sorted())
    }
  }

  @Test("damaged .npy files are refused")
  func damagedNpy() throws {
    let folder = try ScratchFolder()
    try NpyFile.write([1, 2, 3, 4, 5, 6], columns: 2, to: folder("x.npy"))
    #expect(try NumericTable(npyFile: folder("x.npy")).column(1) == [2, 4, 6])
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder("x.npy")))
    for length in [0, 5, 9, 20, 60, whole.count - 1] {
      try whole.prefix(length).write(to: URL(fileURLWithPath: folder("y.npy")))
      let error = #expect(throws: BoostingError.self) { try NumericTable(npyFile: folder("y.npy")) }
      #expect(error?.code == .badFile)
    }
    var random = RandomStream(seed: 6)
    for _ in 0..<300 {
      var bytes = whole
      bytes[random.index(below: 100)] = UInt8(random.index(below: 256))
      try bytes.write(to: URL(fileURLWithPath: folder("z.npy")))
      // Any answer but a crash or values from outside the file.
      if let table = try? NumericTable(npyFile: folder("z.npy")), table.columnCount > 0 { _ = table.column(0) }
    }
  }

  @Test("UBJSON keeps a model's predictions bit for bit, and damaged files give an error or a model, never a crash")
  func ubjson() throws {
    var options = BoostingOptions.xgboost
    options.numIterations = 5
    let data = try TrainingData(
      // XGBoost takes no infinite values, and its format has no threshold for them.
      table: NumericTable(rows: Self.rows.map { $0.isInfinite ? 9 : $0 }, columnCount: Self.columnCount),
      labels: (0..<1500).map { Double($0 % 7) })
    let model = try Booster(options).train(data)
    let folder = try ScratchFolder()
    try model.write(to: folder("m.ubj"))
    let again = try BoostingModel(contentsOf: folder("m.ubj"))
    #expect(try isSameBits(again.rawScores(data.table), model.rawScores(data.table)))
    #expect(try again.xgboostJSON() == model.xgboostJSON())
    let whole = try model.xgboostUBJSON()
    var random = RandomStream(seed: 7)
    for _ in 0..<200 {
      var bytes = whole
      for _ in 0..<3 { bytes[random.index(below: bytes.count)] = UInt8(random.index(below: 256)) }
      if random.uniform() < 0.5 { bytes = bytes.prefix(random.index(below: bytes.count)) }
      try bytes.write(to: URL(fileURLWithPath: folder("d.ubj")))
      do throws(BoostingError) {
        _ = try BoostingModel(contentsOf: folder("d.ubj"))
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
  }

  @Test("an unknown option names the nearest one")
  func nearest() {
    var options = BoostingOptions()
    let error = #expect(throws: BoostingError.self) { try options.set("num_leafs", to: "3") }
    #expect(error?.message.contains("num_leaf") == true)
    #expect(nearestName(to: "completely_other", in: BoostingOptions.parameterNames) == nil)
  }
}
