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
    try RequestProblem.reading(bytes) { scanner in
      try scanner.members(of: "the body", at: ["body"], fields: "id, parameters, inputs and outputs") { name, scanner in
        switch name {
        case "id": id = try scanner.name(of: "id", at: ["body", "id"])
        case "inputs":
          try scanner.elements(of: "inputs", at: ["body", "inputs"], "a list", limit: 10_000) {
            inputs.append(try Self.tensor(&$1, ["body", "inputs", .index($0)]))
          }
        case "outputs":
          try scanner.elements(of: "outputs", at: ["body", "outputs"], "a list", limit: 10_000) {
            outputs.append(try Self.output(&$1, ["body", "outputs", .index($0)]))
          }
        case "parameters": try scanner.skipValue()
        default: return false
        }
        return true
      }
    }
  }

  /// Reads the name of an output; what else it says is not needed.
  private static func output(_ scanner: inout JSONScanner, _ place: [RequestProblem.Place]) throws -> String {
    var found = ""
    try scanner.members(of: "an output", at: place, fields: "a name") { name, scanner in
      if name == "name" { found = try scanner.name(of: "an output's name", at: place) } else { try scanner.skipValue() }
      return true
    }
    guard !found.isEmpty else { throw RequestProblem("missing", place, "an output has no name") }
    return found
  }

  private static func tensor(_ scanner: inout JSONScanner, _ place: [RequestProblem.Place]) throws -> Tensor {
    var tensor = Tensor()
    try scanner.members(of: "an input", at: place, fields: "name, datatype, shape and data") { name, scanner in
      switch name {
      case "name": tensor.name = try scanner.name(of: "an input's name", at: place)
      case "datatype": tensor.datatype = try scanner.name(of: "an input's datatype", at: place)
      case "shape":
        try scanner.elements(of: "shape", at: place, "a list", limit: 10_000) {
          tensor.shape.append(try $1.count(of: "a size", at: place + ["shape", .index($0)], in: 0...1_000_000_000))
        }
      case "data":
        var data: [Double] = []
        try numbers(&scanner, &data, depth: 0)
        tensor.data = data
      default: try scanner.skipValue()
      }
      return true
    }
    guard !tensor.name.isEmpty else { throw RequestProblem("missing", place, "an input has no name") }
    guard datatypes.contains(tensor.datatype) else {
      let allowed = datatypes.sorted().joined(separator: ", ")
      throw RequestProblem(
        "value_error", place,
        "input '\(tensor.name.prefix(100))' is of type '\(tensor.datatype.prefix(100))'; \(allowed) are allowed")
    }
    guard let data = tensor.data else {
      throw RequestProblem("missing", place, "input '\(tensor.name.prefix(100))' has no data")
    }
    let (count, isOver) = tensor.shape.reduce((1, false)) { sum, size in
      let (product, isOver) = sum.0.multipliedReportingOverflow(by: size)
      return (product, sum.1 || isOver)
    }
    guard !isOver, !tensor.shape.isEmpty, count == data.count else {
      throw RequestProblem(
        "value_error", place,
        "input '\(tensor.name.prefix(100))' has \(data.count) values; its shape \(tensor.shape.prefix(8)) says otherwise"
      )
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
          "input '\(inputs[0].name.prefix(100))' has the shape \(shape.prefix(8)); [rows, \(features)] is needed, or an input for each feature"
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
    throw RequestProblem(
      400, "input '\(odd.name.prefix(100))' has \(odd.data?.count ?? 0) values, the first has \(rows)")
  }
}
