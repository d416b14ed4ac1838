import Foundation

/// A Gaussian process over a unit cube: the Matérn kernel with ν = 5/2 and a length of its own for each coordinate.
///
/// The hyper-parameters maximise the marginal likelihood times a weak prior (Rasmussen and Williams, "Gaussian processes for
/// machine learning", 2006, ch. 5), from several starts.
struct GaussianProcess {
  private let points: [[Double]]
  private let inverseSquares: [Double]
  private let scale: Double
  private let lower: SquareMatrix
  private let weights: [Double]

  /// Fits the process to values of mean 0 and variance 1.
  init(_ points: [[Double]], _ values: [Double], starts: [[Double]], steps: Int) {
    var best: (score: Double, theta: [Double])?
    for start in starts {
      let (score, theta) = Self.climb(points, values, start, steps)
      if best.map({ score > $0.score }) ?? true { best = (score, theta) }
    }
    let theta = best?.theta ?? starts[0]
    let dimensions = theta.count - 2
    self.points = points
    inverseSquares = theta[..<dimensions].map { exp($0) }
    scale = exp(theta[dimensions])
    var kernel = Self.kernel(points, inverseSquares, scale)
    var noise = exp(theta[dimensions + 1])
    for i in 0..<points.count { kernel[i, i] += noise }
    var factor = kernel.cholesky()
    while factor == nil {
      for i in 0..<points.count { kernel[i, i] += noise }
      noise *= 2
      factor = kernel.cholesky()
    }
    lower = factor ?? .identity(points.count)
    weights = lower.solveUpper(lower.solveLower(values))
  }

  /// The mean and the variance at a point.
  func predict(_ point: [Double]) -> (mean: Double, variance: Double) {
    let covariances = points.map { scale * Self.matern(Self.distance($0, point, inverseSquares)) }
    let mean = zip(covariances, weights).reduce(0) { $0 + $1.0 * $1.1 }
    let solved = lower.solveLower(covariances)
    return (mean, max(scale - solved.reduce(0) { $0 + $1 * $1 }, 1e-12))
  }

  private static func distance(_ a: [Double], _ b: [Double], _ inverseSquares: [Double]) -> Double {
    var sum = 0.0
    for k in a.indices { sum += inverseSquares[k] * (a[k] - b[k]) * (a[k] - b[k]) }
    return sum
  }

  /// The kernel of a squared distance.
  private static func matern(_ squared: Double) -> Double {
    let r = (5 * squared).squareRoot()
    return (1 + r + r * r / 3) * exp(-r)
  }

  /// Its derivative by the squared distance.
  private static func maternSlope(_ squared: Double) -> Double {
    let r = (5 * squared).squareRoot()
    return -5.0 / 6 * (1 + r) * exp(-r)
  }

  private static func kernel(_ points: [[Double]], _ inverseSquares: [Double], _ scale: Double) -> SquareMatrix {
    var kernel = SquareMatrix(count: points.count)
    for i in points.indices {
      for j in 0...i {
        let value = scale * matern(distance(points[i], points[j], inverseSquares))
        kernel[i, j] = value
        kernel[j, i] = value
      }
    }
    return kernel
  }

  /// Climbs the likelihood by steps that grow while the slope keeps its sign (resilient propagation, Riedmiller 1993).
  private static func climb(_ points: [[Double]], _ values: [Double], _ start: [Double], _ count: Int)
    -> (score: Double, theta: [Double])
  {
    var theta = start
    var best = (score: -Double.infinity, theta: start)
    var sizes = [Double](repeating: 0.2, count: start.count)
    var last = [Double](repeating: 0, count: start.count)
    for _ in 0..<count {
      guard let (score, slope) = likelihood(points, values, theta) else { return best }
      if score > best.score { best = (score, theta) }
      for k in theta.indices {
        let sign = slope[k] * last[k]
        sizes[k] = sign > 0 ? min(sizes[k] * 1.2, 1) : sign < 0 ? max(sizes[k] * 0.5, 1e-4) : sizes[k]
        last[k] = sign < 0 ? 0 : slope[k]
        theta[k] += last[k] == 0 ? 0 : last[k] > 0 ? sizes[k] : -sizes[k]
        theta[k] = min(max(theta[k], -12), k < theta.count - 2 ? 9 : 5)
      }
    }
    return best
  }

  /// The logarithm of the likelihood times the prior, and its slope by the logarithms of inverse squared lengths, scale and noise.
  private static func likelihood(_ points: [[Double]], _ values: [Double], _ theta: [Double])
    -> (score: Double, slope: [Double])?
  {
    let dimensions = theta.count - 2
    let inverseSquares = theta[..<dimensions].map { exp($0) }
    let scale = exp(theta[dimensions])
    let noise = exp(theta[dimensions + 1]) + 1e-7
    var kernel = kernel(points, inverseSquares, scale)
    for i in points.indices { kernel[i, i] += noise }
    guard let lower = kernel.cholesky() else { return nil }
    let weights = lower.solveUpper(lower.solveLower(values))
    let inverse = lower.inverseOfProduct()
    var score = 0.0
    for i in points.indices { score -= 0.5 * values[i] * weights[i] + Foundation.log(lower[i, i]) }
    var slope = [Double](repeating: 0, count: theta.count)
    for i in points.indices {
      for j in 0...i {
        // Half the trace of (αα' − K⁻¹) times the derivative; each pair off the diagonal counts twice.
        let pull = (weights[i] * weights[j] - inverse[i, j]) * (i == j ? 0.5 : 1)
        if i == j { slope[dimensions + 1] += pull * noise }
        slope[dimensions] += pull * (kernel[i, j] - (i == j ? noise : 0))
        if i == j { continue }
        let tail = pull * scale * maternSlope(distance(points[i], points[j], inverseSquares))
        for k in 0..<dimensions {
          let gap = points[i][k] - points[j][k]
          slope[k] += tail * gap * gap * inverseSquares[k]
        }
      }
    }
    // Priors: lengths near 1, a scale near 1, little noise.
    for k in 0..<dimensions {
      score -= 0.1 / inverseSquares[k] + 0.1 * inverseSquares[k]
      slope[k] += 0.1 / inverseSquares[k] - 0.1 * inverseSquares[k]
    }
    score += theta[dimensions] - scale + 0.1 * theta[dimensions + 1] - 30 * noise
    slope[dimensions] += 1 - scale
    slope[dimensions + 1] += 0.1 - 30 * noise
    return (score, slope)
  }
}
