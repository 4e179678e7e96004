import COpenSSL
import Glibc

/// The last reason that libcrypto left in this thread's error queue; empties the queue.
func lastReason() -> String {
    var code = ERR_get_error()
    var last = code
    while code != 0 {
        last = code
        code = ERR_get_error()
    }
    guard last != 0 else { return "no reason given" }
    var text = [CChar](repeating: 0, count: 256)
    ERR_error_string_n(last, &text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The system's words for an error number.
func systemReason(_ number: Int32) -> String {
    String(cString: strerror(number))
}

/// Hands a file's content to `take`, piece by piece.
func readFile(_ path: String, _ take: (UnsafeRawBufferPointer) -> Void) throws(SigningError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path: path, action: "open", reason: systemReason(errno)) }
    defer { close(descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
    defer { buffer.deallocate() }
    while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count == 0 { return }
        if count < 0 {
            if errno == EINTR { continue }
            throw .file(path: path, action: "read", reason: systemReason(errno))
        }
        take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
}

/// Writes a new file; one that exists is an error, and what was begun is removed when writing fails.
func writeNewFile(_ path: String, mode: mode_t, _ bytes: UnsafeRawBufferPointer) throws(SigningError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .file(path: path, action: "create", reason: systemReason(errno)) }
    var done = 0
    var failure: Int32 = 0
    while done < bytes.count && failure == 0 {
        let count = write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count < 0 {
            if errno != EINTR { failure = errno }
        } else {
            done += count
        }
    }
    if failure == 0, fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure != 0 {
        unlink(path)
        throw .file(path: path, action: "write", reason: systemReason(failure))
    }
}

/// Makes a folder for one user, with those above it.
func makeFolder(_ path: String) throws(SigningError) {
    var end = path.startIndex
    while end != path.endIndex {
        end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
        let prefix = String(path[..<end])
        if mkdir(prefix, 0o700) != 0, errno != EEXIST, errno != EISDIR {
            throw .file(path: prefix, action: "create the folder", reason: systemReason(errno))
        }
    }
}

/// The last part of a path.
func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
}
