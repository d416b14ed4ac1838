import Boosting
import Compute
import TestSupport
import Testing

@Suite("Binning") struct BinningTests {
  private func cuts(_ values: [Double], maxBin: Int, minDataInBin: Int = 3) -> [Double] {
    LightGBMBins.mapper(sample: values, maxBin: maxBin, minDataInBin: minDataInBin).upperBounds.dropLast().map { $0 }
  }

  private let zero = 1.0000000180025095e-35

  // The expected thresholds are LightGBM 4.7.0's, read from its trees.
  @Test("thresholds are LightGBM's")
  func lightGBM() {
    let thousand = (1...1000).map(Double.init)
    #expect(cuts(thousand, maxBin: 8) == [zero] + [143.5, 286.5, 429.5, 572.5, 715.5, 858.5].map(\.nextUp))
    let small = (-5...4).map(Double.init)
    #expect(
      cuts(small, maxBin: 255, minDataInBin: 1) == [
        -4.499999999999999, -3.4999999999999996, -2.4999999999999996, -1.4999999999999998, -zero, zero,
        1.5000000000000002, 2.5000000000000004, 3.5000000000000004,
      ])
    #expect(cuts(small, maxBin: 255) == [-2.4999999999999996, -zero, zero, 3.5000000000000004])
    #expect(
      cuts((-500...499).map(Double.init), maxBin: 8) == [
        -333.49999999999994, -166.49999999999997, -zero, zero, 125.50000000000001, 250.50000000000003,
        375.50000000000006,
      ])
    let heavy = [Double](repeating: 7, count: 600) + (10...409).map(Double.init)
    #expect(cuts(heavy, maxBin: 8) == [zero] + [8.5, 76.5, 143.5, 210.5, 277.5, 343.5].map(\.nextUp))
    let missing = [Double](repeating: .nan, count: 100) + (1...900).map(Double.init)
    #expect(cuts(missing, maxBin: 8) == [zero] + [150.5, 300.5, 450.5, 600.5, 750.5].map(\.nextUp))
  }

  @Test("a constant, an empty and a two-valued column are defined")
  func degenerate() {
    #expect(LightGBMBins.mapper(sample: [.nan, .nan], maxBin: 255, minDataInBin: 3).upperBounds == [.infinity])
    #expect(XGBoostCuts.mapper(sample: [4, 4, 4], maxBin: 256).isTrivial)
    #expect(XGBoostCuts.mapper(sample: [0, 1, 1], maxBin: 256).upperBounds.count == 2)
  }

  @Test("a double goes left exactly where its single precision is below the cut")
  func singlePrecision() {
    var random = RandomStream(seed: 3)
    for _ in 0..<2000 {
      let cut = Float(random.normal() * 100)
      let bound = XGBoostCuts.largestDouble(below: cut)
      #expect(XGBoostCuts.cut(ofBound: bound) == cut)
      for value in [Double(cut), Double(cut).nextDown, Double(cut.nextDown), bound, bound.nextUp, bound.nextDown] {
        #expect((value <= bound) == (Float(value) < cut), "\(value) \(cut)")
      }
    }
    #expect(XGBoostCuts.cut(ofBound: 0.1) == nil)
  }

  @Test("the fast binning equals the mapper's own search", arguments: [BoostingOptions.Growth.leafwise, .levelwise])
  func fastBinning(_ growth: BoostingOptions.Growth) throws {
    var random = RandomStream(seed: 8)
    let columns = (0..<11).map { column in
      (0..<3000).map { _ in
        random.uniform() < 0.1 && column % 2 == 0 ? .nan : (random.normal() * 10).rounded() / Double(column + 1)
      }
    }
    var options = growth == .leafwise ? BoostingOptions.lightGBM : .xgboost
    options.maxBin = 40
    let data = try TrainingData(columns: columns, labels: columns[1])
    let mappers = BinnedMatrix.mappers(data, options, threads: 2)
    let matrix = BinnedMatrix(try NumericTable(columns: columns), mappers: mappers, threads: 2)
    for column in columns.indices {
      for row in 0..<3000 {
        let expected = mappers[column].bin(of: columns[column][row])
        let byte = matrix.rows[row * matrix.layout.stride + matrix.layout.byte[column]]
        #expect(matrix.layout.bin(of: column, in: byte) == Int(expected))
        #expect(matrix.columns[column * 3000 + row] == expected)
      }
    }
  }
}
