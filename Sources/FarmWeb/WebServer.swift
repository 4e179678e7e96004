public import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// Listens for requests: on a TCP address, and on the farm's own socket for its owner.
public struct WebServer: Sendable {
    /// An address to listen at.
    public enum Address: Sendable, Equatable {
        /// `127.0.0.1:8780`, `[::1]:8780`; port 0 takes any free one.
        case network(String)
        /// A socket file, for processes of the same user.
        case socket(String)
    }

    /// Where it cannot listen.
    public struct AddressError: Error, CustomStringConvertible {
        let address: String
        let reason: String
        /// What, where, and what to do.
        public var description: String {
            "\(address): cannot listen there: \(reason); give another address with --listen ADDRESS:PORT"
        }
    }

    private let server: HTTPServer
    private let address: Address
    private let folder: OpenFolder?
    private let ending = Ending()

    /// A server that has not begun to listen.
    /// - Throws: `AddressError`.
    public init(_ address: Address, handler: some HTTPHandler) throws {
        self.address = address
        switch address {
        case .network(let text):
            folder = nil
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
            else {
                throw AddressError(address: text, reason: "it has no port")
            }
            let host = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
            do {
                server =
                    host.contains(":")
                    ? HTTPServer(
                        address: try .inet6(ip6: host, port: port), timeout: 3600, pool: NetworkSocketPool(),
                        logger: .disabled,
                        handler: handler)
                    : HTTPServer(
                        address: try .inet(ip4: host, port: port), timeout: 3600, pool: NetworkSocketPool(),
                        logger: .disabled,
                        handler: handler)
            } catch { throw AddressError(address: text, reason: "'\(host)' is no IP address") }
        case .socket(let path):
            // A socket's path may have 107 bytes; a folder's descriptor makes any path short.
            let parent = (path as NSString).deletingLastPathComponent
            let open = try OpenFolder(parent)
            folder = open
            let short = "/proc/self/fd/\(open.descriptor)/" + (path as NSString).lastPathComponent
            // A dead daemon leaves its socket; the farm's lock says that none is alive.
            unlink(path)
            server = HTTPServer(
                address: .unix(path: short), timeout: 3600, pool: OwnerSocketPool(), logger: .disabled,
                handler: handler)
        }
    }

    /// Listens and answers until cancelled. `ready` is told the port once it listens.
    public func run(ready: @escaping @Sendable (UInt16) -> Void) async throws {
        let server = server
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask {
                try await server.waitUntilListening()
                if case .socket(let path) = address { chmod(path, 0o600) }
                switch await server.listeningAddress {
                case .ip4(_, let port), .ip6(_, let port): ready(port)
                default: ready(0)
                }
            }
            defer { group.cancelAll() }
            do { try await group.waitForAll() } catch is CancellationError {
            } catch {
                // Closing the socket that it listens at is how it is stopped.
                if Task.isCancelled || ending.hasBegun { return }
                if case .network(let text) = address { throw AddressError(address: text, reason: "\(error)") }
                throw error
            }
        }
    }

    /// Stops to listen; answers that are being given have `seconds` to end.
    public func stop(within seconds: Double) async {
        ending.begin()
        await server.stop(timeout: seconds)
    }
}

/// Whether a server was told to stop.
private final class Ending: Sendable {
    private let state = Atomic(false)

    var hasBegun: Bool { state.load(ordering: .acquiring) }

    func begin() { state.store(true, ordering: .releasing) }
}

/// A folder's descriptor, closed with its last owner.
private final class OpenFolder: Sendable {
    let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw WebServer.AddressError(address: path, reason: String(cString: strerror(errno)))
        }
    }

    deinit { close(descriptor) }
}
