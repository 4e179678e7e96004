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

            With --token the key lies in a PKCS#11 token, which signs by itself: a smart card, an HSM, SoftHSM. Needs
            Debian's libengine-pkcs11-openssl and the token's own module.
            Example: apkfarm key agent --socket S --token 'pkcs11:token=farm;object=signing' \\
                       --name farm-1a2b3c4d.rsa.pub --module /usr/lib/softhsm/libsofthsm2.so --pin-file PIN
            """)

    @OptionGroup var options: FarmOptions

    @Option(help: "The socket to listen at.")
    var socket: String

    @Option(help: "The folder of private keys, unless it is the farm's.")
    var keys: String?

    @Option(help: "A key in a PKCS#11 token instead of a folder's: its address (RFC 7512).")
    var token: String?

    @Option(help: "With --token: the file name of the public key, for example farm-1a2b3c4d.rsa.pub.")
    var name: String?

    @Option(help: "With --token: the library that knows the token.")
    var module: String?

    @Option(help: "With --token: the file that holds the PIN.")
    var pinFile: String?

    func validate() throws {
        let all = [name, module, pinFile]
        if token == nil ? all.contains(where: { $0 != nil }) : all.contains(nil) {
            throw ValidationError("--token, --name, --module and --pin-file belong together")
        }
        if token != nil, keys != nil { throw ValidationError("--token and --keys exclude each other") }
    }

    /// The keys that it shall hold, and where they are.
    private func held() throws -> (keys: [PrivateKey], place: String) {
        if let token, let name, let module, let pinFile {
            let pin = try Data(contentsOf: URL(fileURLWithPath: Farm.absolute(pinFile)))
            let key = try PrivateKey.load(
                token: token, name: name, module: Farm.absolute(module), pin: Array(pin))
            return ([key], token)
        }
        let folder = try keys.map(Farm.absolute) ?? Farm(options).folders.keys
        let store = SigningKeys(folder: folder, agent: nil)
        let held = try store.names().map { try PrivateKey.load(path: folder + "/" + $0) }
        guard !held.isEmpty else { throw SigningKeysError.none(folder) }
        return (held, folder)
    }

    func run() throws {
        let (held, place) = try held()
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
        Output.talk("\(held.count) keys of \(place), asked for at \(Farm.absolute(socket))")
        agent.serve { Output.talk($0) }
    }
}
