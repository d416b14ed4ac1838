import Foundation

private let blockingQueue = DispatchQueue(label: "tickboost-blocking", attributes: .concurrent)

/// Runs what waits on a thread of its own: threads of tasks must not wait.
package func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    blockingQueue.async { continuation.resume(with: Result(catching: body)) }
  }
}
