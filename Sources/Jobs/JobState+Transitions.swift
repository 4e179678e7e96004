/// What an event does to a state.
public enum Transition: Sendable, Hashable {
    /// The job is in this state now; it may be the same one.
    case to(JobState)
    /// The event cannot happen in this state.
    case refused
}

extension JobState {
    /// The state after an event, for every pair of state and event. `state` is nil before the first event.
    public static func after(_ kind: JobEvent.Kind, in state: JobState?) -> Transition {
        guard let state else {
            if case .queued(let needs) = kind { return .to(waitingOrReady(needs)) }
            return .refused
        }
        return state.after(kind)
    }

    /// The state after an event.
    public func after(_ kind: JobEvent.Kind) -> Transition {
        switch kind {
        case .queued: .refused
        case .requested: isEnded ? .refused : .to(self)
        case .needPublished, .needReplaced, .needFailed, .unblocked: afterNeed(kind)
        case .leased, .released, .phase, .built, .publishing, .published: afterWork(kind)
        case .failed(let failure): isHeld || self == .ready ? .to(.failed(failure)) : .refused
        case .retried(let needs): canBeRetried ? .to(Self.waitingOrReady(needs)) : .refused
        case .cancelled: self == .publishing || isEnded ? .refused : .to(.cancelled)
        case .superseded(let newer): isPending ? .to(.superseded(by: newer)) : .refused
        // It is about the recipe.
        case .excused: .to(self)
        }
    }

    /// Events about jobs that this one waits on. They mean nothing to a job that does not wait (any more): it was
    /// cancelled, or waits no longer.
    private func afterNeed(_ kind: JobEvent.Kind) -> Transition {
        switch (kind, self) {
        case (.needPublished(let need), .waiting(let needs)):
            return .to(Self.waitingOrReady(needs.subtracting([need])))
        case (.needReplaced(let old, let new), .waiting(let needs)):
            return .to(.waiting(on: needs.contains(old) ? needs.subtracting([old]).union([new]) : needs))
        case (.needFailed(let root), .waiting), (.needFailed(let root), .blocked):
            return .to(.blocked(by: root))
        case (.unblocked(let needs), .blocked):
            return .to(Self.waitingOrReady(needs))
        default:
            return .to(self)
        }
    }

    /// Events of the worker. A result may come without any phase: it was found in the cache.
    private func afterWork(_ kind: JobEvent.Kind) -> Transition {
        switch (kind, self) {
        case (.leased(let lease), .ready): .to(.leased(lease))
        case (.released, .leased), (.released, .running): .to(.ready)
        case (.phase(let phase), .leased(let lease)), (.phase(let phase), .running(let lease, _)):
            .to(.running(lease, phase))
        case (.built, .leased), (.built, .running): .to(.built)
        case (.publishing, .built): .to(.publishing)
        case (.published(let unchanged), .leased), (.published(let unchanged), .running):
            unchanged ? .to(.published) : .refused
        case (.published, .publishing): .to(.published)
        case (.published(let unchanged), .built): unchanged ? .to(.published) : .refused
        default: .refused
        }
    }

    private var canBeRetried: Bool {
        switch self {
        case .failed, .cancelled: true
        default: false
        }
    }

    private static func waitingOrReady(_ needs: Set<JobID>) -> JobState {
        needs.isEmpty ? .ready : .waiting(on: needs)
    }

    /// The state that these events lead to; nil without events or when one of them was refused.
    public static func fold(_ events: some Sequence<JobEvent>) -> JobState? {
        var state: JobState?
        for event in events {
            guard case .to(let next) = after(event.kind, in: state) else { return nil }
            state = next
        }
        return state
    }
}
