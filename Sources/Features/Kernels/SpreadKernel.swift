/// The standing quote's spread over up to four windows.
struct SpreadKernel: FeatureKernel {
  private var windows: LaneMoments

  init(lookbacks: [Int]) { windows = LaneMoments(lookbacks) }

  var outputs: [FeatureColumn] {
    ["spread_mean", "spread_vs_mean"].flatMap { name in
      windows.group.lookbacks.map { FeatureColumn("\(name)_\($0)", $0 - 1) }
    }
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let spread = input.asks[index] - input.bids[index]
    // A quote, once known, stays; so the windows only have to wait for the first one.
    guard !spread.isNaN else {
      output.blank(windows.group, from: 0, outputs: 8, row)
      return
    }
    let mean = windows.push(spread).mean
    output.write(mean, 0, row)
    output.write(quotient(spread, mean).replaced(by: 1, where: (mean .== 0).bits), 4, row)
    if windows.seen < windows.group.longest { output.blank(windows.group, from: windows.seen, outputs: 8, row) }
  }
}
