import Compute
import Features
import Foundation
import TestSupport
import Testing

@Suite("Realised measures and entropies") struct RealisedMeasureTests {
  /// Window by window from the definitions.
  @Test("realised measures equal sums over each window")
  func twins() throws {
    var random = RandomStream(seed: 8)
    var prices = [100.0]
    for _ in 0..<150 { prices.append(prices[prices.count - 1] * exp((random.uniform() - 0.5) / 50)) }
    let n = 12
    let found: [[Double]] = [
      try RV(timePeriod: n).values(over: prices), try BIPOWER(timePeriod: n).values(over: prices),
      try MINRV(timePeriod: n).values(over: prices), try MEDRV(timePeriod: n).values(over: prices),
      try RQ(timePeriod: n).values(over: prices), try TSRV(timePeriod: n, scalePeriod: 3).values(over: prices),
      try JUMP(timePeriod: n).values(over: prices), try RKERNEL(timePeriod: n, bandwidth: 2).values(over: prices),
    ]
    for row in 14...150 {
      let window: [Double] = (row - n + 1...row).map { log(prices[$0] / prices[$0 - 1]) }
      let sizes: [Double] = window.map(abs)
      let variance = sum(window.map { $0 * $0 })
      let bipower: Double = sum((1..<n).map { sizes[$0] * sizes[$0 - 1] }) * Double.pi / 2
      let least = sum((1..<n).map { pow(min(sizes[$0], sizes[$0 - 1]), 2) })
      let middle = sum((2..<n).map { pow(sizes[$0 - 2...$0].sorted()[1], 2) })
      var (four, slow) = (0.0, 0.0)
      for place in 3..<n {
        let pair: Double = sizes[place] * sizes[place - 1]
        four += pair * sizes[place - 2] * sizes[place - 3]
      }
      for place in (row - n + 3)...row {
        let change: Double = log(prices[place] / prices[place - 3])
        slow += change * change / 3
      }
      let share: Double = 10.0 / 3 / 12
      let adjusted: Double = bipower * 12 / 11
      let quarticity: Double = four * Double.pi * Double.pi / 4 * 144 / 9
      let constant: Double = Double.pi * Double.pi / 4 + Double.pi - 5
      let spread: Double = constant * max(1, quarticity / (adjusted * adjusted))
      var products: [Double] = []
      for lag in 1...2 {
        let terms: [Double] = (row - n + 1...row).map { place in
          let change: Double = log(prices[place] / prices[place - 1])
          return change * log(prices[place - lag] / prices[place - lag - 1])
        }
        products.append(sum(terms))
      }
      let minimum: Double = Double.pi / (Double.pi - 2) * 12 / 11 * least
      let scale: Double = Double.pi / (6 - 4 * 3.0.squareRoot() + Double.pi)
      let median: Double = scale * 12 / 10 * middle
      let fourth: Double = sum(window.map { pow($0, 4) }) * 4
      let twoScale: Double = (slow - share * variance) / (1 - share)
      let statistic: Double = 12.0.squareRoot() * (1 - adjusted / variance) / spread.squareRoot()
      // Parzen's weights of 1/3 and 2/3 are 5/9 and 2/27.
      let kernel: Double = variance + 2 * (5.0 / 9 * products[0] + 2.0 / 27 * products[1])
      let expected: [Double] = [variance, bipower, minimum, median, fourth, twoScale, statistic, kernel]
      for (index, value) in expected.enumerated() {
        let isClose = abs(found[index][row] - value) < 1e-9 * max(abs(value), variance)
        #expect(isClose, "measure \(index), row \(row): \(found[index][row]), \(value)")
      }
    }
  }

  private func sum(_ values: [Double]) -> Double { values.reduce(0, +) }

  @Test("a jump shows in the statistic and not in the measures that are robust to it")
  func jump() throws {
    var random = RandomStream(seed: 4)
    var prices = [100.0]
    for row in 0..<400 {
      let sign: Double = random.uniform() < 0.5 ? -1 : 1
      prices.append(prices[row] * exp(sign * (0.5 + random.uniform()) / 1000 + (row == 350 ? 0.05 : 0)))
    }
    let statistic = try JUMP(timePeriod: 100).values(over: prices)
    #expect(statistic[340] < 3)
    #expect(statistic[360] > 5)
    let median = try MEDRV(timePeriod: 100).values(over: prices)
    #expect(median[360] < 2 * median[340])
    #expect(try RV(timePeriod: 100).values(over: prices)[360] > 5 * median[340])
  }

  @Test("a scale that is not below the window is refused")
  func scale() {
    #expect { try TSRV(timePeriod: 5, scalePeriod: 5) } throws: { "\($0)".contains("scaleperiod is 5") }
  }

