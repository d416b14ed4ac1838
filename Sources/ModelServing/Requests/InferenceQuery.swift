import TickStreaming

/// A request of the Open Inference Protocol: tensors by name.
struct InferenceQuery {
  /// A tensor of numbers, row after row.
  struct Tensor {
    var name = ""
    var shape: [Int] = []
    var datatype = ""
    var data: [Double]?
  }

  var id: String?
  var inputs: [Tensor] = []
  /// Names of the outputs that are wanted; empty for all.
  var outputs: [String] = []

  /// Types that numbers may have.
  static let datatypes: Set<String> = [
    "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64",
  ]

  init(_ bytes: UnsafeRawBufferPointer) throws(RequestProblem) {
    var scanner = JSONScanner(bytes)
    do {
      try Self.members(&scanner, "the body") { name, scanner in
        switch name {
        case "id": id = try Self.text(&scanner, "id")
        case "inputs": inputs = try Self.list(&scanner, "inputs") { try Self.tensor(&$0) }
        case "outputs": outputs = try Self.list(&scanner, "outputs") { try Self.output(&$0) }
        case "parameters": try scanner.skipValue()
        default:
          throw RequestProblem(
            400, "there is no field '\(name.prefix(100))'; id, parameters, inputs and outputs are allowed")
        }
      }
      try scanner.expectEnd()
    } catch let failure as JSONScanner.Failure {
      throw RequestProblem(400, "the body cannot be read: \(failure.reason), at byte \(failure.position)")
    } catch let problem as RequestProblem {
      throw problem
    } catch {
      throw RequestProblem(500, "\(error)")
    }
  }

  private static func members(
    _ scanner: inout JSONScanner, _ what: String, _ body: (String, inout JSONScanner) throws -> Void
  ) throws {
    guard scanner.nextKind == .object else {
      throw RequestProblem(400, "\(what) is \(scanner.nextKind.name); an object is needed")
    }
    _ = scanner.take(UInt8(ascii: "{"))
    guard !scanner.take(UInt8(ascii: "}")) else { return }
    var seen: Set<String> = []
    repeat {
      let name = try scanner.string(try scanner.text())
      try scanner.expect(UInt8(ascii: ":"))
      guard seen.insert(name).inserted else {
        throw RequestProblem(400, "\(what) has '\(name.prefix(100))' twice")
      }
      try body(name, &scanner)
    } while scanner.take(UInt8(ascii: ","))
    try scanner.expect(UInt8(ascii: "}"))
  }

  private static func list<Value>(
    _ scanner: inout JSONScanner, _ what: String, _ element: (inout JSONScanner) throws -> Value
  ) throws -> [Value] {
    guard scanner.nextKind == .array else {
      throw RequestProblem(400, "\(what) is \(scanner.nextKind.name); a list is needed")
    }
    var values: [Value] = []
    _ = scanner.take(UInt8(ascii: "["))
    guard !scanner.take(UInt8(ascii: "]")) else { return values }
    repeat {
      values.append(try element(&scanner))
      guard values.count <= 10_000 else { throw RequestProblem(400, "\(what) has more than 10000 entries") }
    } while scanner.take(UInt8(ascii: ","))
    try scanner.expect(UInt8(ascii: "]"))
    return values
  }

  private static func text(_ scanner: inout JSONScanner, _ what: String) throws -> String {
    guard scanner.nextKind == .string else {
      throw RequestProblem(400, "\(what) is \(scanner.nextKind.name); a text is needed")
    }
    return try scanner.string(try scanner.text())
  }

  private static func output(_ scanner: inout JSONScanner) throws -> String {
    var found = ""
    try members(&scanner, "an output") { name, scanner in
      if name == "name" { found = try text(&scanner, "an output's name") } else { try scanner.skipValue() }
    }
    guard !found.isEmpty else { throw RequestProblem(400, "an output has no name") }
    return found
  }

