import Boosting
import Compute
import Testing

@Suite("Kernels against naive twins") struct KernelTests {
  @Test("histograms by tiles and by columns equal adding row by row", arguments: [1, 7, 8, 21])
  func histograms(features: Int) throws {
    var random = RandomStream(seed: 5)
    let rowCount = 2500
    let columns = (0..<features).map { _ in (0..<rowCount).map { _ in (random.normal() * 20).rounded() } }
    let data = try TrainingData(columns: columns, labels: columns[0])
    let mappers = BinnedMatrix.mappers(data, .lightGBM, threads: 1)
    let matrix = BinnedMatrix(try NumericTable(columns: columns), mappers: mappers, threads: 1)
    let packed = (0..<rowCount).map { _ in
      UInt32(bitPattern: Int32(random.index(below: 60_001) - 30_000) << 16) | UInt32(random.index(below: 60_000))
    }
    let blocks = matrix.stride / 8
    let rows = (0..<rowCount).filter { _ in random.uniform() < 0.6 }.map { UInt32($0) }
    let chosen = rows.map { packed[Int($0)] }
    var tiled = [Int64](repeating: 0, count: blocks * 8 * 256)
    var tile = [UInt64](repeating: 0, count: tileRows * blocks)
    accumulateRows(
      matrix.rows, stride: matrix.stride, blocks: 0..<blocks, rows: rows, packed: chosen, count: rows.count,
      into: &tiled,
      tile: &tile)
    var whole = [Int64](repeating: 0, count: blocks * 8 * 256)
    for first in stride(from: 0, to: features, by: 8) {
      whole.withUnsafeMutableBufferPointer { whole in
        accumulateColumns(
          matrix.columns + first * rowCount, features: min(8, features - first), rowCount: rowCount, packed: packed,
          into: whole.baseAddress! + first * 256)
      }
    }
    for feature in 0..<features {
      var expected = [Int64](repeating: 0, count: 256)
      var all = expected
      for (place, row) in rows.enumerated() {
        expected[Int(mappers[feature].bin(of: columns[feature][Int(row)]))] += naive(chosen[place])
      }
      for row in 0..<rowCount { all[Int(mappers[feature].bin(of: columns[feature][row]))] += naive(packed[row]) }
      #expect(Array(tiled[feature * 256..<(feature + 1) * 256]) == expected)
      #expect(Array(whole[feature * 256..<(feature + 1) * 256]) == all)
    }
  }

  private func naive(_ packed: UInt32) -> Int64 {
    Int64(Int16(bitPattern: UInt16(packed >> 16))) * 4_294_967_296 + Int64(packed & 0xffff)
  }

  @Test("sums come apart into gradients and hessians")
  func packing() {
    let terms: [(Int64, Int64)] = [(-32_767, 65_535), (5, 0), (0, 7), (-1, 1)]
    let sum = terms.reduce(Int64(0)) { $0 + ($1.0 << 32) + $1.1 }
    #expect(gradientSum(sum) == -32_763)
    #expect(hessianSum(sum) == 65_543)
  }

  @Test("a partition keeps the order within both sides")
  func partition() {
    var random = RandomStream(seed: 6)
    let shard = RowShard(capacity: 1000)
    defer { shard.deallocate() }
    let column = (0..<1000).map { _ in UInt8(random.index(below: 10)) }
    for row in 0..<1000 { (shard.rows[row], shard.packed[row]) = (UInt32(row), UInt32(row * 3)) }
    var goesLeft = [UInt8](repeating: 0, count: 256)
    for bin in [0, 3, 9] { goesLeft[bin] = 1 }
    let left = shard.partition(100..<900, column: column, goesLeft: goesLeft)
    let expected =
      (100..<900).filter { goesLeft[Int(column[$0])] == 1 } + (100..<900).filter { goesLeft[Int(column[$0])] == 0 }
    #expect((100..<900).map { Int(shard.rows[$0]) } == expected)
    #expect((100..<900).map { Int(shard.packed[$0]) } == expected.map { $0 * 3 })
    #expect(left == (100..<900).count { goesLeft[Int(column[$0])] == 1 })
    #expect(shard.rows[99] == 99 && shard.rows[900] == 900)
  }

  @Test("exact sums do not depend on the order and equal compensated ones")
  func exactSums() {
    var random = RandomStream(seed: 7)
    let pairs = (0..<5000).map { _ in
      GradientPair(gradient: Float(random.normal() * 1e-3), hessian: Float(random.uniform() * 0.25))
    }
    let scale = GradientScale(pairs, count: 5000, threads: 2)
    let exact = ExactSums(scale, count: 5000)
    let forward = (0..<5000).map { UInt32($0) }
    let backward = Array(forward.reversed())
    let a = forward.withUnsafeBufferPointer { exact.sums(pairs, rows: $0) }
    let b = backward.withUnsafeBufferPointer { exact.sums(pairs, rows: $0) }
    #expect(a == b)
    let gradient = compensatedSum(pairs.map { Double($0.gradient) })
    #expect(abs(exact.gradient(a.0) - gradient) < 1e-12)
    #expect(abs(exact.hessian(a.1) / compensatedSum(pairs.map { Double($0.hessian) }) - 1) < 1e-12)
  }

  @Test("random rounding of heavy tails is unbiased")
  func stochasticRounding() {
    var random = RandomStream(seed: 9)
    var pairs = (0..<20_000).map { _ in GradientPair(gradient: Float(random.uniform() * 1e-4), hessian: 1) }
    pairs[0].gradient = 1e4
    let scale = GradientScale(pairs, count: 20_000, threads: 1)
    #expect(scale.isStochastic)
    var packed = [UInt32](repeating: 0, count: 20_000)
    var sum: Int64 = 0
    for salt in 0..<300 {
      scale.pack(pairs, 0..<20_000, into: &packed, salt: UInt64(salt))
      sum += packed[1...].reduce(Int64(0)) { $0 + gradientSum(widened($1)) }
    }
    let expected = pairs[1...].reduce(0.0) { $0 + Double($1.gradient) }
    let found = Double(sum) / 300 * scale.gradientStep
    // Each row is a step up with a small chance p, so the sum's error is at most step · √(n·p / 300).
    let error = scale.gradientStep * (expected / scale.gradientStep / 300).squareRoot()
    #expect(abs(found - expected) < 5 * max(error, scale.gradientStep / 300))
  }
}
