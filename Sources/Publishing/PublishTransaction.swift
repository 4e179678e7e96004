import Signing

/// The writing part of a publication: what it places it takes away again when a later step fails, up to the rename
/// of the index, which is the moment of publication.
struct PublishTransaction {
    let repository: PackageRepository
    let files: any RepositoryFiles
    private var placed: [String] = []

    init(repository: PackageRepository, files: any RepositoryFiles) {
        self.repository = repository
        self.files = files
    }

    /// Makes the folders, removes what a killed publication left half-written, and adds the public key.
    mutating func prepare(key: PublicKey) throws(PublishingError) {
        try files.makeFolder(repository.packagesFolder)
        try files.makeFolder(repository.keysFolder)
        for folder in [repository.packagesFolder, repository.keysFolder] {
            for name in try files.names(in: folder) where TemporaryName.isOne(name) {
                try files.remove("\(folder)/\(name)")
            }
        }
        try add(key)
    }

    /// Puts packages, the list of superseded ones (nil: as it is) and the index in their places.
    mutating func publish(
        packages: [(source: String, path: String)], superseded: SupersededList?, index: [UInt8]
    ) throws(PublishingError) {
        var temporary: [String] = []
        do {
            for (source, path) in packages {
                temporary.append(TemporaryName.beside(path))
                try files.copy(source, to: TemporaryName.beside(path))
            }
            for (_, path) in packages {
                let isNew = try files.read(path) == nil
                try files.rename(TemporaryName.beside(path), to: path)
                temporary.removeFirst()
                if isNew { placed.append(path) }
            }
            try files.sync(folder: repository.packagesFolder)
            // Before the index: what the next index lacks must be known to have been published.
            if let superseded {
                try files.replace(
                    "\(repository.packagesFolder)/\(SupersededList.fileName)", with: superseded.bytes)
            }
            try files.replace(repository.indexPath, with: index)
        } catch {
            // The first error says what happened; what cannot be removed now, the next publication overwrites.
            for path in temporary + placed { try? files.remove(path) }
            throw error
        }
        try files.sync(folder: repository.packagesFolder)
    }

    private func add(_ key: PublicKey) throws(PublishingError) {
        let path = "\(repository.keysFolder)/\(key.name)"
        guard try files.read(path) == nil else { return }
        let draft = TemporaryName.beside(path) + ".new"
        do throws(SigningError) { try key.write(to: draft) } catch {
            throw .file(path: path, action: "written", reason: "\(error)")
        }
        let bytes = try files.read(draft) ?? []
        try files.remove(draft)
        try files.replace(path, with: bytes)
        try files.sync(folder: repository.keysFolder)
    }
}
