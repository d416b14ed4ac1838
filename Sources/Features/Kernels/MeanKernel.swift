/// `ema_n` and `price_vs_ema_n` for up to four lookbacks: ``EMA`` in every lane.
struct MeanKernel: FeatureKernel {
  private let group: LaneLengths
  private let weights: Lanes
  private let rests: Lanes
  /// ``DecayingSum`` in every lane; until a lane's seed is complete its partial is the sum of the prices.
  private var anchors = Lanes.zero
  private var partials = Lanes.zero
  private var powers = Lanes.one
  private var places = Lanes.zero
  private var seen = 0

  init(lookbacks: [Int]) {
    group = LaneLengths(lookbacks)
    weights = 2 / (group.lengths + 1)
    rests = 1 - weights
  }

  var outputs: [FeatureColumn] {
    ["ema", "price_vs_ema"].flatMap { name in group.lookbacks.map { FeatureColumn("\(name)_\($0)", $0 - 1) } }
  }

  @inline(__always)
  mutating func update(_ input: KernelInput, _ index: Int, _ output: KernelOutput, _ row: Int) {
    let price = input.prices[index]
    let means = seen >= group.longest ? advance(price) : seed(price)
    output.write(means, 0, row)
    output.write(quotient(price, means) - 1, 4, row)
    if seen < group.longest { output.blank(group, from: seen, outputs: 8, row) }
  }

  @inline(__always)
  private mutating func advance(_ price: Double) -> Lanes {
    partials = partials * rests + price * weights
    powers *= rests
    let means = anchors * powers + partials
    places += 1
    let isComplete = (places .== Lanes(repeating: 8)).bits
    restart(means, where: isComplete)
    return means
  }

  @inline(__always)
  private mutating func restart(_ means: Lanes, where mask: LaneBits) {
    anchors = anchors.replaced(by: means, where: mask)
    partials = partials.replaced(by: Lanes.zero, where: mask)
    powers = powers.replaced(by: Lanes.one, where: mask)
    places = places.replaced(by: Lanes.zero, where: mask)
  }

  /// The mean of the first n values is where each recursion starts.
  @inline(never)
  private mutating func seed(_ price: Double) -> Lanes {
    let isRunning = (group.lengths .<= Double(seen)).bits
    seen += 1
    let before = self
    let running = advance(price)
    // Lanes that do not run yet only add up.
    let sums = before.partials + price
    anchors = before.anchors.replaced(by: anchors, where: isRunning)
    partials = sums.replaced(by: partials, where: isRunning)
    powers = before.powers.replaced(by: powers, where: isRunning)
    places = before.places.replaced(by: places, where: isRunning)
    let starts = (group.lengths .== Double(seen)).bits
    let seeds = sums / group.lengths
    restart(seeds, where: starts)
    return seeds.replaced(by: running, where: isRunning)
  }
}
