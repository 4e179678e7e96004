import FlyingSocks
import Glibc
import Synchronization

/// A pool for connections over the network: what is written to them is sent at once. The head of an answer and its body are
/// two writes; without this the second one waits for the client's kernel to acknowledge the first, which takes 40 ms.
struct NetworkSocketPool: AsyncSocketPool {
    private let base: any AsyncSocketPool = .ePoll()
    private let state = Done()

    func prepare() async throws { try await base.prepare() }

    func run() async throws { try await base.run() }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        // Connections inherit it from the socket that listens, which is the first to wait.
        if !state.isDone.load(ordering: .relaxed), Self.isListening(socket.file.rawValue) {
            var isOn: Int32 = 1
            // Refused, answers are slower and nothing else.
            setsockopt(
                socket.file.rawValue, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn,
                socklen_t(MemoryLayout<Int32>.size))
            state.isDone.store(true, ordering: .relaxed)
        }
        try await base.suspendSocket(socket, untilReadyFor: events)
    }

    private static func isListening(_ descriptor: Int32) -> Bool {
        var isListening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0 && isListening != 0
    }

    private final class Done: Sendable {
        let isDone = Atomic(false)
    }
}
