import Compute
import Foundation

/// How much to hold.
public enum PositionSizing {
  /// Units whose expected volatility is a wanted share of equity.
  ///
  /// - Parameters:
  ///   - target: Wanted standard deviation of equity over a horizon, such as 0.01.
  ///   - volatility: Expected standard deviation of the instrument's return over the same horizon.
  ///   - price: Its price.
  ///   - equity: The account's equity.
  /// - Returns: NaN where volatility or price is not above 0.
  public static func volatilityTarget(_ target: Double, volatility: Double, price: Double, equity: Double) -> Double {
    volatility > 0 && price > 0 ? target / volatility * equity / price : .nan
  }

  /// The share of equity that grows it fastest (Kelly 1956) times a fraction: (p − (1 − p) / odds) · fraction, 0 where that is negative.
  ///
  /// - Parameters:
  ///   - probability: Chance to win, in 0...1.
  ///   - odds: What a win pays for each unit that a loss costs, above 0.
  ///   - fraction: Such as 0.5: half of Kelly's share, for a probability that is itself uncertain.
  public static func kelly(probability: Double, odds: Double, fraction: Double = 0.5) -> Double {
    guard 0...1 ~= probability, odds > 0 else { return .nan }
    return max(0, probability - (1 - probability) / odds) * fraction
  }

  /// A size in −1...1 from a classifier's probability that the side is right: 2Φ(z) − 1, z = (p − 1/n) / √(p(1 − p)).
  ///
  /// Source: López de Prado, "Advances in Financial Machine Learning" (2018), 10.3; with `side` from the first model and p from the meta-label's.
  /// - Parameters:
  ///   - probability: Of the predicted class, in 0...1.
  ///   - classes: Number of classes n, at least 2.
  ///   - side: 1, −1 or 0.
  public static func metaLabel(probability: Double, classes: Int = 2, side: Double = 1) -> Double {
    guard 0...1 ~= probability, classes >= 2 else { return .nan }
    guard probability > 0, probability < 1 else { return side * (probability > 0 ? 1 : -1) }
    let z = (probability - 1 / Double(classes)) / (probability * (1 - probability)).squareRoot()
    return side * (2 * NormalDistribution.cumulative(z) - 1)
  }
}
