// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "embedded",
    dependencies: [.package(name: "lockstep", path: "../..")],
    targets: [
        .executableTarget(
            name: "embedded",
            dependencies: [.product(name: "LockstepSQLite", package: "lockstep")])
    ]
)
