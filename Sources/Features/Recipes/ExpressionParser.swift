extension IndicatorExpression {
  /// Reads one expression.
  ///
  /// Parameters go by place, `MACD(12, 26, 9)`, or by TA-Lib's names in any case, `MACD(slowperiod=30)`; by place first. What is left
  /// out takes its default. `#2` or the result's name in any case, `#macdsignal`, takes a result.
  /// At most 100 functions may stand in each other.
  ///
  /// - Throws: ``FeatureError``: `unknownName` for a function, a column, a parameter or a result that does not exist, with the nearest
  ///   one or all there are; `invalidOption` with the place that is not understood; and what ``check()`` throws.
  public init(parsing text: String) throws(FeatureError) {
    let all = try Self.list(parsing: text)
    guard all.count == 1 else {
      throw FeatureError(.invalidOption, "'\(text)' holds \(all.count) functions; one is needed")
    }
    self = all[0]
  }

  /// Reads expressions separated by commas, such as `RSI(14),MACD(12,26,9),CDLDOJI`.
  ///
  /// - Throws: As ``init(parsing:)``.
  public static func list(parsing text: String) throws(FeatureError) -> [IndicatorExpression] {
    try items(parsing: text).map(\.expression)
  }

  /// The same, and whether each names one of the results of its function.
  static func items(
    parsing text: String
  ) throws(FeatureError) -> [(expression: IndicatorExpression, namesResult: Bool)] {
    var parser = ExpressionParser(text)
    return try parser.list()
  }
}

/// Descends through the text of expressions.
private struct ExpressionParser {
  private enum Argument {
    case number(Double)
    case named(String, Double)
    case expression(IndicatorExpression)
  }

  private let text: String
  private let letters: [Character]
  private var place = 0
  /// Functions around what is read, which may not be so many that the stack overflows.
  private var depth = 0
  private static let mostDepth = 100
  /// Whether the function read last names one of its results.
  private var namesResult = false

  init(_ text: String) {
    self.text = text
    letters = Array(text)
  }

  mutating func list() throws(FeatureError) -> [(expression: IndicatorExpression, namesResult: Bool)] {
    var found: [(expression: IndicatorExpression, namesResult: Bool)] = []
    repeat {
      namesResult = false
      guard case .expression(let expression) = try argument() else {
        throw problem("a function or a column is needed, not a number")
      }
      found.append((expression, namesResult))
    } while take(",")
    skipSpace()
    if place < letters.count { throw problem("a comma or the end is needed") }
    return found
  }

  private mutating func argument() throws(FeatureError) -> Argument {
    let word = word(with: "._-+")
    if word.isEmpty { throw problem("a name or a number is needed") }
    if let number = number(word) { return .number(number) }
    if take("=") {
      guard let value = number(self.word(with: "._-+")) else { throw problem("'\(word)' needs a number") }
      return .named(word, value)
    }
    if let column = IndicatorDefinition.Input(name: word), column != .real1 {
      guard !take("(") else { throw problem("'\(word)' is a column, which takes nothing in parentheses") }
      return .expression(.column(column == .real ? .close : column))
    }
    return .expression(try function(word))
  }

  private func number(_ word: String) -> Double? { word.first?.isLetter == true ? nil : Double(word) }

