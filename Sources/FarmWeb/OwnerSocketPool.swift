import FlyingSocks
import Foundation
import Glibc
import Synchronization

/// A pool for sockets of the farm's owner: before anything is read from a connection the kernel is asked who is at its
/// other end, and others than the daemon's own user (or root) are let go.
struct OwnerSocketPool: AsyncSocketPool {
    private let base: any AsyncSocketPool = .ePoll()

    func prepare() async throws { try await base.prepare() }

    func run() async throws { try await base.run() }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        // The listening socket has no peer.
        if let user = Self.peer(of: socket.file.rawValue), user != getuid(), user != 0 {
            throw SocketError.disconnected
        }
        try await base.suspendSocket(socket, untilReadyFor: events)
    }

    private static func peer(of descriptor: Int32) -> uid_t? {
        // struct ucred of <sys/socket.h>, which Swift does not see: process, user, group.
        var credentials: (process: pid_t, user: uid_t, group: gid_t) = (0, 0, 0)
        var size = socklen_t(MemoryLayout<(pid_t, uid_t, gid_t)>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else { return nil }
        return credentials.process == 0 ? nil : credentials.user
    }
}
