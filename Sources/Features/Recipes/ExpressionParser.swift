extension IndicatorExpression {
  /// Reads one expression.
  ///
  /// - Throws: ``FeatureError``: `invalidOption` with the place that is not understood, and what ``check()`` throws.
  public init(parsing text: String) throws(FeatureError) {
    var parser = ExpressionParser(text)
    let all = try parser.list()
    guard all.count == 1 else {
      throw FeatureError(.invalidOption, "'\(text)' holds \(all.count) functions; one is needed")
    }
    self = all[0]
  }

  /// Reads expressions separated by commas, such as `RSI(14),MACD(12,26,9),CDLDOJI`.
  ///
  /// - Throws: As ``init(parsing:)``.
  public static func list(parsing text: String) throws(FeatureError) -> [IndicatorExpression] {
    var parser = ExpressionParser(text)
    return try parser.list()
  }
}

/// Descends through the text of expressions.
private struct ExpressionParser {
  private enum Argument {
    case number(Double)
    case expression(IndicatorExpression)
  }

  private let text: String
  private let letters: [Character]
  private var place = 0

  init(_ text: String) {
    self.text = text
    letters = Array(text)
  }

  mutating func list() throws(FeatureError) -> [IndicatorExpression] {
    var found: [IndicatorExpression] = []
    repeat { found.append(try expression()) } while take(",")
    skipSpace()
    if place < letters.count { throw problem("a comma or the end is needed") }
    return found
  }

  private mutating func expression() throws(FeatureError) -> IndicatorExpression {
    guard case .expression(let expression) = try argument() else {
      throw problem("a function or a column is needed, not a number")
    }
    return expression
  }

  private mutating func argument() throws(FeatureError) -> Argument {
    skipSpace()
    let start = place
    while place < letters.count, letters[place].isLetter || letters[place].isNumber || "._-+".contains(letters[place]) {
      place += 1
    }
    let word = String(letters[start..<place])
    if word.isEmpty { throw problem("a name or a number is needed") }
    if let number = Double(word), word.first?.isLetter != true { return .number(number) }
    if let column = IndicatorDefinition.Input(name: word), column != .real1 {
      return .expression(.column(column == .real ? .close : column))
    }
    return .expression(try function(word.uppercased()))
  }

  private mutating func function(_ name: String) throws(FeatureError) -> IndicatorExpression {
    var inputs: [IndicatorExpression] = []
    var parameters: [Double] = []
    if take("("), !take(")") {
      repeat {
        switch try argument() {
        case .number(let number): parameters.append(number)
        case .expression(let expression):
          guard parameters.isEmpty else { throw problem("inputs stand before parameters in \(name)") }
          inputs.append(expression)
        }
      } while take(",")
      guard take(")") else { throw problem("a closing parenthesis is needed") }
    }
    var result = 0
    if take("#") {
      let start = place
      while place < letters.count, letters[place].isNumber { place += 1 }
      guard let number = Int(String(letters[start..<place])), number >= 1 else {
        throw problem("the number of a result, from 1, is needed after #")
      }
      result = number - 1
    }
    let found = IndicatorExpression.function(name: name, inputs: inputs, parameters: parameters, result: result)
    try found.check()
    return found
  }

  private mutating func take(_ letter: Character) -> Bool {
    skipSpace()
    guard place < letters.count, letters[place] == letter else { return false }
    place += 1
    return true
  }

  private mutating func skipSpace() {
    while place < letters.count, letters[place].isWhitespace { place += 1 }
  }

  private func problem(_ what: String) -> FeatureError {
    FeatureError(.invalidOption, "'\(text)': \(what) at '\(String(letters[min(place, letters.count)...]))'")
  }
}
