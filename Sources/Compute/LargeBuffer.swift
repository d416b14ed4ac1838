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
