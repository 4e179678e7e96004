import Planning

/// Plans over a catalogue as it was read: recipes are read in full only when a plan has them.
public struct CataloguePlanner: Sendable {
    private let catalogue: FarmCatalogue
    private let distribution: Distribution

    init(_ catalogue: FarmCatalogue, _ distribution: Distribution) {
        self.catalogue = catalogue
        self.distribution = distribution
    }

    /// The plan for these names: of recipes (`zlib`, `main/zlib`), of packages (`zlib-dev`), or what they provide.
    public func plan(_ requested: [String]) throws(PlanningError) -> BuildPlan {
        try catalogue.plan(distribution) { (distribution) throws(PlanningError) in
            try distribution.outline(requested)
        }
    }

    /// The identities of all recipes that are built for the architecture, sorted: `main/zlib`.
    public var buildable: [String] { distribution.buildable.map(distribution.identity(of:)) }
}

extension FarmCatalogue {
    /// A planner over the recipes.
    public func planner(
        hostTools: HostTools, stages: BootstrapStages = BootstrapStages(),
        options: Planner.Options = Planner.Options()
    ) throws -> CataloguePlanner {
        CataloguePlanner(self, try distribution(hostTools: hostTools, stages: stages, options: options))
    }
}
