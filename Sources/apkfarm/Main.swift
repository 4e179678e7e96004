import ArgumentParser
import FarmCommands

@main
enum Main {
    static func main() async {
        await Apkfarm.start()
    }
}
