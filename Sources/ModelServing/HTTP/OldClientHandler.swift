#if Serving
import NIOCore
import NIOHTTP1

/// Notices requests of HTTP/1.0, whose clients take the end of the connection for the end of the answer.
///
/// It stands before the parts become those of swift-http-types, which have no version.
final class OldClientHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  private let note: () -> Void

  init(note: @escaping () -> Void) { self.note = note }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let head) = unwrapInboundIn(data), head.version == .http1_0 { note() }
    context.fireChannelRead(data)
  }
}
#endif
