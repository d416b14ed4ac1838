/// Sorts the values of a sample without its missing ones, ascending.
///
/// Radix sort, three passes over 32-bit keys where every value is a float (tables of single precision), six over 64-bit
/// keys otherwise: some eight times faster than sorting by comparison. O(count).
package func sortedValues(_ sample: [Double]) -> [Double] {
  let isSingle = sample.allSatisfy { $0.isNaN || Double(Float($0)) == $0 }
  if isSingle {
    // Adding 0 makes −0 to 0, so that both are one value to the bins as to the comparison.
    let keys = sample.lazy.filter { !$0.isNaN }.map { key(Float($0 + 0).bitPattern) }
    return radixSorted(Array(keys), passes: 3).map { Double(Float(bitPattern: bits($0))) }
  }
  let keys = sample.lazy.filter { !$0.isNaN }.map { key(($0 + 0).bitPattern) }
  return radixSorted(Array(keys), passes: 6).map { Double(bitPattern: bits($0)) }
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
  let digit = 11
  var from = keys
  var to = [Key](repeating: 0, count: keys.count)
  for pass in 0..<passes {
    let shift = pass * digit
    var starts = [Int](repeating: 0, count: 1 << digit)
    for key in from { starts[Int(truncatingIfNeeded: key >> Key(shift)) & 2047] += 1 }
    var next = 0
    for index in starts.indices { (starts[index], next) = (next, next + starts[index]) }
    from.withUnsafeBufferPointer { from in
      to.withUnsafeMutableBufferPointer { to in
        starts.withUnsafeMutableBufferPointer { starts in
          for key in from {
            let place = Int(truncatingIfNeeded: key >> Key(shift)) & 2047
            to[starts[place]] = key
            starts[place] &+= 1
          }
        }
      }
    }
    swap(&from, &to)
  }
  return from
}
