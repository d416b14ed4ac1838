import CKernels
import Compute
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Compute") struct ComputeTests {
  @Test("a worker that slept may use every processor again")
  func affinity() {
    let counts = Mutex<[Int32]>([])
    for _ in 0..<20 {
      Thread.sleep(forTimeInterval: 0.005)  // Longer than a worker looks for work before it parks.
      WorkerPool.shared.run(threads: 2) { _, _ in counts.withLock { $0.append(kernel_affinity_count()) } }
    }
    let expected = kernel_affinity_count()
    counts.withLock { #expect($0.count >= 20 && $0.allSatisfy { $0 == expected }) }
  }

  @Test("every chunk runs exactly once, for any number of threads", arguments: [1, 2, 3, 8])
  func chunks(threads: Int) {
    let seen = Mutex([Int](repeating: 0, count: 1003))
    forEachChunk(of: 1003, size: 10, threads: threads) { range in
      seen.withLock { for index in range { $0[index] += 1 } }
    }
    #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test("a parallel loop inside a parallel loop finishes")
  func nesting() {
    let total = Atomic<Int>(0)
    forEachChunk(of: 8, size: 1, threads: 4) { _ in
      forEachChunk(of: 100, size: 10, threads: 4) { total.wrappingAdd($0.count, ordering: .relaxed) }
    }
    let sum = total.load(ordering: .relaxed)
    #expect(sum == 800)
  }

  @Test("threads meet at a barrier as often as they like")
  func barrier() {
    let barrier = SpinBarrier(count: 3)
    let counts = Mutex([Int](repeating: 0, count: 50))
    let isOrdered = Atomic<Bool>(true)
    WorkerPool.shared.run(threads: 3) { _, count in
      guard count == 3 else { return }
      for step in 0..<50 {
        counts.withLock { $0[step] += 1 }
        barrier.wait()
        if counts.withLock({ $0[step] }) != 3 { isOrdered.store(false, ordering: .relaxed) }
        barrier.wait()
      }
    }
    let stayed = isOrdered.load(ordering: .relaxed)
    #expect(stayed)
  }

  @Test("runs of changing width never run a part twice or leave one out")
  func widths() {
    for round in 0..<3000 {
      let width = [2, 5, 3, 2, 7][round % 5]
      let ran = Mutex([Int](repeating: 0, count: 8))
      WorkerPool.shared.run(threads: width) { index, _ in ran.withLock { $0[index] += 1 } }
      let counts = ran.withLock { $0 }
      let expected = (0..<8).map { $0 < width ? 1 : 0 }
      #expect(counts == expected || counts == [1, 0, 0, 0, 0, 0, 0, 0])
    }
  }

  @Test("calls from several threads take turns")
  func concurrentCallers() async {
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<6 {
        group.addTask { parallelMap(count: 50, threads: 3) { $0 }.reduce(0, +) }
      }
      for await sum in group { #expect(sum == 1225) }
    }
  }

  @Test("a compensated sum forgets what is taken away")
  func compensation() {
    var sum = CompensatedSum()
    sum.add(0.1)
    for value in [1e16, 3.7, -2e9, 1e-9] { sum.add(value) }
    for value in [1e16, 3.7, -2e9, 1e-9] { sum.add(-value) }
    #expect(sum.value == 0.1)
  }

  @Test("a random stream is the same for a seed and differs by path")
  func randomStreams() {
    var a = RandomStream(seed: 7)
    var b = RandomStream(seed: 7)
    var c = RandomStream(seed: 7, path: 1)
    let first = (0..<100).map { _ in a.next() }
    #expect(first == (0..<100).map { _ in b.next() })
    #expect(first != (0..<100).map { _ in c.next() })
  }

  @Test("normal numbers have mean 0 and variance 1 within four standard errors")
  func normals() {
    var random = RandomStream(seed: 3)
    let values = (0..<100_000).map { _ in random.normal() }
    let mean = values.reduce(0, +) / 1e5
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e5
    #expect(abs(mean) < 4 / 316.0)
    #expect(abs(variance - 1) < 4 * 2.0.squareRoot() / 316)
  }

  @Test("an index below a bound stays below it and reaches all")
  func indices() {
    var random = RandomStream(seed: 5)
    var seen = Set<Int>()
    for _ in 0..<1000 { seen.insert(random.index(below: 7)) }
    #expect(seen == Set(0..<7))
    #expect(Set(random.sample(5, of: 9)).count == 5)
  }

  @Test("quantiles interpolate as numpy does")
  func quantiles() {
    #expect(quantile(sorted: [1, 2, 4], 0.25) == 1.5)
    #expect(quantile(sorted: [1, 2, 4], 1) == 4)
    #expect(median([4, 1, 3, 2]) == 2.5)
  }

  @Test("the area under the curve equals counting pairs")
  func pairs() {
    var random = RandomStream(seed: 11)
    let scores = (0..<120).map { _ in (random.uniform() * 10).rounded() }
    let labels = (0..<120).map { _ in random.uniform() < 0.4 ? 1.0 : 0 }
    let weights = (0..<120).map { _ in random.uniform() }
    var won = 0.0
    var all = 0.0
    for i in 0..<120 where labels[i] == 1 {
      for j in 0..<120 where labels[j] == 0 {
        let weight = weights[i] * weights[j]
        all += weight
        won += weight * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0)
      }
    }
    #expect(isClose(areaUnderCurve(scores: scores, labels: labels, weights: weights), won / all, relative: 1e-12))
    #expect(areaUnderCurve(scores: [1, 2], labels: [1, 1]).isNaN)
  }

  @Test("the area without weights is that of weights of one, to the last bit")
  func unweightedArea() {
    var random = RandomStream(seed: 12)
    for count in [2, 3, 50, 3000] {
      var scores = (0..<count).map { _ in random.uniform() < 0.3 ? (random.normal() * 2).rounded() : random.normal() }
      scores[0] = -0.0
      scores[1] = 0
      let labels = [1.0, 0] + (2..<count).map { _ in random.uniform() < 0.2 ? 1.0 : 0 }
      let ones = [Double](repeating: 1, count: count)
      #expect(
        areaUnderCurve(scores: scores, labels: labels) == areaUnderCurve(scores: scores, labels: labels, weights: ones))
    }
    // More than a part of the merge, in two threads.
    let many = (0..<150_000).map { _ in random.normal() }
    let classes = many.map { $0 + random.normal() > 0 ? 1.0 : 0 }
    let ones = [Double](repeating: 1, count: many.count)
    #expect(
      areaUnderCurve(scores: many, labels: classes, threads: 2)
        == areaUnderCurve(scores: many, labels: classes, weights: ones))
    #expect(areaUnderCurve(scores: [-0.0, 0], labels: [1, 0]) == 0.5)
    #expect(areaUnderCurve(scores: [], labels: []).isNaN)
  }

  @Test("sorting scores by their place equals sorting them, however they crowd together")
  func placeSorting() {
    var random = RandomStream(seed: 13)
    let normals = (0..<5000).map { _ in random.normal() }
    let few = (0..<5000).map { _ in Double(random.index(below: 3)) }
    // All but one in one place: more to move than insertion is given.
    let crowded = normals.map { $0 * 1e-9 } + [1e9]
    let tiny = Double.leastNonzeroMagnitude
    let extremes = [Double.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0, tiny, -.infinity, .infinity]
    for values in [normals, few, normals.map { $0 * 1e300 }, [3, 1, 2], []] {
      #expect(sortedByPlace(values) == values.sorted())
    }
    // Left to the sort by all bits.
    for values in [crowded, extremes, [0, tiny, 2 * tiny], [3], [2, 2, 2]] { #expect(sortedByPlace(values) == nil) }
    for values in [crowded, extremes, [0, tiny, 2 * tiny, -0.0]] {
      let labels = values.indices.map { $0 % 3 == 0 ? 1.0 : 0 }
      let ones = [Double](repeating: 1, count: values.count)
      #expect(
        areaUnderCurve(scores: values, labels: labels) == areaUnderCurve(scores: values, labels: labels, weights: ones))
    }
  }

  @Test(
    "the tail of Student's t has the published quantiles",
    arguments: [
      (6.313752, 1, 0.05), (2.919986, 2, 0.05), (2.353363, 3, 0.05), (2.131847, 4, 0.05), (1.812461, 10, 0.05),
      (2.764, 10, 0.01), (-1.812461, 10, 0.95), (1.724718, 20, 0.05), (2.0301, 35, 0.025), (0, 7, 0.5),
    ])
  func student(t: Double, degrees: Int, tail: Double) {
    #expect(abs(StudentDistribution.tail(t, degrees: degrees) - tail) < 2e-5)
  }

  @Test("Student's quantiles are scipy's")
  func student() {
    // scipy.stats.t.ppf of scipy 1.17.1.
    let quantiles: [(share: Double, degrees: Int, value: Double)] = [
      (0.975, 1, 12.706204736174694), (0.975, 2, 4.302652729749462), (0.95, 3, 2.3533634348018233),
      (0.975, 5, 2.5705818356363146), (0.95, 10, 1.8124611228116756), (0.975, 101, 1.983731002955606),
      (0.9999, 7, 7.063432828157639),
    ]
    for (share, degrees, value) in quantiles {
      let found = StudentDistribution.quantile(share, degrees: degrees)
      #expect(isClose(found, value, relative: 1e-12))
    }
    #expect(StudentDistribution.quantile(0.5, degrees: 4) < 1e-15)
    // Beyond 10,000 degrees by another formula.
    #expect(isClose(StudentDistribution.quantile(0.975, degrees: 10_000), 1.960201239890626, relative: 1e-12))
    #expect(isClose(StudentDistribution.quantile(0.975, degrees: 10_001), 1.960201216164641, relative: 1e-7))
    #expect(isClose(StudentDistribution.quantile(0.999, degrees: 20_000), 3.0906398618543305, relative: 1e-7))
  }
}
