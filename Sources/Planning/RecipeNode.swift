import Apk
import Recipes

/// A recipe as planning handles it: one reference instead of a value of thirty fields that would be copied at every
/// touch, and what is asked of it again and again.
final class RecipeNode: Sendable {
    let recipe: Recipe
    /// `main/zlib`.
    let identity: String
    /// All its packages, the main one first.
    let packages: [PackageName]
    /// Whether it is built for the architecture.
    let isBuilt: Bool

    init(_ recipe: Recipe, architecture: String) {
        self.recipe = recipe
        identity = recipe.identity
        packages = recipe.packages
        isBuilt = recipe.arch.allows(architecture)
    }
}