  private static func tensor(_ scanner: inout JSONScanner) throws -> Tensor {
    var tensor = Tensor()
    try members(&scanner, "an input") { name, scanner in
      switch name {
      case "name": tensor.name = try text(&scanner, "an input's name")
      case "datatype": tensor.datatype = try text(&scanner, "an input's datatype")
      case "shape":
        tensor.shape = try list(&scanner, "shape") { scanner in
          let value = scanner.nextKind == .number ? try scanner.double() : -1
          guard value >= 0, value <= 1e9, value == value.rounded() else {
            throw RequestProblem(400, "shape holds what is no whole number from 0 to 1000000000")
          }
          return Int(value)
        }
      case "data":
        var data: [Double] = []
        try numbers(&scanner, &data, depth: 0)
        tensor.data = data
      default: try scanner.skipValue()
      }
    }
    guard !tensor.name.isEmpty else { throw RequestProblem(400, "an input has no name") }
    guard datatypes.contains(tensor.datatype) else {
      throw RequestProblem(
        400,
        "input '\(tensor.name)' is of type '\(tensor.datatype.prefix(100))'; \(datatypes.sorted().joined(separator: ", ")) are allowed"
      )
    }
    guard let data = tensor.data else { throw RequestProblem(400, "input '\(tensor.name)' has no data") }
    let (count, isOver) = tensor.shape.reduce((1, false)) { sum, size in
      let (product, isOver) = sum.0.multipliedReportingOverflow(by: size)
      return (product, sum.1 || isOver)
    }
    guard !isOver, !tensor.shape.isEmpty, count == data.count else {
      throw RequestProblem(
        400, "input '\(tensor.name)' has \(data.count) values; its shape \(tensor.shape) says otherwise")
    }
    return tensor
  }

  /// Numbers, truth values and nulls, nested or flat.
  private static func numbers(_ scanner: inout JSONScanner, _ data: inout [Double], depth: Int) throws {
    guard scanner.nextKind == .array, depth < 8 else {
      throw RequestProblem(
        400, "data is \(scanner.nextKind.name), or nested more than 8 deep; lists of numbers are needed")
    }
    _ = scanner.take(UInt8(ascii: "["))
    guard !scanner.take(UInt8(ascii: "]")) else { return }
    repeat {
      if let value = try scanner.numberOrNull() {
        data.append(value)
      } else if scanner.nextKind == .array {
        try numbers(&scanner, &data, depth: depth + 1)
      } else if scanner.nextKind == .boolean {
        data.append(try scanner.boolean() ? 1 : 0)
      } else {
        throw RequestProblem(400, "data holds \(scanner.nextKind.name); numbers are needed")
      }
    } while scanner.take(UInt8(ascii: ","))
    try scanner.expect(UInt8(ascii: "]"))
  }

  /// The rows for a model: one tensor `[n, features]` by any name, or one a feature of n values.
  func batch(_ model: ServedModel, rowLimit: Int) throws(RequestProblem) -> BatchQuery {
    let features = model.featurePlaces.count
    func check(_ rows: Int) throws(RequestProblem) {
      guard 1...rowLimit ~= rows else {
        throw RequestProblem(400, "the inputs have \(rows) rows; 1...\(rowLimit) are allowed")
      }
    }
    if inputs.count == 1, let data = inputs[0].data, inputs[0].shape.count == 2 || features != 1 {
      let shape = inputs[0].shape
      guard shape.count == 2, shape[1] == features else {
        throw RequestProblem(
          400,
          "input '\(inputs[0].name)' has the shape \(shape); [rows, \(features)] is needed, or an input for each feature"
        )
      }
      try check(shape[0])
      return BatchQuery(models: [], columns: nil, values: data, rowCount: shape[0], width: features)
    }
    guard let rows = inputs.first?.data?.count else { throw RequestProblem(400, "there are no inputs") }
    try check(rows)
    guard let odd = inputs.first(where: { $0.data?.count != rows }) else {
      var values = [Double](repeating: .nan, count: rows * inputs.count)
      for (place, input) in inputs.enumerated() {
        for (row, value) in (input.data ?? []).enumerated() { values[row * inputs.count + place] = value }
      }
      return BatchQuery(models: [], columns: inputs.map(\.name), values: values, rowCount: rows, width: inputs.count)
    }
    throw RequestProblem(400, "input '\(odd.name)' has \(odd.data?.count ?? 0) values, the first has \(rows)")
  }
}
