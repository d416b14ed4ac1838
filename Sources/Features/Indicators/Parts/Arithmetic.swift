/// 1 + 2 + … + n.
func triangle(_ n: Int) -> Double { Double(n) * Double(n + 1) / 2 }

/// Change in percent; 0 where the earlier value is 0.
@inline(__always)
func rateOfChange(_ value: Double, _ before: Double) -> Double {
  before == 0 ? value * 0 : (value / before - 1) * 100
}
