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

    /// A line of the answer: standard output.
    func say(_ line: String)

    /// A line for people: standard error.
    func complain(_ line: String)

    /// Seconds since 1970, for times in an index.
    var now: Int64 { get }
}
