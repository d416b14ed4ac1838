/// A small state that takes one value or bar at a time: the one definition of an indicator for history and live data.
///
/// An implementation writes ``update(_:commit:)`` and nothing else; live values, the value of a bar that still forms and
/// whole columns all come from it, so they cannot differ. Names, parameters, defaults and look-backs are TA-Lib's.
///
/// **Missing values.** A number that is not finite is missing. Each result that needs a missing number is NaN: a window
/// gives NaN while it holds one, and a recursion gives NaN for that input and goes on from its last state. No missing
/// number changes results for longer than the indicator's window.
///
/// **State.** A value of the type is the whole state: copy it to branch off, encode it to go on later with the same bits.
public protocol Indicator: Sendable, Codable {
  /// `Double` for one column, ``ValuePair`` for two, ``OHLCV`` for bars, ``TradeQuote`` for ticks.
  associatedtype Input: IndicatorInput
  /// `Double`, or a type with a named number a result.
  associatedtype Output: IndicatorOutput

  /// Name, parameters, inputs and outputs.
  static var definition: IndicatorDefinition { get }
  /// Number of inputs before the first that can have a result, as TA-Lib's look-back: 14 for RSI(14) means that the
  /// 15th input is the first with one.
  var lookback: Int { get }
  /// Makes the indicator of parameters that its definition has checked.
  init(parameters: IndicatorParameters) throws(FeatureError)
  /// The result with one more input; constant time and memory, no allocation.
  ///
  /// With `commit` false this is called on a copy that is thrown away, so numbers of the state may be changed; what copies
  /// share, the storage of windows, must not: the parts take `commit` and see to it. With `commit` true the storage must be
  /// its own: call ``update(_:)``, or ``makeUnique()`` first.
  mutating func update(_ input: Input, commit: Bool) -> Output
  /// Gives the parts that hold storage one of their own where copies share it.
  ///
  /// Parts do not ask before each write: that is a call into the runtime, which would cost more than most indicators.
  /// ``IndicatorCheck`` finds an indicator that forgets a part.
  mutating func makeUnique()
  /// Runs over columns from this state on; the default calls ``update(_:commit:)`` for each row.
  mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns)
  /// Takes one row of columns; the default calls ``update(_:)``.
  mutating func update(_ inputs: InputColumns, into outputs: OutputColumns)
  /// Writes what ``peek(_:)`` gives for a row of columns.
  func peek(_ inputs: InputColumns, into outputs: OutputColumns)
}

extension Indicator {
  /// Nothing to do: no part holds storage.
  public mutating func makeUnique() {}

  /// Takes the next input, oldest first, and returns its result; NaN while the look-back lasts.
  @inline(__always)
  public mutating func update(_ input: Input) -> Output {
    makeUnique()
    return update(input, commit: true)
  }

  /// The result that the input would have, leaving the state as it is: for a bar that still forms.
  ///
  /// No allocation, but for indicators of a rarer `matype` than simple and exponential means.
  @inline(__always)
  public func peek(_ input: Input) -> Output {
    var state = self
    return state.update(input, commit: false)
  }

  /// Takes one row of columns, without the scratch memory that runs over many take.
  public mutating func update(_ inputs: InputColumns, into outputs: OutputColumns) {
    update(Input(inputs, 0)).store(outputs, 0)
  }

  /// Writes the result that a row would have.
  public func peek(_ inputs: InputColumns, into outputs: OutputColumns) {
    peek(Input(inputs, 0)).store(outputs, 0)
  }

  /// Runs over columns from this state on.
  @inline(__always)
  public mutating func run(_ inputs: InputColumns, count: Int, into outputs: OutputColumns) {
    updateEachRow(inputs, 0..<count, outputs)
  }

  /// Calls ``update(_:commit:)`` for each row of a range.
  @inline(__always)
  mutating func updateEachRow(_ inputs: InputColumns, _ rows: Range<Int>, _ outputs: OutputColumns) {
    makeUnique()
    self = Self.afterUpdates(self, inputs, rows, outputs)
  }

  /// The state after the rows.
  ///
  /// It comes by value, so that it can live in registers: nothing written can be part of it.
  @inline(never)
  static func afterUpdates(
    _ state: consuming Self, _ inputs: InputColumns, _ rows: Range<Int>, _ outputs: OutputColumns
  ) -> Self {
    var state = state
    for row in rows { state.update(Input(inputs, row), commit: true).store(outputs, row) }
    return state
  }

  /// The results over columns, oldest first, from this state on; the state itself stays.
  ///
  /// - Parameter columns: The columns that the definition's inputs name, in its order, all of one length.
  /// - Returns: One column an output, as long as the inputs; NaN where there is no result.
  /// - Throws: ``FeatureError`` with code `shapeMismatch` if columns are missing, too many or of different lengths.
  public func results(of columns: [[Double]]) throws(FeatureError) -> [[Double]] {
    var state = self
    return try state.append(columns)
  }

  /// The same as ``results(of:)``, and the state goes on to the end of the columns.
  public mutating func append(_ columns: [[Double]]) throws(FeatureError) -> [[Double]] {
    let inputs = Self.definition.inputs
    guard columns.count == inputs.count, let count = columns.first?.count,
      columns.allSatisfy({ $0.count == count })
    else {
      throw FeatureError(
        .shapeMismatch,
        "\(Self.definition.name) takes \(counted(inputs.count, "column")) of one length (\(inputs.map(\.rawValue).joined(separator: ", "))); "
          + "columns of \(columns.map(\.count)) rows were given")
    }
    var storage = [Double](repeating: .nan, count: count * Output.count)
    withColumns(columns) { inputs in
      storage.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        run(inputs, count: count, into: OutputColumns(base: base, stride: count))
      }
    }
    if Output.count == 1 { return [storage] }
    return (0..<Output.count).map { Array(storage[$0 * count..<($0 + 1) * count]) }
  }

  /// Lends the columns as the definition places them.
  private func withColumns(_ columns: [[Double]], _ body: (InputColumns) -> Void) {
    func lend(_ place: Int, _ pointers: [UnsafePointer<Double>]) {
      guard place < columns.count else {
        return body(InputColumns(pointers, for: Self.definition.inputs))
      }
      columns[place].withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        lend(place + 1, pointers + [base])
      }
    }
    lend(0, [])
  }
}

extension Indicator where Input == Double, Output == Double {
  /// The results over a column, oldest first, from this state on; NaN where there is none.
  public func values(over column: [Double]) -> [Double] {
    var state = self
    return [Double](unsafeUninitializedCapacity: column.count) { buffer, count in
      count = column.count
      guard let output = buffer.baseAddress else { return }
      column.withUnsafeBufferPointer { column in
        guard let base = column.baseAddress else { return }
        state.run(InputColumns(base), count: column.count, into: OutputColumns(base: output, stride: 0))
      }
    }
  }
}
