/// Six values by number, one for each average that a pattern may use; places that are not used cost nothing.
struct CandleSlots<Element> {
  private var first: Element
  private var second: Element
  private var third: Element
  private var fourth: Element
  private var fifth: Element
  private var sixth: Element

  init(repeating value: Element) {
    (first, second, third) = (value, value, value)
    (fourth, fifth, sixth) = (value, value, value)
  }

  @inline(__always)
  subscript(slot: Int) -> Element {
    get {
      switch slot {
      case 0: first
      case 1: second
      case 2: third
      case 3: fourth
      case 4: fifth
      default: sixth
      }
    }
    set {
      switch slot {
      case 0: first = newValue
      case 1: second = newValue
      case 2: third = newValue
      case 3: fourth = newValue
      case 4: fifth = newValue
      default: sixth = newValue
      }
    }
  }
}

extension CandleSlots: Sendable where Element: Sendable {}
extension CandleSlots: Encodable where Element: Encodable {}
extension CandleSlots: Decodable where Element: Decodable {}

/// The averages that a pattern compares with: of which measure, over how many bars, before which bar.
///
/// Each has a running total: the sum of its first window in order, then plus (newest − oldest) after each bar, in TA-Lib's
/// order of operations, because on prices of a tick grid comparisons end in ties that the last bit decides. Settings with
/// the same measure and period share a total.
struct CandleAverages {
  /// A running total: the measure summed over `period` bars, of which the newest is the one before bar `back`.
  struct Total {
    let range: CandleRange
    let period: Int
    let back: Int
  }

  private let first: Total?
  private let second: Total?
  private let third: Total?
  private let fourth: Total?
  private let fifth: Total?
  private let sixth: Total?

  /// Lists averages by setting and by how many bars before the newest the bar is that they are compared with.
  @inline(__always)
  init(
    _ first: (CandleSetting, Int)? = nil, _ second: (CandleSetting, Int)? = nil, _ third: (CandleSetting, Int)? = nil,
    _ fourth: (CandleSetting, Int)? = nil, _ fifth: (CandleSetting, Int)? = nil, _ sixth: (CandleSetting, Int)? = nil
  ) {
    self.first = Self.total(first)
    self.second = Self.total(second)
    self.third = Self.total(third)
    self.fourth = Self.total(fourth)
    self.fifth = Self.total(fifth)
    self.sixth = Self.total(sixth)
  }

  @inline(__always)
  private static func total(_ average: (CandleSetting, Int)?) -> Total? {
    guard let (setting, back) = average else { return nil }
    return Total(range: setting.range, period: setting.period, back: back)
  }

  /// Calls a closure for each total with its place.
  @inline(__always)
  func forEach(_ body: (Int, Total) -> Void) {
    if let first { body(0, first) }
    if let second { body(1, second) }
    if let third { body(2, third) }
    if let fourth { body(3, fourth) }
    if let fifth { body(4, fifth) }
    if let sixth { body(5, sixth) }
  }

  /// Whether one of the totals is of a measure.
  @inline(__always)
  func contains(_ range: CandleRange) -> Bool {
    var found = false
    forEach { if $1.range == range { found = true } }
    return found
  }

  /// The place of the total that a setting needs for a bar.
  @inline(__always)
  func slot(_ setting: CandleSetting, _ back: Int) -> Int {
    var found = -1
    forEach { slot, total in
      if total.range == setting.range, total.period == setting.period, total.back == back { found = slot }
    }
    precondition(found >= 0, "a rule uses an average that its pattern does not list")
    return found
  }
}
