#if Serving
import NIOCore
import NIOHTTP1

/// Notices requests of HTTP/1.0, whose clients take the end of the connection for the end of the answer.
///
/// It stands before the parts become those of swift-http-types, which have no version. A client speaks one version, so it goes with
/// the first head: what follows need not pass it.
final class OldClientHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  private let note: () -> Void

  init(note: @escaping () -> Void) { self.note = note }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
    if head.version == .http1_0 { note() }
    context.fireChannelRead(data)
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }
}
#endif
