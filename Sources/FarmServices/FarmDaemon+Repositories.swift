import Building

/// What people do to what is published, one at a time and between the publications of builds.
extension FarmDaemon {
    /// The verbs over this farm's repositories; those that only read need nothing of the daemon.
    public nonisolated var repositories: RepositoryVerbs { RepositoryVerbs(folders: folders) }

    /// Takes what one channel lists over into another.
    public func promote(_ wanted: RepositoryVerbs.Promotion) async throws -> [RepositoryChange] {
        try await changingRepositories { try $0.promote(wanted) }
    }

    /// Lists an earlier snapshot's packages again.
    public func rollBack(
        _ channel: String, _ name: String, _ wanted: RepositoryVerbs.RollBack
    ) async throws -> RepositoryChange {
        try await changingRepositories { try $0.rollBack(channel, name, wanted) }
    }

    /// Takes a bad package away.
    public func withdraw(_ wanted: RepositoryVerbs.Withdrawal) async throws -> [RepositoryChange] {
        try await changingRepositories { try $0.withdraw(wanted) }
    }

    /// Publishes packages that were brought before.
    public func publish(
        _ channel: String, _ name: String, _ wanted: RepositoryVerbs.ByHand
    ) async throws -> RepositoryChange {
        var found = wanted
        found.packages = try wanted.packages.map(uploads.path(of:))
        let brought = found
        let change = try await changingRepositories { try $0.publish(channel, name, brought) }
        uploads.drop(wanted.packages)
        return change
    }

    /// Keeps an origin at its version; answers what is held.
    public func hold(
        _ channel: String, _ name: String, _ wanted: RepositoryVerbs.Hold
    ) async throws -> [RepositoryVerbs.HoldRow] {
        try await changingRepositories { try $0.hold(channel, name, wanted) }
    }

    /// Lets a held origin go; answers what is still held.
    public func unhold(
        _ channel: String, _ name: String, _ wanted: RepositoryVerbs.Hold
    ) async throws -> [RepositoryVerbs.HoldRow] {
        try await changingRepositories { try $0.unhold(channel, name, wanted) }
    }

    /// Removes what nobody needs any more.
    public func collect(_ wanted: RepositoryVerbs.Collection) async throws -> [RepositoryVerbs.GarbageRow] {
        try await changingRepositories { try $0.collect(wanted) }
    }

    /// Package files on their way into a repository.
    public nonisolated var uploads: PackageUploads {
        PackageUploads(folder: folders.state + "/uploads", limits: desk.limits)
    }

    private func changingRepositories<Value: Sendable>(
        _ work: @escaping @Sendable (RepositoryVerbs) throws -> Value
    ) async throws -> Value {
        let verbs = repositories
        await turn.take()
        let result: Result<Value, any Error>
        do { result = .success(try await OwnThread.run { try work(verbs) }) } catch {
            result = .failure(error)
        }
        await turn.give()
        return try result.get()
    }
}
