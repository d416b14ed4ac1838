import Synchronization

/// A value that threads share, behind a lock of its own.
///
/// For classes whose making can fail: a Mutex stored in them directly makes the compiler fail (Swift 6.3.1).
package final class Shared<Value: Sendable>: Sendable {
  private let mutex: Mutex<Value>

  package init(_ value: Value) { mutex = Mutex(value) }

  package func withLock<Result: Sendable>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    try mutex.withLock { try body(&$0) }
  }
}