  /// The returns that the tests of R's highfrequency draw with `set.seed(123)`: three columns over three days, and what
  /// they expect of them (rMedRVar, rMinRVar, and rBPCov and rCov summed over the columns of a day).
  @Test("the numbers of R's highfrequency")
  func highfrequency() throws {
    var normal = NormalDraws(seed: 123)
    let n = 23401
    var sums: [String: [Double]] = [:]
    var logs = [[Double]](repeating: [], count: 3)
    for _ in 0..<3 {
      for column in 0..<3 {
        let start = logs[column].last ?? 0
        var level = start
        logs[column] += (0..<n).map { _ in
          level += normal.next() / Double(n).squareRoot()
          return level
        }
      }
    }
    for day in 0..<3 {
      // R's first return of a day is 0.
      let day = logs.map { log in [log[day * n]] + log[day * n..<(day + 1) * n] }
      for (name, indicator) in [
        ("MEDRV", try MEDRV(timePeriod: n) as any Indicator), ("MINRV", try MINRV(timePeriod: n)),
      ] {
        let values = try day.map { try indicator.results(of: [$0.map(exp)])[0][n] }
        sums[name] = zip(sums[name] ?? [0, 0, 0], values).map(+)
      }
      for (name, indicator) in [
        ("BIPOWER", try BIPOWER(timePeriod: n) as any Indicator), ("RV", try RV(timePeriod: n)),
      ] {
        var total = 0.0
        for a in 0..<3 {
          for b in 0..<3 {
            // Covariance of two as a quarter of the variance of their sum less that of their difference.
            let sum = try indicator.results(of: [zip(day[a], day[b]).map { exp($0 + $1) }])[0][n]
            let difference = try indicator.results(of: [zip(day[a], day[b]).map { exp($0 - $1) }])[0][n]
            total += (sum - difference) / 4
          }
        }
        sums[name, default: []].append(total)
      }
    }
    let expected = [
      "MEDRV": [3.022290125, 3.003088657, 3.013543419], "MINRV": [3.027820575, 2.99975133, 3.001113006],
      "BIPOWER": [2.98622886, 3.026269417, 2.99293847], "RV": [2.971967832, 3.032179598, 3.012844796],
    ]
    for (name, values) in expected {
      for (a, b) in zip(sums[name] ?? [], values) { #expect(abs(a - b) < 1e-8, "\(name): \(a), \(b)") }
      #expect(sums[name]?.count == 3)
    }
  }

  /// The text 11100001 of mlfinlab's tests, as rises and falls.
  @Test("entropies of a text of eight letters")
  func entropies() throws {
    var prices = [10.0]
    for letter in "11100001" { prices.append(prices[prices.count - 1] + (letter == "1" ? 1 : -1)) }
    #expect(try ENTROPY_SHANNON(timePeriod: 8).values(over: prices)[8] == 1)
    let plugIn = try ENTROPY_PLUGIN(timePeriod: 8, wordLength: 1, variant: .omitsLast).values(over: prices)[8]
    #expect(abs(plugIn - 0.985) < 1e-3)
    #expect(try ENTROPY_LZ(timePeriod: 8).values(over: prices)[8] == 0.625)
    #expect(abs(try ENTROPY_KONTO(timePeriod: 8).values(over: prices)[8] - 0.9682) < 1e-4)
    #expect(abs(try ENTROPY_KONTO(timePeriod: 8, window: 2).values(over: prices)[8] - 0.8453) < 1e-4)
  }

  @Test("entropies equal those of strings and dictionaries", arguments: [1, 2, 3])
  func strings(_ wordLength: Int) throws {
    var random = RandomStream(seed: 6)
    var (prices, letters): ([Double], String) = ([50], "")
    for row in 0..<120 {
      let step = random.index(below: row < 60 ? 2 : 3)
      prices.append(prices[row] + Double(step) - 1)
      letters += ["d", "s", "u"][step]
    }
    let n = 20
    let words = try ENTROPY_PLUGIN(timePeriod: n, wordLength: wordLength).values(over: prices)
    let omitted = try ENTROPY_PLUGIN(timePeriod: n, wordLength: wordLength, variant: .omitsLast).values(over: prices)
    let phrases = try ENTROPY_LZ(timePeriod: n).values(over: prices)
    for row in n...120 {
      let text = Array(letters.dropFirst(row - n).prefix(n))
      #expect(abs(words[row] - entropy(text[...], wordLength)) < 1e-12)
      #expect(abs(omitted[row] - entropy(text.dropLast(), wordLength)) < 1e-12)
      var (seen, phrase): (Set<String>, String) = ([], "")
      for letter in text {
        phrase.append(letter)
        if seen.insert(phrase).inserted { phrase = "" }
      }
      #expect(phrases[row] == Double(seen.count) / Double(n))
    }
  }

  private func entropy(_ text: ArraySlice<Character>, _ wordLength: Int) -> Double {
    var counts: [String: Double] = [:]
    for start in text.startIndex...text.endIndex - wordLength {
      counts[String(text[start..<start + wordLength]), default: 0] += 1
    }
    let total = counts.values.reduce(0, +)
    return counts.values.map { -$0 / total * log2($0 / total) }.reduce(0, +) / Double(wordLength)
  }
}

/// The normal numbers of R's default generator: Mersenne Twister (Matsumoto and Nishimura, 1998), seeded as by R, and the
/// inverse of the normal distribution of two draws, here by bisection.
private struct NormalDraws {
  private var state: [UInt32]
  private var place = 624

  init(seed: UInt32) {
    var seed = seed
    for _ in 0..<51 { seed = 69069 &* seed &+ 1 }
    state = (0..<624).map { _ in
      seed = 69069 &* seed &+ 1
      return seed
    }
  }

  mutating func next() -> Double {
    let scale = 134_217_728.0
    let first = (scale * uniform()).rounded(.down)
    let share = (first + uniform()) / scale
    var (low, high) = (-9.0, 9.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if erfc(-middle / 2.0.squareRoot()) / 2 < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  private mutating func uniform() -> Double {
    if place == 624 { refill() }
    var y = state[place]
    place += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9d2c_5680
    y ^= (y << 15) & 0xefc6_0000
    y ^= y >> 18
    return Double(y) * 2.328_306_436_538_696_3e-10
  }

  private mutating func refill() {
    for k in 0..<624 {
      let y = (state[k] & 0x8000_0000) | (state[(k + 1) % 624] & 0x7fff_ffff)
      state[k] = state[(k + 397) % 624] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_b0df)
    }
    place = 0
  }
}
