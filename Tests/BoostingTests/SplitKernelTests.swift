import Boosting
import CKernels
import Compute
import Testing

@Suite("the vector search for splits")
struct SplitKernelTests {
  /// A leaf's sums in 256 bins, those of a few at the end being missing values or nothing.
  private struct Case {
    var bins: [Int64]
    var valueBins: Int
    var leaf: kernel_leaf

    init(_ random: inout RandomStream) {
      let valueBins = [1, 2, 7, 8, 9, 64, 100, 254, 255, 256][random.index(below: 10)]
      let isSparse = random.index(below: 3) == 0
      let hasTies = random.index(below: 3) == 0
      var bins = (0..<256).map { _ in
        if isSparse, random.index(below: 4) > 0 { return Int64(0) }
        let gradient = hasTies ? Int64(random.index(below: 3) - 1) : Int64(random.index(below: 20_001) - 10_000)
        // Now and then large sums, or a gradient without curvature.
        if random.index(below: 40) == 0 { return gradient << 32 }
        let factor = random.index(below: 30) == 0 ? 2000 : 1
        return gradient * Int64(factor) << 32 + Int64(hasTies ? 4 : random.index(below: 5000) * factor)
      }
      if valueBins < 255 { for place in valueBins + 1..<256 { bins[place] = 0 } }
      let total = bins.reduce(0, &+)
      let rows = 3000
      leaf = kernel_leaf()
      (self.bins, self.valueBins) = (bins, valueBins)
      (leaf.gradient_step, leaf.hessian_step) = (0.001, 0.003)
      (leaf.lambda_l1, leaf.lambda_l2) = ([0, 0.5][random.index(below: 2)], [0, 2][random.index(below: 2)])
      leaf.min_hessian = [0, 1e-3, 60][random.index(below: 3)]
      leaf.rows_per_hessian = Double(rows) / max(Double(hessianSum(total)) * 0.003, 1e-300)
      (leaf.total, leaf.rows) = (total, Int64(rows))
      // What the unsplit leaf saves, and at times a least gain beside it: there the terms of the screening cancel.
      leaf.floor = part(total) + [0, 0, 0.1][random.index(below: 3)]
      leaf.min_data = [0, 20, 400][random.index(below: 3)]
      kernel_complete(&leaf)
    }

    /// The definition: each split after another, the first of the best ones.
    func naive(isFromRight: Bool, end: Int, gain: Double) -> kernel_found {
      var best = kernel_found(gain: gain, left: 0, bin: -1, exists: 0)
      let order = isFromRight ? Array((0..<max(0, valueBins - 1)).reversed()) : Array(0..<end)
      for last in order {
        let passed = isFromRight ? Array(bins[(last + 1)..<valueBins]) : Array(bins[0...last])
        let side = passed.reduce(0, &+)
        let rows = passed.reduce(0) {
          $0 + Int(Double(hessianSum($1)) * leaf.hessian_step * leaf.rows_per_hessian + 0.5)
        }
        let other = leaf.total - side
        let counts = (rows, Int(leaf.rows) - rows)
        if leaf.min_data > 0, min(counts.0, counts.1) < Int(leaf.min_data) { continue }
        if side == 0 || other == 0 || min(hessian(side), hessian(other)) < leaf.min_hessian { continue }
        let left = isFromRight ? other : side
        let sum = part(left) + part(leaf.total - left)
        if sum > leaf.floor { best.exists = 1 }
        if sum > best.gain { (best.gain, best.left, best.bin) = (sum, left, Int64(last)) }
      }
      return best
    }

    private func hessian(_ sum: Int64) -> Double { Double(hessianSum(sum)) * leaf.hessian_step }

    private func part(_ sum: Int64) -> Double {
      let size = max(0, abs(Double(gradientSum(sum)) * leaf.gradient_step) - leaf.lambda_l1)
      return size * size / (hessian(sum) + leaf.lambda_l2)
    }
  }

  @Test("finds the split of the definition with the same bits, ties included", arguments: [0, kernel_has_avx2()])
  func equalsNaive(avx2: Int32) {
    var random = RandomStream(seed: 77)
    var found = 0
    for _ in 0..<2000 {
      var example = Case(&random)
      // A gain to beat that some split has exactly, or nearly: only a strictly larger one is found.
      let any = example.naive(isFromRight: true, end: 0, gain: -.infinity).gain
      let near = any.isFinite ? [any, any.nextDown, any.nextUp][random.index(below: 3)] : 5
      let gain = max(example.leaf.floor, [example.leaf.floor, near, 50][random.index(below: 3)])
      for isFromRight in [true, false] {
        let end = random.index(below: 2) == 0 ? example.valueBins : example.valueBins - 1
        var best = kernel_found(gain: gain, left: 0, bin: -1, exists: 0)
        if isFromRight {
          kernel_split_from_right(example.bins, example.valueBins, &example.leaf, &best, avx2)
        } else {
          kernel_split_from_left(example.bins, end, &example.leaf, &best, avx2)
        }
        let expected = example.naive(isFromRight: isFromRight, end: end, gain: gain)
        #expect(best.bin == expected.bin && best.left == expected.left)
        // A leaf without curvature has no gain to speak of.
        #expect(best.gain == expected.gain || (best.gain.isNaN && expected.gain.isNaN))
        #expect(best.exists == expected.exists)
        found += best.bin >= 0 ? 1 : 0
      }
    }
    #expect(found > 1000)
  }
}
