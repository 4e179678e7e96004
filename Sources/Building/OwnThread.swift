import Foundation

/// Runs work that blocks or computes for long on a thread of its own.
///
/// Swift's own pool has as many threads as the machine has cores; two blocking calls on two cores freeze every task,
/// the progress display included (measured: a 100 ms timer fired after 4.1 s).
public enum OwnThread {
    /// Runs `work` on a new thread and waits for it without holding a thread of the pool.
    public static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Result(catching: work)) }
            thread.stackSize = 4 << 20
            thread.start()
        }
    }
}
