extension BuildPlan {
    /// The part of the plan that must be built for one of its steps: the step, its needs and theirs, in plan order.
    /// What packages only want once they are installed is left out.
    public func leading(to identity: String) -> BuildPlan {
        var wanted: Set<String> = [identity]
        for step in steps.reversed() where wanted.contains(step.identity) {
            wanted.formUnion(step.needs)
        }
        return BuildPlan(
            steps: steps.filter { wanted.contains($0.identity) },
            bootstrap: bootstrap.filter { wanted.contains($0) }, firstStage: firstStage)
    }
}
