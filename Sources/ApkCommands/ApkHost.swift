import Apk

/// What apk's command line needs of its surroundings: the seam between the verbs and a machine.
///
/// On Linux `FarmCommands` (or a test) supplies it with `Packages.LinuxMachine`; the apk of the browser brings its
/// own. Everything that touches files, network, keys or the screen comes in here; the verbs only decide and word.
public protocol ApkHost {
    /// The machine that packages are read from and installed to.
    associatedtype Machine: ApkMachine
    /// Runs packages' scripts.
    associatedtype Runner: ScriptRunner

    /// A root with its trusted keys.
    ///
    /// - Parameters:
    ///   - root: the root's folder; it is made if `makesRoot`, else a missing one is an error.
    ///   - keysFolder: the trusted keys; nil: those of the root, `etc/apk/keys`.
    func machine(root: ByteText, keysFolder: ByteText?, makesRoot: Bool) throws(ApkError) -> Machine

    /// What runs the scripts of packages in this root.
    func scriptRunner(root: ByteText) -> Runner

    /// Called when packages were installed into a root, so that the keys trusted can be kept in it.
    func installed(into machine: Machine) throws(ApkError)

    /// Puts a file at a path of the caller, whole or not at all.
    func writeFile(_ path: ByteText, _ bytes: [UInt8]) throws(ApkError)

    /// The content of a file at a path of the caller. Throws `notFound`, `overLimit` or `machine`.
    func readFile(_ path: ByteText, limit: Int) throws(ApkError) -> [UInt8]

    /// Whether there is something at a path of the caller.
    func exists(_ path: ByteText) -> Bool

    /// Bytes and time of writing (seconds since 1970) of a regular file at a path of the caller; nil if there is none.
    func fileStatus(_ path: ByteText) throws(ApkError) -> (size: Int64, modified: Int64)?

    /// Signs bytes with a private key's file, or what stands for one.
    func sign(
        _ bytes: [UInt8], _ algorithm: PackageSignature.Algorithm, key: ByteText
    ) throws(ApkError) -> PackageSignature

    /// The first 16 bytes of the SHA512 of the PKCS#1 form of a private key's public half: how apk 3 names it.
    func keyID(_ key: ByteText) throws(ApkError) -> [UInt8]

    /// A line of the answer: standard output.
    func say(_ line: String)

    /// Bytes of the answer: standard output.
    func write(_ bytes: [UInt8]) throws(ApkError)

    /// A line for people: standard error.
    func complain(_ line: String)

    /// How far the work is, for a bar on a terminal.
    func progress(_ done: Int, of total: Int)

    /// Seconds since 1970, for times in an index.
    var now: Int64 { get }
}

extension ApkHost {
    /// No bar.
    public func progress(_ done: Int, of total: Int) {}

    /// Signing is for the machine that builds.
    public func sign(
        _ bytes: [UInt8], _ algorithm: PackageSignature.Algorithm, key: ByteText
    ) throws(ApkError) -> PackageSignature {
        throw ApkError(
            .machine, "\(key): this apk cannot sign; use 'apkfarm apk sign' where packages are built")
    }

    /// Signing is for the machine that builds.
    public func keyID(_ key: ByteText) throws(ApkError) -> [UInt8] {
        throw ApkError(
            .machine, "\(key): this apk cannot sign; use 'apkfarm apk sign' where packages are built")
    }
}
