import Foundation

/// Memory for `capacity` values that many rows fill: large buffers stand on large pages where the system has them.
///
/// Rows that are read in random order cost one missed address translation each on small pages; training is a fifth
/// quicker on large ones. Freed by ``deallocateLarge(_:)``.
public func allocateLarge<Value: BitwiseCopyable>(_: Value.Type, capacity: Int) -> UnsafeMutablePointer<Value> {
  let bytes = max(1, capacity) * MemoryLayout<Value>.stride
  let page = 2 << 20
  guard bytes >= 2 * page else { return .allocate(capacity: max(1, capacity)) }
  var memory: UnsafeMutableRawPointer?
  // The last page is the buffer's own too, so that it can be a large one.
  let whole = (bytes + page - 1) / page * page
  guard posix_memalign(&memory, page, whole) == 0, let memory else {
    fatalError("there is no memory for \(bytes) bytes")
  }
  #if os(Linux)
  madvise(memory, whole, MADV_HUGEPAGE)
  #endif
  return memory.bindMemory(to: Value.self, capacity: capacity)
}

/// Frees memory of ``allocateLarge(_:capacity:)``.
public func deallocateLarge<Value: BitwiseCopyable>(_ pointer: UnsafeMutablePointer<Value>) {
  // Both ways to allocate end in malloc's heap.
  free(pointer)
}

/// An array of numbers that are all to be written: they are zero or whatever the memory held. Large ones stand on large pages
/// where the system has them, which saves a page fault for each 4 KB.
package func largeArray(_ count: Int) -> [Double] {
  [Double](unsafeUninitializedCapacity: count) { buffer, filled in
    filled = count
    #if os(Linux)
    let page = 2 << 20
    guard count * 8 >= 4 * page, let base = buffer.baseAddress else { return }
    let start = (Int(bitPattern: base) + page - 1) & ~(page - 1)
    let end = (Int(bitPattern: base) + count * 8) & ~(page - 1)
    madvise(UnsafeMutableRawPointer(bitPattern: start), end - start, MADV_HUGEPAGE)
    #endif
  }
}
