import Boosting
import Compute
import Foundation
import TestSupport
import Testing

@Suite("Features that share a byte") struct RowLayoutTests {
  @Test("every combination of bins has a value of its own, and none is above 255")
  func mixedRadix() {
    let counts = [2, 3, 40, 255, 1, 17, 128, 2, 2, 16, 300, 16, 129, 1, 5]
    let layout = RowLayout(binCounts: counts)
    #expect(layout.groups.joined().sorted() == Array(counts.indices))
    #expect(layout.stride % 8 == 0 && layout.stride >= layout.groups.count)
    for (place, group) in layout.groups.enumerated() where group.count > 1 {
      var seen: Set<[Int]> = []
      let product = group.reduce(1) { $0 * counts[$1] }
      #expect(product <= 256)
      for byte in 0..<product {
        let bins = group.map { layout.bin(of: $0, in: UInt8(byte)) }
        #expect(zip(group, bins).allSatisfy { layout.byte[$0] == place && $1 < counts[$0] })
        seen.insert(bins)
      }
      #expect(seen.count == product)
    }
    for feature in counts.indices where counts[feature] > 128 { #expect(layout.isAlone(feature)) }
    // What fits together is put together: 128 · 2, 40 · 5, 17 · 3 · 2 · 2, 16 · 16, with the constant ones somewhere; three alone.
    #expect(layout.groups.count == 7)
  }

  @Test("one-hot columns take an eighth of the bytes")
  func oneHot() {
    #expect(RowLayout(binCounts: [Int](repeating: 2, count: 64)).groups.count == 8)
    #expect(RowLayout(binCounts: [Int](repeating: 255, count: 64)).groups.count == 64)
    #expect(RowLayout(binCounts: []).stride == 0)
  }

  /// Columns that share bytes, among them categories, missing values and constants, and two that do not.
  private static func data(_ rowCount: Int) -> (columns: [[Double]], labels: [Double]) {
    var random = RandomStream(seed: 31)
    var columns = [[Double]](repeating: [], count: 12)
    var labels: [Double] = []
    for _ in 0..<rowCount {
      let wide = [random.normal(), random.normal()]
      let hot = random.index(below: 5)
      let level = Double(random.index(below: 9))
      let few = random.uniform() < 0.2 ? Double.nan : Double(random.index(below: 4))
      let row =
        wide + (0..<5).map { $0 == hot ? 1 : 0 } + [level, few, 7, Double(random.index(below: 20)), wide[0].rounded()]
      for (column, value) in row.enumerated() { columns[column].append(value) }
      let score =
        wide[0] + (hot == 2 ? 2 : 0) + (level == 3 || level == 5 ? 1 : 0) + (few.isNaN ? 1.5 : 0) + 0.1 * row[10]
      labels.append(score + 0.3 * random.normal())
    }
    return (columns, labels)
  }

  private static func options(_ growth: BoostingOptions.Growth) -> BoostingOptions {
    var options = growth == .levelwise ? BoostingOptions.xgboost : growth == .symmetric ? .symmetric : .lightGBM
    options.numIterations = 12
    options.categoricalFeatures = growth == .symmetric ? [] : [7]
    return options
  }

  @Test("a file whose shared bytes say something else than its columns, or a bin that there is not, is refused")
  func damagedFile() throws {
    let (columns, labels) = Self.data(500)
    var options = BoostingOptions.lightGBM
    options.categoricalFeatures = [7]
    let folder = try ScratchFolder()
    try BinnedDataset(TrainingData(columns: columns, labels: labels), options).write(to: folder("d.bin"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder("d.bin")))
    // The last parts are rows of 8 bytes or more and 12 columns, each from a multiple of 64 on; no feature has more than 256
    // bins.
    let columnStart = bytes.count - 12 * 500
    for (place, isSound) in [(columnStart + 2 * 500 + 7, false), (columnStart - 64, false), (columnStart + 3, true)] {
      var damaged = bytes
      for offset in 0..<(isSound ? 1 : 60) where place + offset < columnStart || offset == 0 {
        damaged[place + offset] ^= 0x55
      }
      try damaged.write(to: URL(fileURLWithPath: folder("x.bin")))
      if isSound {
        // A number's bin always has room.
        #expect(try BinnedDataset(contentsOf: folder("x.bin")).rowCount == 500)
      } else {
        #expect(throws: BoostingError.self) { try BinnedDataset(contentsOf: folder("x.bin")) }
      }
    }
  }

  @Test(
    "models have the same bytes for any number of threads, and those of rows that share no byte",
    arguments: [BoostingOptions.Growth.leafwise, .levelwise, .symmetric])
  func sameBytes(_ growth: BoostingOptions.Growth) throws {
    let (columns, labels) = Self.data(3000)
    var options = Self.options(growth)
    let data = try TrainingData(columns: columns, labels: labels)
    var texts: Set<String> = []
    func add(_ model: BoostingModel) throws {
      texts.insert(try growth == .levelwise ? model.xgboostJSON() : model.lightGBMText())
    }
    for threads in [1, 2, 3, 8] {
      options.numThreads = threads
      try add(Booster(options).train(data))
    }
    let bins = try BinnedDataset(data, options)
    #expect(!bins.sharesNoByte)
    try add(Booster(options).train(bins.unshared()))
    #expect(texts.count == 1)
  }

  @Test(
    "rows scored by shared bytes have the scores of their values",
    arguments: [BoostingOptions.Growth.leafwise, .levelwise, .symmetric])
  func scores(_ growth: BoostingOptions.Growth) throws {
    let (columns, labels) = Self.data(3000)
    var options = Self.options(growth)
    options.metrics = [.l2]
    let data = try TrainingData(columns: columns, labels: labels)
    var last = 0.0
    let model = try Booster(options).train(data, validation: data) { progress in
      last = progress.score ?? .nan
      return true
    }
    let scores = try model.rawScores(NumericTable(columns: columns))
    let loss = zip(scores, labels).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(labels.count)
    // Sums in another order.
    #expect(abs(loss - last) < 1e-9)
    let used = Set(model.trees.flatMap(\.splitFeature))
    // Splits of columns that share bytes are among them.
    #expect(used.contains(8) && (used.contains(4) || used.contains(10)))
  }
}
