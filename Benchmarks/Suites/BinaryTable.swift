#if Programs
import Compute
import Foundation

/// A made binary table, the same for a seed everywhere.
struct BinaryTable {
  private var values: [[Double]]
  private(set) var labels: [Double] = []

  init(rows: Int, columns: Int, seed: UInt64) {
    values = parallelMap(count: columns, threads: WorkerPool.availableProcessors) { column in
      var random = RandomStream(seed: seed, path: 3, UInt64(column))
      return (0..<rows).map { _ in
        let value = random.normal()
        return column % 4 == 3 && random.uniform() < 0.05 ? .nan : value
      }
    }
    var random = RandomStream(seed: seed, path: 4)
    for row in 0..<rows {
      func x(_ column: Int) -> Double { values[column % columns][row].isNaN ? 0.5 : values[column % columns][row] }
      var score = 0.6 * x(0) - 0.4 * x(1) + 0.5 * x(2) * x(4) + (x(5) > 0.3 ? 0.5 : -0.3) + 0.4 * sin(2 * x(6))
      for column in 8..<24 { score += 0.08 * x(column) * (column % 2 == 0 ? 1 : x(column + 1)) }
      labels.append(random.uniform() < 1 / (1 + exp(-score)) ? 1 : 0)
    }
  }

  func columns(_ rows: Range<Int>) -> [[Double]] { values.map { Array($0[rows]) } }

  func write(to path: String) throws {
    var data = Data(capacity: (values.count + 1) * labels.count * 8)
    for row in labels.indices {
      for column in values {
        withUnsafeBytes(of: column[row]) { data.append(contentsOf: $0) }
      }
    }
    labels.withUnsafeBytes { data.append(contentsOf: $0) }
    try data.write(to: URL(fileURLWithPath: path))
  }
}
#endif
