import ArgumentParser
import FarmServices
import Foundation
import Signing

/// `apkfarm key agent`: holds the keys and signs for others.
struct KeyAgentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Holds the private keys in a process of its own and signs for who asks at its socket.",
        discussion: """
            With APKFARM_KEY_AGENT=SOCKET in their environment the daemon and every command sign through it and never
            read a private key. Only the same user (and root) is answered. Ends with SIGTERM or Ctrl-C.
            Example: apkfarm key agent --socket /run/user/1000/apkfarm-keys
            """)

    @OptionGroup var options: FarmOptions

    @Option(help: "The socket to listen at.")
    var socket: String

    @Option(help: "The folder of private keys, unless it is the farm's.")
    var keys: String?

    func run() throws {
        let folder = try keys.map(Farm.absolute) ?? Farm(options).folders.keys
        let store = SigningKeys(folder: folder, agent: nil)
        let held = try store.names().map { try PrivateKey.load(path: folder + "/" + $0) }
        guard !held.isEmpty else { throw SigningKeysError.none(folder) }
        let agent = try KeyAgent.listen(socket: Farm.absolute(socket), keys: held)
        signal(SIGTERM, SIG_IGN)
        signal(SIGINT, SIG_IGN)
        let ends = [SIGTERM, SIGINT].map { number in
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { agent.stop() }
            source.resume()
            return source
        }
        defer { withExtendedLifetime(ends) {} }
        Output.talk("\(held.count) keys of \(folder), asked for at \(Farm.absolute(socket))")
        agent.serve { Output.talk($0) }
    }
}
