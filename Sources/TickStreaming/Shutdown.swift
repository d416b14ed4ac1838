#if Streaming
import ServiceLifecycle

/// Runs a body that is cancelled when its service is to end, as when its task is cancelled.
///
/// In place of the lifecycle library's own `cancelWhenGracefulShutdown`, whose wait misses a cancellation that comes just as it begins (2.13.0),
/// and then never ends.
package func cancelledOnShutdown<Value: Sendable>(
  _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let task = Task { try await body() }
  return try await withTaskCancellationHandler {
    try await withGracefulShutdownHandler {
      try await task.value
    } onGracefulShutdown: {
      task.cancel()
    }
  } onCancel: {
    task.cancel()
  }
}

/// Waits until the service is to end.
package func waitForShutdown() async {
  // Cancelled is how it ends.
  try? await cancelledOnShutdown { while true { try await Task.sleep(for: .seconds(3600)) } }
}
#endif
