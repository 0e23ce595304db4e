// swift-tools-version:6.2
import PackageDescription

/// Every target is held to the same bar: Swift 6 language mode, and no warning is let through.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Numeric code is worth optimising even in debug builds: tests train real networks.
let numeric: [SwiftSetting] = strict + [.unsafeFlags(["-Ounchecked"])]

let package = Package(
    name: "lockstep",
    products: [
        .library(name: "Lockstep", targets: ["Lockstep"]),
        .library(name: "LockstepSQL", targets: ["LockstepSQL"]),
        .library(name: "LockstepSQLite", targets: ["LockstepSQLite"]),
        .library(name: "LockstepServer", targets: ["LockstepServer"]),
        .executable(name: "showcase", targets: ["Showcase"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    ],
    targets: [
        .target(
            name: "Lockstep", dependencies: [.product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),
        .target(name: "LockstepSQL", dependencies: ["Lockstep"], swiftSettings: strict),
        .target(
            name: "LockstepSQLite",
            dependencies: ["Lockstep", "LockstepSQL", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        .target(
            name: "LockstepServer",
            dependencies: [
                "Lockstep", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "Showcase",
            dependencies: [
                "LockstepServer", "LockstepSQLite",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ], path: "Apps/Showcase", swiftSettings: strict),
    ]
)
