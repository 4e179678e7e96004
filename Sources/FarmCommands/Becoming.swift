import ArgumentParser
import Foundation

/// Becoming another program: streams, signals and status need no passing on then.
enum Becoming {
    /// Replaces this process by the program that the first word names.
    /// - Throws: `ExitCode(127)` after saying why, when that cannot be done; `remedy` is the command that helps.
    static func program(_ words: [String], remedy: String) throws -> Never {
        // This may be a thread of Swift's pool, which blocks signals; the mask would be the program's for ever.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        pointers.append(nil)
        execvp(words[0], pointers)
        Output.talk("\(words[0]): \(String(cString: strerror(errno))); run '\(remedy)'")
        throw ExitCode(127)
    }
}
