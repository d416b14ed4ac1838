import Boosting
import CKernels
import Compute
import Foundation
import Testing

@Suite("Kernels against naive twins") struct KernelTests {
  @Test("histograms by tiles equal adding row by row", arguments: [1, 7, 8, 21, 64, 70])
  func histograms(features: Int) throws {
    var random = RandomStream(seed: 5)
    let rowCount = 7000
    // Most have a byte for themselves; a third share one, by two, three or many.
    let columns = (0..<features).map { feature in
      let spread = feature % 3 < 2 ? 40.0 : [0, 0.4, 3][feature / 3 % 3]
      return (0..<rowCount).map { _ in (random.normal() * spread).rounded() }
    }
    let data = try TrainingData(columns: columns, labels: columns[0])
    let mappers = BinnedMatrix.mappers(data, .lightGBM, threads: 1)
    let matrix = BinnedMatrix(try NumericTable(columns: columns), mappers: mappers, threads: 1)
    let packed = (0..<rowCount).map { _ in
      UInt32(bitPattern: Int32(random.index(below: 60_001) - 30_000) << 16) | UInt32(random.index(below: 60_000))
    }
    let layout = HistogramLayout(mappers, matrix.layout)
    let blocks = layout.blocks
    var apart = [Int64](repeating: 0, count: HistogramReader.scratchCapacity(layout))
    // Three tiles and a part of one; in two halves of blocks as well, as two threads take them.
    let rows = (0..<rowCount).filter { _ in random.uniform() < 0.95 }
    let entries = rows.map { RowShard.entry(row: UInt32($0), packed: packed[$0]) }
    var tile = [UInt64](repeating: 0, count: tileCapacity(blocks: blocks))
    for parts in [[0..<blocks], [0..<blocks / 2, blocks / 2..<blocks]] {
      var sums = [Int64](repeating: 0, count: layout.length)
      for part in parts where !part.isEmpty {
        accumulateRows(
          matrix.rows, matrix.layout, blocks: part, entries: entries, count: entries.count, into: &sums,
          tile: &tile)
      }
      var reader = HistogramReader(layout, &sums, scratch: &apart)
      for (place, member) in layout.members.enumerated() {
        let mapper = mappers[member.feature]
        // A constant feature that shares its byte has no sum of its own, for nobody asks.
        if mapper.isTrivial, member.group.count > 1 { continue }
        var expected = [Int64](repeating: 0, count: mapper.upperBounds.count)
        for row in rows { expected[Int(mapper.bin(of: columns[member.feature][row]))] += naive(packed[row]) }
        let found = reader.sums(of: place)
        #expect(expected.indices.map { found[$0] } == expected)
      }
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
    for row in 0..<1000 { shard.entries[row] = RowShard.entry(row: UInt32(row), packed: UInt32(row * 3)) }
    var goesLeft = [UInt8](repeating: 0, count: 256)
    for bin in [0, 3, 9] { goesLeft[bin] = 1 }
    let left = shard.partition(100..<900, column: column, goesLeft: goesLeft)
    let expected =
      (100..<900).filter { goesLeft[Int(column[$0])] == 1 } + (100..<900).filter { goesLeft[Int(column[$0])] == 0 }
    #expect((100..<900).map { RowShard.row(shard.entries[$0]) } == expected)
    #expect((100..<900).map { Int(shard.entries[$0] >> 32) } == expected.map { $0 * 3 })
    #expect(left == (100..<900).count { goesLeft[Int(column[$0])] == 1 })
    #expect(RowShard.row(shard.entries[99]) == 99 && RowShard.row(shard.entries[900]) == 900)
  }

  @Test("exact sums do not depend on the order and equal compensated ones")
  func exactSums() {
    var random = RandomStream(seed: 7)
    let pairs = (0..<5000).map { _ in
      GradientPair(gradient: Float(random.normal() * 1e-3), hessian: Float(random.uniform() * 0.25))
    }
    let scale = GradientScale(pairs, count: 5000, threads: 2)
    let exact = ExactSums(scale, count: 5000)
    let forward = (0..<5000).map { RowShard.entry(row: UInt32($0), packed: 0) }
    let backward = Array(forward.reversed())
    let a = forward.withUnsafeBufferPointer { exact.sums(pairs, entries: $0) }
    let b = backward.withUnsafeBufferPointer { exact.sums(pairs, entries: $0) }
    #expect(a == b)
    // The same by the leaves of rows, in two parts.
    let leaves = (0..<5000).map { UInt16($0 % 3) }
    var byLeaf = [(Int64, Int64)](repeating: (0, 0), count: 3)
    for rows in [0..<2000, 2000..<5000] { exact.add(pairs, rows, leaves: leaves, to: &byLeaf) }
    #expect(byLeaf.map(\.0).reduce(0, +) == a.0 && byLeaf.map(\.1).reduce(0, +) == a.1)
    let first = forward.filter { $0 % 3 == 0 }.withUnsafeBufferPointer { exact.sums(pairs, entries: $0) }
    #expect(byLeaf[0] == first)
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
    var sum: Int64 = 0
    for salt in 0..<300 {
      let packer = scale.packer(salt: UInt64(salt))
      sum += (1..<20_000).reduce(Int64(0)) { $0 + gradientSum(widened(packer.packed(pairs[$1], row: $1))) }
    }
    let expected = pairs[1...].reduce(0.0) { $0 + Double($1.gradient) }
    let found = Double(sum) / 300 * scale.gradientStep
    // Each row is a step up with a small chance p, so the sum's error is at most step · √(n·p / 300).
    let error = scale.gradientStep * (expected / scale.gradientStep / 300).squareRoot()
    #expect(abs(found - expected) < 5 * max(error, scale.gradientStep / 300))
  }

  @Test("packing many rows equals packing one after another")
  func packingMany() {
    var random = RandomStream(seed: 10)
    let pairs = (0..<5003).map { _ in
      GradientPair(gradient: Float(random.normal()), hessian: Float(random.uniform()))
    }
    let scale = GradientScale(pairs, count: 5003, threads: 1)
    #expect(!scale.isStochastic)
    let packer = scale.packer(salt: 1)
    var entries = [UInt64](repeating: 0, count: 5000)
    let sum = packer.nearest(pairs, 3..<5003, into: &entries)
    let expected = (3..<5003).map { packer.packed(pairs[$0], row: $0) }
    #expect(entries == zip(3..., expected).map { RowShard.entry(row: UInt32($0), packed: $1) })
    #expect(sum == expected.reduce(Int64(0)) { $0 &+ widened($1) })
    for (pair, packed) in zip(pairs[3...], expected) {
      #expect(
        abs(Double(gradientSum(widened(packed))) * scale.gradientStep - Double(pair.gradient)) <= scale.gradientStep
          * 0.51)
    }
  }

