import FarmServices
import Foundation
import Synchronization

/// Shows what a session does: on a terminal one line a running step that is kept up to date, else plain lines.
final class Progress: Sendable {
    private struct Running {
        var phase: String
        let since: ContinuousClock.Instant
    }

    private struct State {
        var running: [String: Running] = [:]
        var ended: Set<String> = []
        var done: Int { ended.count }
        var linesShown = 0
    }

    private let total: Int
    private let isTerminal: Bool
    private let state = Mutex(State())

    init(total: Int) {
        self.total = total
        isTerminal = isatty(2) == 1
    }

    /// Takes one event in.
    func show(_ event: SessionEvent) {
        switch event {
        case .began(let identity): began(identity)
        case .phase(let identity, let phase): entered(phase, of: identity)
        case .ended(let report, _):
            ended(report.identity, version: report.version, word: Self.word(report.outcome))
        }
    }

    /// A step began, also one that ended before and is tried again.
    func began(_ identity: String) {
        state.withLock { state in
            state.ended.remove(identity)
            state.running[identity] = Running(phase: "begin", since: .now)
            if isTerminal { redraw(&state) }
        }
    }

    /// A step entered a phase.
    func entered(_ phase: String, of identity: String) {
        state.withLock { state in
            let since = state.running[identity]?.since ?? .now
            state.running[identity] = Running(phase: phase, since: since)
            if isTerminal {
                redraw(&state)
            } else {
                line("[\(state.done)/\(total)] \(identity): \(phase) (\(age(since)))")
            }
        }
    }

    /// A step ended.
    func ended(_ identity: String, version: String, word: String) {
        state.withLock { state in
            state.ended.insert(identity)
            state.running[identity] = nil
            erase(&state)
            line("[\(state.done)/\(total)] \(identity) \(version): \(word)")
            if isTerminal { redraw(&state) }
        }
    }

    /// Takes the running lines away.
    func finish() { state.withLock { erase(&$0) } }

    private func redraw(_ state: inout State) {
        erase(&state)
        let left = total - state.done - state.running.count
        for (identity, running) in state.running.sorted(by: { $0.key < $1.key }) {
            line("  \(identity): \(running.phase), \(age(running.since))")
        }
        line("  \(left) waiting")
        state.linesShown = state.running.count + 1
    }

    private func erase(_ state: inout State) {
        guard isTerminal, state.linesShown > 0 else { return }
        FileHandle.standardError.write(Data("\u{1b}[\(state.linesShown)A\u{1b}[J".utf8))
        state.linesShown = 0
    }

    private func line(_ text: String) { Output.talk(text) }

    private func age(_ since: ContinuousClock.Instant) -> String {
        readable(seconds: Double((ContinuousClock.now - since).components.seconds))
    }

    static func word(_ outcome: StepOutcome) -> String {
        switch outcome {
        case .unchanged: "unchanged"
        case .reused: "built before; published"
        case .built: "built and published"
        case .kept: "rebuilt, same content; nothing to publish"
        case .failed(let phase, let reason): "FAILED in \(phase): \(reason)"
        case .blocked(let by): "blocked by \(by)"
        }
    }
}
