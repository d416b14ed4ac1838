import Compute

/// Binned features in two layouts: rows for gathering, columns for the root and for partitioning.
///
/// Row-major rows are padded to a multiple of 8 bytes, so a row of 64 features is one cache line. Both layouts hold one
/// byte a value. See Docs/Performance.md for what this buys.
package final class BinnedMatrix: Sendable {
  let rowCount: Int
  let featureCount: Int
  /// Bytes between rows of the row-major layout.
  package let stride: Int
  let mappers: [BinMapper]
  /// `rows[row * stride + feature]`; written once in `init`, then only read.
  package nonisolated(unsafe) let rows: UnsafeMutablePointer<UInt8>
  /// `columns[feature * rowCount + row]`; written once in `init`, then only read.
  package nonisolated(unsafe) let columns: UnsafeMutablePointer<UInt8>

  /// Bins columns with given mappers, in parallel over chunks of rows.
  package init(_ columns: [[Double]], rowCount: Int, mappers: [BinMapper], threads: Int) {
    self.rowCount = rowCount
    self.mappers = mappers
    featureCount = mappers.count
    stride = (mappers.count + 7) / 8 * 8
    rows = .allocate(capacity: max(1, rowCount * stride))
    self.columns = .allocate(capacity: max(1, rowCount * mappers.count))
    let tables = mappers.map { BinTable($0) }
    nonisolated(unsafe) let rowBase = rows
    nonisolated(unsafe) let columnBase = self.columns
    let (stride, featureCount) = (stride, featureCount)
    forEachChunk(of: rowCount, size: 1024, threads: threads) { range in
      (rowBase + range.lowerBound * stride).update(repeating: 0, count: range.count * stride)
      for feature in 0..<featureCount {
        columns[feature].withUnsafeBufferPointer { values in
          tables[feature].bin(
            values, range, into: columnBase + feature * rowCount, rows: rowBase + feature, stride: stride)
        }
      }
    }
  }

  deinit {
    rows.deallocate()
    columns.deallocate()
  }

  /// Finds the mappers of training columns.
  package static func mappers(_ data: TrainingData, _ options: BoostingOptions, threads: Int) -> [BinMapper] {
    var random = LightGBMRandom(seed: 1)
    let sampled =
      data.rowCount > options.binConstructSampleCount
      ? random.sample(options.binConstructSampleCount, of: data.rowCount) : nil
    return parallelMap(count: data.featureCount, threads: threads) { feature in
      let column = data.columns[feature]
      let sample = sampled.map { rows in rows.map { column[$0] } } ?? column
      switch options.growth {
      case .leafwise:
        return LightGBMBins.mapper(sample: sample, maxBin: options.maxBin, minDataInBin: options.minDataInBin)
      case .levelwise: return XGBoostCuts.mapper(sample: sample, maxBin: options.maxBin)
      }
    }
  }
}

/// A mapper's bounds padded to 256 for a search of eight steps without a branch.
private struct BinTable: Sendable {
  private let bounds: [Double]
  private let missing: UInt8

  init(_ mapper: BinMapper) {
    bounds = mapper.upperBounds + [Double](repeating: .infinity, count: 256 - mapper.upperBounds.count)
    missing = mapper.bin(of: .nan)
  }

  func bin(
    _ values: UnsafeBufferPointer<Double>, _ range: Range<Int>, into column: UnsafeMutablePointer<UInt8>,
    rows: UnsafeMutablePointer<UInt8>, stride: Int
  ) {
    bounds.withUnsafeBufferPointer { bounds in
      let base = bounds.baseAddress!
      for row in range {
        let value = values[row]
        var place = 0
        // The first bound that is not below the value; NaN compares false and is put right at the end.
        var step = 128
        while step > 0 {
          let next = place &+ step
          place = base[next &- 1] < value ? next : place
          step >>= 1
        }
        let bin = value.isNaN ? missing : UInt8(truncatingIfNeeded: place)
        column[row] = bin
        rows[row &* stride] = bin
      }
    }
  }
}
