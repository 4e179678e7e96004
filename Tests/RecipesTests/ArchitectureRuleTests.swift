import Recipes
import Testing

@Suite("Architecture rules")
struct ArchitectureRuleTests {
    @Test(
        "A recipe is built for wasm32 as abuild's check_arch says",
        arguments: [
            ("all", true), ("noarch", true), ("wasm32", true), ("x86_64 wasm32", true), ("all !s390x", true),
            ("all !wasm32", false), ("!wasm32 all", false), ("x86_64 aarch64", false), ("", false),
            ("!x86", false),
        ])
    func allows(rule: String, isAllowed: Bool) {
        let rule = ArchitectureRule(words: rule.split(separator: " ").map(String.init))
        #expect(rule.allows("wasm32") == isAllowed)
    }

    @Test("Triplets are Alpine's")
    func triplets() {
        #expect(RecipeEnvironment().host == "wasm32-alpine-linux-musl")
        #expect(RecipeEnvironment().build == "x86_64-alpine-linux-musl")
        #expect(RecipeEnvironment.triplet(of: "armv7") == "armv7-alpine-linux-musleabihf")
        #expect(RecipeEnvironment.triplet(of: "x86") == "i586-alpine-linux-musl")
    }
}
