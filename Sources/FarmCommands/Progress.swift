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
        var done = 0
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
        state.withLock { state in
            switch event {
            case .began(let identity):
                state.running[identity] = Running(phase: "begin", since: .now)
            case .phase(let identity, let phase):
                let since = state.running[identity]?.since ?? .now
                state.running[identity] = Running(phase: phase, since: since)
                if !isTerminal {
                    line("[\(state.done)/\(total)] \(identity): \(phase) (\(age(since)))")
                }
            case .ended(let report, _):
                state.done += 1
                state.running[report.identity] = nil
                erase(&state)
                line(
                    "[\(state.done)/\(total)] \(report.identity) \(report.version): \(Self.word(report.outcome))"
                )
            }
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
