/// Sorts the values of a sample without its missing ones, ascending.
///
/// Radix sort, three passes over 32-bit keys where every value is a float (tables of single precision), six over 64-bit
/// keys otherwise: some eight times faster than sorting by comparison. O(count).
package func sortedValues(_ sample: [Double]) -> [Double] {
  let isSingle = sample.allSatisfy { Double(Float($0)) == $0 || $0.isNaN }
  // Adding 0 makes −0 to 0, so that both are one value to the bins as to the comparison.
  if isSingle {
    let keys = keys(sample) { key(Float($0 + 0).bitPattern) }
    return values(radixSorted(keys, passes: 3)) { Double(Float(bitPattern: bits($0))) }
  }
  let keys = keys(sample) { key(($0 + 0).bitPattern) }
  return values(radixSorted(keys, passes: 6)) { Double(bitPattern: bits($0)) }
}

/// The keys of the values that are not missing.
@inline(__always)
private func keys<Key>(_ sample: [Double], _ key: (Double) -> Key) -> [Key] {
  [Key](unsafeUninitializedCapacity: sample.count) { keys, count in
    for value in sample where value == value {
      (keys.baseAddress! + count).initialize(to: key(value))
      count += 1
    }
  }
}

@inline(__always)
private func values<Key>(_ keys: [Key], _ value: (Key) -> Double) -> [Double] {
  [Double](unsafeUninitializedCapacity: keys.count) { values, count in
    for index in keys.indices { (values.baseAddress! + index).initialize(to: value(keys[index])) }
    count = keys.count
  }
}

/// A number's bits in the order of the numbers: negative ones reversed, positive ones above them.
@inline(__always)
private func key<Bits: FixedWidthInteger & UnsignedInteger>(_ bits: Bits) -> Bits {
  let sign = Bits(1) << (Bits.bitWidth - 1)
  return bits & sign != 0 ? ~bits : bits | sign
}

@inline(__always)
private func bits<Bits: FixedWidthInteger & UnsignedInteger>(_ key: Bits) -> Bits {
  let sign = Bits(1) << (Bits.bitWidth - 1)
  return key & sign != 0 ? key & ~sign : ~key
}

@inline(__always)
private func radixSorted<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ keys: [Key], passes: Int)
  -> [Key]
{
  let (digit, buckets) = (11, 2048)
  var from = keys
  var to = [Key](repeating: 0, count: keys.count)
  // The counts of all passes at once: they do not depend on the order.
  var starts = [Int](repeating: 0, count: passes * buckets)
  starts.withUnsafeMutableBufferPointer { starts in
    for key in keys {
      for pass in 0..<passes {
        starts[pass &* buckets &+ Int(truncatingIfNeeded: key >> Key(pass &* digit)) & 2047] &+= 1
      }
    }
    for pass in 0..<passes {
      var next = 0
      for index in pass * buckets..<(pass + 1) * buckets { (starts[index], next) = (next, next + starts[index]) }
    }
  }
  for pass in 0..<passes {
    let shift = pass * digit
    from.withUnsafeBufferPointer { from in
      to.withUnsafeMutableBufferPointer { to in
        starts.withUnsafeMutableBufferPointer { starts in
          for key in from {
            let bucket = pass &* buckets &+ Int(truncatingIfNeeded: key >> Key(shift)) & 2047
            to[starts[bucket]] = key
            starts[bucket] &+= 1
          }
        }
      }
    }
    swap(&from, &to)
  }
  return from
}
