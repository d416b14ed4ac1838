#if Programs
import Compute
import Foundation

/// A made table of a benchmark: float32 rows in `.npy` files, the same for a seed everywhere.
struct BenchmarkTable {
  /// What the columns look like.
  enum Kind: String, CaseIterable, Encodable {
    /// Normal values.
    case plain
    /// The same, a tenth of them missing.
    case missing
    /// A quarter each of normal, constant, nine-tenths-zero and one-hot columns.
    case sparse
  }

  let name: String
  let rows: Int
  let testRows: Int
  let columns: Int
  let rounds: Int
  var kind = Kind.plain

  static let all = [
    BenchmarkTable(name: "100k", rows: 100_000, testRows: 50_000, columns: 30, rounds: 100),
    BenchmarkTable(name: "50k", rows: 50_000, testRows: 50_000, columns: 128, rounds: 100),
    BenchmarkTable(name: "1m", rows: 1_000_000, testRows: 250_000, columns: 64, rounds: 100),
    BenchmarkTable(name: "1m-missing", rows: 1_000_000, testRows: 250_000, columns: 64, rounds: 100, kind: .missing),
    BenchmarkTable(name: "1m-sparse", rows: 1_000_000, testRows: 250_000, columns: 64, rounds: 100, kind: .sparse),
    BenchmarkTable(name: "1m-narrow", rows: 1_000_000, testRows: 250_000, columns: 28, rounds: 20),
    BenchmarkTable(name: "10m", rows: 10_000_000, testRows: 250_000, columns: 28, rounds: 20),
    BenchmarkTable(name: "30m", rows: 30_000_000, testRows: 250_000, columns: 28, rounds: 20),
  ]

  /// Writes train.npy, train-labels.npy, test.npy and test-labels.npy into a folder.
  func write(to folder: String, seed: UInt64) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try write(part: 0, rows: rows, name: "\(folder)/train", seed: seed)
    try write(part: 1, rows: testRows, name: "\(folder)/test", seed: seed)
  }

  private func write(part: UInt64, rows: Int, name: String, seed: UInt64) throws {
    let values = try NpyWriter(path: name + ".npy", shape: "\(rows), \(columns)")
    let labels = try NpyWriter(path: name + "-labels.npy", shape: "\(rows),")
    let chunk = 50_000
    let threads = WorkerPool.availableProcessors
    // A few chunks at a time, so that the table never stands in memory.
    for first in stride(from: 0, to: rows, by: chunk * threads) {
      let starts = Array(stride(from: first, to: min(rows, first + chunk * threads), by: chunk))
      let table = self
      let made = parallelMap(count: starts.count, threads: threads) { index in
        table.chunk(part: part, start: starts[index], count: min(chunk, rows - starts[index]), seed: seed)
      }
      for (block, own) in made {
        try values.append(block)
        try labels.append(own)
      }
    }
    try values.close()
    try labels.close()
  }

  private func chunk(part: UInt64, start: Int, count: Int, seed: UInt64) -> (values: [Float], labels: [Float]) {
    var random = RandomStream(seed: seed, path: 5, part, UInt64(start))
    var values = [Float](repeating: 0, count: count * columns)
    var labels = [Float](repeating: 0, count: count)
    var x = [Double](repeating: 0, count: columns)
    for row in 0..<count {
      for column in 0..<columns { x[column] = random.normal() }
      let hot = random.index(below: max(1, columns / 4))
      if kind == .sparse { thin(&x, hot: hot, &random) }
      func at(_ column: Int) -> Double { x[column % columns] }
      var score = 0.6 * at(0) - 0.4 * at(1) + 0.5 * at(2) * at(4) + (at(5) > 0.3 ? 0.5 : -0.3) + 0.4 * sin(2 * at(6))
      for column in 8..<24 { score += 0.08 * at(column) * (column % 2 == 0 ? 1 : at(column + 1)) }
      labels[row] = random.uniform() < 1 / (1 + exp(-score)) ? 1 : 0
      for column in 0..<columns {
        let isMissing = kind == .missing && random.uniform() < 0.1
        values[row * columns + column] = isMissing ? .nan : Float(x[column])
      }
    }
    return (values, labels)
  }

  /// Makes a quarter of the columns constant, one zero-inflated and one of one hot column a row.
  private func thin(_ x: inout [Double], hot: Int, _ random: inout RandomStream) {
    for column in x.indices {
      switch column % 4 {
      case 1: x[column] = 1
      case 2: if random.uniform() < 0.9 { x[column] = 0 }
      case 3: x[column] = column / 4 == hot ? 1 : 0
      default: break
      }
    }
  }
}

/// Writes float32 values to a `.npy` file, block after block.
struct NpyWriter {
  private let file: FileHandle

  init(path: String, shape: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
    file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape)), }"
    // The whole header takes a multiple of 64 bytes.
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
    try file.write(contentsOf: Data(bytes))
  }

  func append(_ values: [Float]) throws {
    try values.withUnsafeBytes { try file.write(contentsOf: Data($0)) }
  }

  func close() throws { try file.close() }
}
#endif