  private mutating func function(_ word: String) throws(FeatureError) -> IndicatorExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.mostDepth else {
      throw FeatureError(
        .invalidOption, "functions stand more than \(Self.mostDepth) deep in each other, which is the most")
    }
    let hasArguments = take("(")
    // Whether a column was meant decides what is suggested, so the catalogue's error is not the one to tell.
    guard  // No function of that name either: then the general error.
      let definition = try? IndicatorCatalogue.type(named: word).definition
    else {
      throw unknown(word, isFunction: hasArguments)
    }
    var inputs: [IndicatorExpression] = []
    var parameters = ParameterList(definition)
    if hasArguments, !take(")") {
      repeat {
        switch try argument() {
        case .number(let number): try place { () throws(FeatureError) in try parameters.append(number) }
        case .named(let name, let number):
          try place { () throws(FeatureError) in try parameters.set(name, number) }
        case .expression(let expression):
          guard parameters.isEmpty else { throw problem("inputs stand before parameters in \(definition.name)") }
          inputs.append(expression)
        }
      } while take(",")
      guard take(")") else { throw problem("a closing parenthesis is needed") }
    }
    var result = 0
    let hasResult = take("#")
    if hasResult {
      let word = self.word(with: "_")
      guard !word.isEmpty else { throw problem("the number or the name of a result is needed after #") }
      result = try definition.place(ofResult: word)
    }
    let found = IndicatorExpression.function(
      name: definition.name, inputs: inputs, parameters: parameters.values, result: result)
    try found.check()
    // Inner functions have set it for themselves.
    namesResult = hasResult
    return found
  }

  /// Says in which text an error is.
  private func place(_ body: () throws(FeatureError) -> Void) throws(FeatureError) {
    do {
      try body()
    } catch {
      throw FeatureError(error.code, "'\(text)': \(error.message)")
    }
  }

  private func unknown(_ word: String, isFunction: Bool) -> FeatureError {
    if let line = word.lastIndex(of: "_"), let number = Int(word[word.index(after: line)...]), number >= 1,
      let definition = try? IndicatorCatalogue.type(named: String(word[..<line])).definition,
      number <= definition.outputs.count
    {
      return FeatureError(
        .unknownName,
        "there is no function '\(word)'; result \(number) of \(definition.name) is written '\(definition.name)#\(number)'"
      )
    }
    let names = IndicatorCatalogue.names
    if isFunction {
      return FeatureError(.unknownName, "there is no function '\(word)'\(suggestion(for: word, among: names))")
    }
    let columns = IndicatorRecipe.Source.allCases.map { $0.columns.map(\.rawValue) }
    let near = suggestion(for: word, among: columns.flatMap { $0 } + names)
    let all =
      "; columns of bars are \(columns[0].joined(separator: ", ")), of ticks \(columns[1].joined(separator: ", "))"
    return FeatureError(.unknownName, "there is no function or column '\(word)'\(near.isEmpty ? all : near)")
  }

  /// The letters and digits that come next, and what else may be among them.
  private mutating func word(with others: String) -> String {
    skipSpace()
    let start = place
    while place < letters.count, letters[place].isLetter || letters[place].isNumber || others.contains(letters[place]) {
      place += 1
    }
    return String(letters[start..<place])
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
    let rest = String(letters[min(place, letters.count)...])
    let hint = rest.hasPrefix("_") ? "; the second result of a function is written '#2'" : ""
    return FeatureError(.invalidOption, "'\(text)': \(what) \(rest.isEmpty ? "at the end" : "at '\(rest)'")\(hint)")
  }
}

/// The parameters of a call: by place first, then by name.
private struct ParameterList {
  private let definition: IndicatorDefinition
  private var given: [Double] = []
  private var named: [Int: Double] = [:]

  init(_ definition: IndicatorDefinition) { self.definition = definition }

  var isEmpty: Bool { given.isEmpty && named.isEmpty }

  /// All up to the last one given, by place.
  var values: [Double] {
    let count = max(given.count, (named.keys.max() ?? -1) + 1)
    return given + (given.count..<count).map { named[$0] ?? definition.parameters[$0].defaultValue }
  }

  mutating func append(_ value: Double) throws(FeatureError) {
    guard named.isEmpty else {
      throw FeatureError(
        .invalidOption,
        "\(definition.name) is given \(plain(value)) after a parameter by name; those by place come first")
    }
    given.append(value)
  }

  mutating func set(_ name: String, _ value: Double) throws(FeatureError) {
    let names = definition.parameters.map(\.name)
    guard let index = names.firstIndex(of: name.lowercased()) else {
      throw FeatureError(
        .unknownName,
        "\(definition.name) has no parameter '\(name)'\(suggestion(for: name, among: names)); "
          + (names.isEmpty ? "it has none" : "allowed are \(names.joined(separator: ", "))"))
    }
    guard index >= given.count, named[index] == nil else {
      throw FeatureError(.invalidOption, "\(definition.name) is given \(names[index]) twice; once is allowed")
    }
    named[index] = value
  }
}

extension IndicatorDefinition {
  /// The place from 0 of a result that a number from 1, or its name in any case, stands for.
  func place(ofResult word: String) throws(FeatureError) -> Int {
    if let number = Int(word), outputs.indices.contains(number - 1) { return number - 1 }
    if let index = outputs.firstIndex(where: { $0.lowercased() == word.lowercased() }) { return index }
    throw unknownResult(word)
  }

  func unknownResult(_ word: String) -> FeatureError {
    let all = outputs.enumerated().map { "#\($0 + 1) or #\($1)" }.joined(separator: ", ")
    return FeatureError(
      .unknownName, "\(name) has no result '#\(word)'\(suggestion(for: word, among: outputs)); it has \(all)")
  }
}
