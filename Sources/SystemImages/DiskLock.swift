import Foundation

/// The claim on a file that is a machine's disk: two machines on one disk would ruin its file system.
///
/// The lock is held by an open descriptor that programs inherit which take this one's place (flock(2), execve(2)), so the
/// machine's host has it until it ends, however it ends.
public enum DiskLock {
    /// Why a file is no disk for a machine.
    public struct Refused: Error, CustomStringConvertible {
        /// What is wrong with which file, and a command that helps.
        public let description: String
    }

    /// Claims a disk for this process and the one that it becomes.
    ///
    /// - Parameter path: the disk's file, which must be there.
    /// - Throws: `Refused` when it cannot be opened for reading and writing, is no file or block device, or is in use.
    public static func claim(_ path: String) throws(Refused) {
        let descriptor = open(path, O_RDWR)  // not O_CLOEXEC: the lock is the program's that follows
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw Refused(
                description: "\(path): \(reason); 'mke2fs -q -t ext4 \(path) 1G' makes a disk")
        }
        var status = stat()
        let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        guard kind == S_IFREG || kind == S_IFBLK else {
            close(descriptor)
            throw Refused(description: "\(path) is neither a file nor a block device")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw Refused(
                description: "\(path) is in use: it is another machine's disk; end that one, or copy the file"
            )
        }
    }
}
