import Boosting
import Compute
import Foundation
import TestSupport
import Testing

@Suite("bins, missing values and files of bins")
struct DatasetTests {
  /// Rows of which a third of the values are zero and some are missing.
  private static let columns: [[Double]] = {
    var random = RandomStream(seed: 31)
    return (0..<5).map { column in
      (0..<3000).map { _ in
        let kind = random.index(below: 12)
        return kind < 4 ? 0 : kind == 4 ? .nan : column == 3 ? abs(random.normal()) : random.normal()
      }
    }
  }()
  private static let labels: [Double] = {
    var random = RandomStream(seed: 32)
    return (0..<3000).map { row in
      let shown = columns.map { $0[row].isNaN || $0[row] == 0 ? 0.7 : $0[row] }
      return shown[0] + shown[3] * shown[1] + random.normal()
    }
  }()

  private func data() throws -> TrainingData { try TrainingData(columns: Self.columns, labels: Self.labels) }

  @Test("where zero is missing, zero and NaN predict the same and trees say so")
  func zeroAsMissing() throws {
    var options = BoostingOptions.lightGBM
    options.zeroAsMissing = true
    options.numIterations = 20
    let model = try Booster(options).train(try data())
    for row in 0..<200 {
      let values = Self.columns.map { $0[row] }
      let zeros = try model.rawScores(row: values.map { $0.isNaN ? 0 : $0 })
      let missing = try model.rawScores(row: values.map { $0 == 0 ? .nan : $0 })
      #expect(zeros == missing)
    }
    let folder = try ScratchFolder()
    try model.write(to: folder("m.txt"))
    let back = try BoostingModel(contentsOf: folder("m.txt"))
    #expect(try back.rawScores(Self.columns) == model.rawScores(Self.columns))
    var plain = options
    plain.zeroAsMissing = false
    #expect(try Booster(plain).train(try data()).rawScores(Self.columns) != model.rawScores(Self.columns))
    // Training scores stand on bins, predictions on values: both must put every row in the same leaf.
    #expect(throws: BoostingError.self) { try model.write(to: folder("m.json")) }
  }

  @Test("bins of zero as missing are those of the mapper, for both precisions")
  func zeroBins() throws {
    var options = BoostingOptions.lightGBM
    options.zeroAsMissing = true
    let singles = Self.columns.map { $0.map { Float($0) } }
    let rows = (0..<3000).flatMap { row in singles.map { $0[row] } }
    let table = try NumericTable(rows: rows, columnCount: 5)
    let mappers = BinnedMatrix.mappers(try TrainingData(table: table, labels: Self.labels), options, threads: 1)
    #expect(mappers.allSatisfy { $0.missing == .zero })
    for source in [table, try NumericTable(columns: singles.map { $0.map { Double($0) } })] {
      let matrix = BinnedMatrix(source, mappers: mappers, threads: 2)
      for (feature, mapper) in mappers.enumerated() {
        for row in 0..<3000 {
          #expect(matrix.columns[feature * 3000 + row] == mapper.bin(of: Double(singles[feature][row])))
        }
      }
    }
  }

  @Test("without missing values NaN counts as zero")
  func noMissing() throws {
    var options = BoostingOptions.lightGBM
    options.useMissing = false
    options.numIterations = 10
    let model = try Booster(options).train(try data())
    let filled = Self.columns.map { $0.map { $0.isNaN ? 0 : $0 } }
    let other = try Booster(options).train(try TrainingData(columns: filled, labels: Self.labels))
    #expect(try model.rawScores(filled) == other.rawScores(filled))
  }

  @Test("forced bounds are bounds; too many are cut off")
  func forcedBins() throws {
    let values = (0..<1000).map { Double($0) / 1000 }
    let mapper = LightGBMBins.mapper(
      sample: values, maxBin: 16, minDataInBin: 3, forced: [0.123, 0.456, 0.7891])
    for bound in [0.123, 0.456, 0.7891] { #expect(mapper.upperBounds.contains(bound)) }
    #expect(mapper.upperBounds.count <= 16)
    #expect(mapper.upperBounds == mapper.upperBounds.sorted())
    let few = LightGBMBins.mapper(
      sample: values, maxBin: 4, minDataInBin: 3, forced: (1...20).map { Double($0) / 21 })
    #expect(few.upperBounds.count <= 4)
    var options = BoostingOptions.lightGBM
    options.forcedBins = [9: [1]]
    #expect(throws: BoostingError.self) { try Booster(options).train(try data()) }
  }

  @Test("a mapped file of bins trains the same model; a damaged one is an error", arguments: [0, 1, 2])
  func binnedFile(_ kind: Int) throws {
    var options = kind == 2 ? BoostingOptions.xgboost : .lightGBM
    options.zeroAsMissing = kind == 1
    options.numIterations = 10
    let weights = kind == 0 ? Self.labels.map { abs($0) + 0.1 } : nil
    let data = try TrainingData(columns: Self.columns, labels: Self.labels, weights: weights)
    let bins = try BinnedDataset(data, options)
    let folder = try ScratchFolder()
    try bins.write(to: folder("d.bin"))
    let mapped = try BinnedDataset(contentsOf: folder("d.bin"))
    #expect(mapped.weights == weights)
    #expect(try Booster(options).train(mapped).lightGBMText() == Booster(options).train(bins).lightGBMText())
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder("d.bin")))
    var random = RandomStream(seed: 5)
    for turn in 0..<60 {
      var damaged = bytes
      if turn % 3 == 0 {
        damaged = bytes.prefix(random.index(below: bytes.count))
      } else {
        // The head decides what is read where; behind it most bytes are only numbers.
        for _ in 0..<4 { damaged[random.index(below: 600)] = UInt8(random.index(below: 256)) }
      }
      try damaged.write(to: URL(fileURLWithPath: folder("x.bin")))
      do {
        let read = try BinnedDataset(contentsOf: folder("x.bin"))
        #expect(read.rowCount == 3000)
      } catch { #expect(error.code == .badFile) }
    }
  }

  @Test("permutation importance finds the features that matter, the same for any threads")
  func permutation() throws {
    var options = BoostingOptions.lightGBM
    options.numIterations = 30
    let model = try Booster(options).train(try data())
    let one = try model.permutationImportance(try data(), repeats: 2, threads: 1)
    #expect(try model.permutationImportance(try data(), repeats: 2, threads: 3) == one)
    #expect(min(one[0], one[1], one[3]) > 5 * max(one[2], one[4]))
    #expect(throws: BoostingError.self) { try model.permutationImportance(try data(), repeats: 0) }
  }
}
