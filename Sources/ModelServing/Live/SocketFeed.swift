#if Streaming
import Logging
import ServiceLifecycle
import TickStreaming

/// Feeds a table from a WebSocket server of ticks: from tick to prediction in one process, without brokers.
///
/// States are not saved: after a start features begin with the ticks that come then.
struct SocketFeed: Service {
  let feed: TickFeed
  let options: TickClientOptions
  let logger: Logger

  func run() async throws {
    let (feed, logger) = (feed, logger)
    let client = try TickClient(options) { event in
      switch event {
      case .subscribed(let stream, let symbols):
        logger.info("ticks come in", metadata: ["stream": "\(stream)", "symbols": "\(symbols.count)"])
      case .retrying(let reason, let seconds):
        logger.warning("no connection", metadata: ["error": "\(reason)", "retry_after_s": "\(seconds)"])
      case .dropped(let count): logger.warning("the server left ticks out", metadata: ["count": "\(count)"])
      case .end: logger.info("the stream has ended")
      }
    }
    do {
      try await cancelledOnShutdown {
        try await client.run { frame in
          for _ in frame.rejects { feed.reject() }
          feed.take(frame.ticks)
        }
      }
    } catch is CancellationError {
      return
    }
    // What has come is still asked for.
    await waitForShutdown()
  }
}
#endif
