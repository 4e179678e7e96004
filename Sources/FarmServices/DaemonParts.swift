import Foundation
import Planning

/// What a daemon needs of its farm. The composition root fills it in; tests fill in less.
public struct DaemonParts: Sendable {
    /// Reads and evaluates the recipes as they are now.
    public var catalogue: @Sendable () async throws -> FarmCatalogue
    /// The table of build tools.
    public var hostTools: @Sendable () throws -> HostTools
    /// Reads the table of what recipes use of Alpine's build-base without naming it.
    public var buildBase: @Sendable () throws -> BuildBase
    /// The declared ways out of circles.
    public var stages: @Sendable () throws -> BootstrapStages
    /// A session over one plan, writing to the given store.
    public var session:
        @Sendable (BuildPlan, BuildSession.Options, PublishingTurn) async throws -> BuildSession
    /// What the farm itself builds with, by which workers of other processes are measured; nil takes any.
    public var tools: (@Sendable () async throws -> WorkerProfile)?
    /// A text that differs when compiler, runner or build functions are others; asked often, so it should cost little.
    public var toolchain: @Sendable () async throws -> String

    /// These parts.
    public init(
        catalogue: @escaping @Sendable () async throws -> FarmCatalogue,
        hostTools: @escaping @Sendable () throws -> HostTools,
        buildBase: @escaping @Sendable () throws -> BuildBase,
        stages: @escaping @Sendable () throws -> BootstrapStages = { BootstrapStages() },
        session:
            @escaping @Sendable (BuildPlan, BuildSession.Options, PublishingTurn) async throws ->
            BuildSession,
        tools: (@Sendable () async throws -> WorkerProfile)? = nil,
        toolchain: @escaping @Sendable () async throws -> String = { "" }
    ) {
        self.toolchain = toolchain
        self.tools = tools
        self.catalogue = catalogue
        self.hostTools = hostTools
        self.buildBase = buildBase
        self.stages = stages
        self.session = session
    }
}