  @Test("derivatives of the log-loss equal the definition, with any vectors", arguments: [0, kernel_has_avx2()])
  func logLoss(avx2: Int32) {
    var random = RandomStream(seed: 11)
    var scores = (0..<1001).map { _ in random.normal() * 8 }
    scores[5] = 800
    scores[6] = -800
    let labels = (0..<1001).map { _ in Double(random.index(below: 2)) }
    let weights = (0..<1001).map { _ in random.uniform() * 2 }
    for isWeighted in [false, true] {
      var pairs = [Float](repeating: 0, count: 2002)
      if isWeighted {
        kernel_log_loss(scores, labels, weights, 1001, 0.5, 3, &pairs, avx2)
      } else {
        kernel_log_loss(scores, labels, nil, 1001, 0.5, 3, &pairs, avx2)
      }
      for row in 0..<1001 {
        let p = 1 / (1 + exp(-scores[row]))
        let factor = (labels[row] > 0 ? 3 : 0.5) * (isWeighted ? weights[row] : 1)
        let (gradient, hessian) = ((p - labels[row]) * factor, max(p * (1 - p), 1e-16) * factor)
        // Single precision, and an exponential that is right to two units in the last place of double precision.
        #expect(abs(Double(pairs[2 * row]) - gradient) <= abs(gradient) * 7e-8 + 1e-15)
        #expect(abs(Double(pairs[2 * row + 1]) - hessian) <= hessian * 7e-8 + 1e-15)
      }
    }
  }

  @Test("bins by vectors equal the mappers'")
  func bins() throws {
    var random = RandomStream(seed: 12)
    for count in [1, 2, 15, 16, 17, 100, 254, 255, 256] {
      let bounds = Array(Set((0..<count - 1).map { _ in Double(Float(random.normal())) })).sorted() + [.infinity]
      let mapper = BinMapper(upperBounds: bounds, missing: count < 256 ? .nan : .right, minimum: -9, maximum: 9)
      var values = bounds + (0..<500).map { _ in Double(Float(random.normal())) }
      values += [.nan, -.infinity, .infinity, 0, -0.0, 1e30, -1e30]
      let floats = values.map { Float($0) }
      let expected = values.map { mapper.bin(of: $0) }
      let doubles = try NumericTable(columns: [values])
      let singles = try NumericTable(rows: floats, columnCount: 1)
      for table in [doubles, singles] {
        let matrix = BinnedMatrix(table, mappers: [mapper], threads: 1)
        #expect((0..<values.count).map { matrix.columns[$0] } == expected)
        #expect((0..<values.count).map { matrix.rows[$0 * matrix.layout.stride] } == expected)
      }
    }
  }
}
