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

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let instrumentation = Target.Dependency.product(
    name: "Instrumentation", package: "swift-distributed-tracing")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let httpServer: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    .product(name: "Crypto", package: "swift-crypto"),
    .product(name: "CryptoExtras", package: "swift-crypto"),
]

let package = Package(
    name: "lockstep",
    products: [
        .library(name: "Lockstep", targets: ["Lockstep"]),
        .library(name: "LockstepSQL", targets: ["LockstepSQL"]),
        .library(name: "LockstepSQLite", targets: ["LockstepSQLite"]),
        .library(name: "LockstepPostgres", targets: ["LockstepPostgres"]),
        .library(name: "LockstepServer", targets: ["LockstepServer"]),
        .library(name: "LockstepPush", targets: ["LockstepPush"]),
        .library(name: "LockstepFiles", targets: ["LockstepFiles"]),
        .library(name: "LockstepDrift", targets: ["LockstepDrift"]),
        .library(name: "LockstepUploads", targets: ["LockstepUploads"]),
        .library(name: "LockstepSandbox", targets: ["LockstepSandbox"]),
        .library(name: "LockstepTesting", targets: ["LockstepTesting"]),
        .executable(name: "lockstep", targets: ["LockstepCLI"]),
        .executable(name: "showcase", targets: ["Showcase"]),
        .executable(name: "anomaly-bench", targets: ["anomaly-bench"]),
        .executable(name: "sqlite-bench", targets: ["sqlite-bench"]),
        .executable(name: "postgres-bench", targets: ["postgres-bench"]),
        .executable(name: "http-bench", targets: ["http-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    ],
    targets: [
        // The library, each room knowing as little as it can.
        .target(name: "Lockstep", dependencies: [instrumentation, logging], swiftSettings: strict),
        .target(name: "LockstepSQL", dependencies: ["Lockstep"], swiftSettings: strict),
        .target(
            name: "LockstepSQLite",
            dependencies: [
                "Lockstep", "LockstepSQL", grdb, .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ], swiftSettings: strict),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "LockstepPostgres", dependencies: ["Lockstep", "LockstepSQL", "CPostgres"],
            swiftSettings: strict),
        .target(
            name: "LockstepServer",
            dependencies: ["Lockstep", "LockstepSQL", "LockstepUploads", logging] + httpServer,
            swiftSettings: strict),
        .target(
            name: "LockstepPush",
            dependencies: [
                "Lockstep", httpClient, logging,
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .target(
            name: "LockstepFiles", dependencies: ["Lockstep", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(
            name: "LockstepDrift",
            dependencies: [
                "Lockstep", "LockstepPostgres", "LockstepSources", "LockstepSQL", "LockstepSQLite",
            ], swiftSettings: strict),
        .target(name: "LockstepSources", swiftSettings: strict),
        .target(name: "LockstepChecking", dependencies: ["LockstepSources"], swiftSettings: strict),
        .systemLibrary(name: "CFiles"),
        .target(
            name: "LockstepUploads",
            dependencies: [
                "CFiles", "Lockstep", "LockstepSQL", httpClient, logging,
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: strict),
        .systemLibrary(name: "CSpawn"),
        // Runs programs on files that nobody vouches for.
        .target(
            name: "LockstepSandbox", dependencies: ["Lockstep", "CSpawn", logging], swiftSettings: strict),
        .target(name: "LockstepTesting", dependencies: ["Lockstep", "CSpawn"], swiftSettings: strict),

        .executableTarget(
            name: "LockstepCLI",
            dependencies: [
                "Lockstep", "LockstepChecking", "LockstepDrift", "LockstepFiles", "LockstepPostgres",
                "LockstepPush", "LockstepSQL", "LockstepSources",
                "LockstepSQLite", "LockstepServer", "LockstepUploads", arguments, httpClient, logging,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ] + httpServer,
            swiftSettings: strict),

        // Text and shapes on pages and pictures, for the applications.
        .systemLibrary(name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),

        // The applications.
        .target(
            name: "LanguageModels",
            dependencies: [
                "Lockstep", httpClient, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ], path: "Apps/LanguageModels", swiftSettings: strict),
        .systemLibrary(name: "CZlib", path: "Apps/Anomaly/CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "AnomalyDetection", path: "Apps/Anomaly/Detection", swiftSettings: numeric),
        .target(
            name: "AnomalyTables", dependencies: ["AnomalyDetection", "CZlib"], path: "Apps/Anomaly/Tables",
            swiftSettings: strict),
        .target(
            name: "Anomaly",
            dependencies: [
                "AnomalyDetection", "AnomalyTables", "LanguageModels", "LockstepServer", "LockstepSQL",
                "Lockstep",
                logging,
            ]
                + httpServer,
            path: "Apps/Anomaly", exclude: ["CZlib", "Detection", "Samples", "Tables"], swiftSettings: strict),
        .target(name: "VideoSignals", path: "Apps/Video/Signals", swiftSettings: numeric),
        .target(
            name: "Video",
            dependencies: [
                "Lockstep", "LockstepSQL", "LockstepSandbox", "LockstepServer", "LockstepUploads",
                "VideoSignals", logging,
            ] + httpServer,
            path: "Apps/Video", exclude: ["Signals"], swiftSettings: strict),
        .target(name: "ExpenseStatements", path: "Apps/Expenses/Statements", swiftSettings: strict),
        .systemLibrary(
            name: "CXlsxWriter", path: "Apps/Expenses/CXlsxWriter", pkgConfig: "xlsxwriter",
            providers: [.apt(["libxlsxwriter-dev"])]),
        .target(
            name: "Expenses",
            dependencies: [
                "CPango", "CXlsxWriter", "ExpenseStatements", "Lockstep", "LockstepSQL", "LockstepSandbox",
                "LockstepServer", logging,
            ] + httpServer,
            path: "Apps/Expenses", exclude: ["CXlsxWriter", "Samples", "Statements"],
            swiftSettings: strict),
        .target(name: "ContentWriting", path: "Apps/Content/Writing", swiftSettings: strict),
        .target(
            name: "ContentRendering",
            dependencies: ["CPango", "ContentWriting", "Lockstep", "LockstepSandbox", logging],
            path: "Apps/Content/Rendering", swiftSettings: strict),
        .target(
            name: "Content",
            dependencies: [
                "ContentNotifying", "ContentRendering", "ContentWriting", "Lockstep", "LockstepDrift",
                "LockstepSQL",
                "LockstepPush", "LockstepSandbox", "LockstepServer", "LockstepUploads", logging,
            ] + httpServer,
            path: "Apps/Content", exclude: ["Models", "Notifying", "Rendering", "Writing"],
            resources: [.copy("Corpus")], swiftSettings: strict),
        .target(
            name: "ContentModels", dependencies: ["ContentWriting", "LanguageModels", "Lockstep"],
            path: "Apps/Content/Models", swiftSettings: strict),
        .target(
            name: "ContentNotifying",
            dependencies: [
                "Lockstep", "LockstepPush", "LockstepSandbox", logging,
                .product(name: "Crypto", package: "swift-crypto"),
            ], path: "Apps/Content/Notifying", swiftSettings: strict),
        .target(
            name: "Tickets",
            dependencies: [
                "Lockstep", "LockstepSQL", "LockstepServer", "LockstepUploads", "TicketDocument",
                "TicketDrafting", "TicketExport", logging,
            ] + httpServer,
            path: "Apps/Tickets",
            exclude: [
                "Document", "Drafting", "FakeJira", "Jira", "JiraServing", "Samples", "Services",
            ],
            swiftSettings: strict),
        .target(
            name: "TicketDocument", dependencies: ["Lockstep"], path: "Apps/Tickets/Document",
            swiftSettings: strict),
        .target(
            name: "TicketDrafting", dependencies: ["Lockstep", "TicketDocument"],
            path: "Apps/Tickets/Drafting",
            swiftSettings: strict),
        .target(
            name: "TicketExport", dependencies: ["Lockstep", "TicketDocument"], path: "Apps/Tickets/Jira",
            swiftSettings: strict),
        .target(
            name: "FakeJira", dependencies: ["Lockstep", "TicketDocument"], path: "Apps/Tickets/FakeJira",
            swiftSettings: strict),
        .target(
            name: "FakeJiraServing",
            dependencies: ["FakeJira", "Lockstep", "TicketDocument", logging] + httpServer,
            path: "Apps/Tickets/JiraServing", swiftSettings: strict),
        .target(
            name: "TicketServices",
            dependencies: [
                "LanguageModels", "Lockstep", "TicketDocument", "TicketDrafting", "TicketExport", httpClient,
                logging, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], path: "Apps/Tickets/Services", swiftSettings: strict),
        .executableTarget(
            name: "Showcase",
            dependencies: [
                "Anomaly", "AnomalyDetection", "Content", "ContentModels", "ContentNotifying",
                "ContentWriting", "Expenses", "FakeJira", "FakeJiraServing", "LanguageModels", "Lockstep",
                "LockstepPostgres", "LockstepPush", "LockstepSQL", "LockstepSQLite", "LockstepServer",
                "LockstepUploads", "TicketExport", "TicketServices", "Tickets", "Video", arguments,
                httpClient,
                logging,
            ] + httpServer,
            path: "Apps/Showcase", swiftSettings: strict),

        // The twenty lines of the README, word for word.
        .executableTarget(
            name: "readme-example", dependencies: ["Lockstep", "LockstepSQLite"], path: "examples/readme",
            swiftSettings: strict),

        // Benchmarks.
        .executableTarget(
            name: "anomaly-bench", dependencies: ["AnomalyDetection", "AnomalyTables"],
            path: "Benchmarks/anomaly/swift", swiftSettings: strict),
        .executableTarget(
            name: "expenses-bench", dependencies: ["ExpenseStatements", "Expenses", "LockstepSandbox"],
            path: "Benchmarks/expenses/swift", swiftSettings: strict),
        .executableTarget(
            name: "drift-bench", dependencies: ["LockstepSources"], path: "Benchmarks/drift/swift",
            swiftSettings: strict),
        .target(
            name: "BenchKit", dependencies: ["Lockstep", "LockstepSQL"], path: "Benchmarks/kit",
            swiftSettings: strict),
        .executableTarget(
            name: "sqlite-bench", dependencies: ["BenchKit", "Lockstep", "LockstepSQL", "LockstepSQLite"],
            path: "Benchmarks/sqlite/swift", swiftSettings: strict),
        .executableTarget(
            name: "postgres-bench",
            dependencies: ["BenchKit", "Lockstep", "LockstepSQL", "LockstepPostgres"],
            path: "Benchmarks/postgres/swift", swiftSettings: strict),

        .executableTarget(
            name: "http-bench", dependencies: ["Lockstep", "LockstepPostgres", "LockstepServer", logging],
            path: "Benchmarks/http/swift", swiftSettings: strict),

        // Runs seeds of the simulation, by scripts/simulate.
        .executableTarget(
            name: "lockstep-simulate", dependencies: ["LockstepTesting"], path: "Tests/Simulation",
            swiftSettings: strict),

        // What the tests of crashes start, stop and kill.
        .executableTarget(
            name: "lockstep-crew",
            dependencies: [
                "Lockstep", "LockstepSQL", "LockstepSQLite", "LockstepPostgres", "LockstepTesting", arguments,
            ],
            path: "Tests/Crew", swiftSettings: strict),

        // Serves a dashboard to the browsers of tests.
        .executableTarget(
            name: "lockstep-stand",
            dependencies: [
                "Lockstep", "LockstepPostgres", "LockstepSQL", "LockstepServer", "LockstepTesting", arguments,
                logging,
            ], path: "Tests/DashboardStand", swiftSettings: strict),

        // A process with a sandbox, for the tests that kill it.
        .executableTarget(
            name: "sandbox-parent", dependencies: ["Lockstep", "LockstepSandbox"],
            path: "Tests/SandboxParent",
            swiftSettings: strict),

        // Databases of a PostgreSQL server, for any tests.
        .target(
            name: "PostgresSupport",
            dependencies: ["Lockstep", "LockstepPostgres", "LockstepTesting", "CPostgres"],
            path: "Tests/PostgresSupport", swiftSettings: strict),

        // An application served and spoken to, for the tests of all of them.
        .target(
            name: "AppSupport",
            dependencies: [
                "Lockstep", "LockstepPostgres", "LockstepSQL", "LockstepSQLite", "LockstepServer",
                "LockstepTesting", "PostgresSupport", httpClient, logging,
            ] + httpServer, path: "Tests/AppSupport", swiftSettings: strict),

        // Model services that check what they are asked, for the tests of all that ask models.
        .target(
            name: "ModelSupport",
            dependencies: ["LanguageModels", "Lockstep", "LockstepTesting", logging] + httpServer,
            path: "Tests/ModelSupport", exclude: ["Schemas"], swiftSettings: strict),

        // Tests mirror Sources and Apps.
        .testTarget(
            name: "LockstepTests",
            dependencies: ["Lockstep", "LockstepTesting", "lockstep-simulate", logging],
            swiftSettings: strict),
        .testTarget(
            name: "LockstepSQLTests", dependencies: ["Lockstep", "LockstepSQL"], swiftSettings: strict),
        .testTarget(
            name: "LockstepSQLiteTests",
            dependencies: [
                "Lockstep", "LockstepSQL", "LockstepSQLite", "LockstepTesting", "readme-example", grdb,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "LockstepPostgresTests",
            dependencies: [
                "Lockstep", "LockstepSQL", "LockstepSQLite", "LockstepPostgres", "LockstepTesting",
                "PostgresSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CrewTests",
            dependencies: [
                "lockstep-crew", "Lockstep", "LockstepSQL", "LockstepSQLite", "LockstepPostgres",
                "LockstepTesting", "PostgresSupport",
            ],
            swiftSettings: strict),
        // What a PostgreSQL server, its pooler and the network do to a crew.
        .testTarget(
            name: "PostgresFaultTests",
            dependencies: [
                "lockstep-crew", "Lockstep", "LockstepSQL", "LockstepPostgres", "LockstepTesting",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "LockstepCLITests",
            dependencies: [
                "LockstepCLI", "Lockstep", "LockstepPostgres", "LockstepSQL", "LockstepSQLite",
                "LockstepServer", "LockstepTesting", httpClient,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "LockstepFilesTests", dependencies: ["Lockstep", "LockstepFiles", "LockstepTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "LockstepSourcesTests", dependencies: ["LockstepSources", "drift-bench"],
            swiftSettings: strict),
        .testTarget(
            name: "LockstepCheckingTests",
            dependencies: ["Lockstep", "LockstepChecking", "LockstepFiles", "LockstepSources"],
            swiftSettings: strict),
        .testTarget(
            name: "LockstepDriftTests",
            dependencies: [
                "Lockstep", "LockstepDrift", "LockstepPostgres", "LockstepSQL", "LockstepSQLite",
                "LockstepSources", "LockstepTesting", "PostgresSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "LockstepServerTests",
            dependencies: [
                "AppSupport", "Lockstep", "LockstepPostgres", "LockstepSQL", "LockstepSQLite",
                "LockstepServer",
                "LockstepTesting", "LockstepUploads", "PostgresSupport", httpClient, logging,
            ] + httpServer,
            swiftSettings: strict),
        .testTarget(
            name: "LockstepPushTests",
            dependencies: [
                "Lockstep", "LockstepPostgres", "LockstepPush", "LockstepSQL", "LockstepSQLite",
                "LockstepServer", "LockstepTesting", "PostgresSupport", logging,
            ] + httpServer,
            swiftSettings: strict),
        // Every lifecycle of the repository, on every face at once.
        .testTarget(
            name: "EveryLifecycleTests",
            dependencies: [
                "Anomaly", "AppSupport", "Content", "Expenses", "Lockstep", "LockstepSQL", "LockstepSQLite",
                "Tickets",
                "LockstepPostgres",
                "LockstepServer", "LockstepTesting", "PostgresSupport", "Video", "readme-example", grdb,
                httpClient, logging,
            ] + httpServer,
            swiftSettings: strict),
        .testTarget(
            name: "AnomalyDetectionTests", dependencies: ["AnomalyDetection"], swiftSettings: strict),
        .testTarget(
            name: "AnomalyTablesTests", dependencies: ["AnomalyTables", "AnomalyDetection", "CZlib"],
            swiftSettings: strict),
        .testTarget(
            name: "AnomalyTests",
            dependencies: [
                "AppSupport", "Anomaly", "AnomalyDetection", "AnomalyTables", "LanguageModels",
                "LockstepServer", "LockstepSQLite", "LockstepTesting", "ModelSupport", httpClient,
            ] + httpServer, swiftSettings: strict),
        .testTarget(
            name: "LanguageModelsTests",
            dependencies: ["LanguageModels", "Lockstep", "ModelSupport", httpClient] + httpServer,
            swiftSettings: strict),
        .testTarget(
            name: "LockstepUploadsTests",
            dependencies: [
                "AppSupport", "Lockstep", "LockstepPostgres", "LockstepSQL", "LockstepSQLite",
                "LockstepServer",
                "LockstepTesting", "LockstepUploads", "PostgresSupport", httpClient, logging,
            ] + httpServer,
            swiftSettings: strict),
        .testTarget(
            name: "LockstepSandboxTests",
            dependencies: ["Lockstep", "LockstepSandbox", "LockstepTesting", "sandbox-parent"],
            swiftSettings: strict),
        .testTarget(name: "VideoSignalsTests", dependencies: ["VideoSignals"], swiftSettings: strict),
        .testTarget(
            name: "VideoTests",
            dependencies: [
                "AppSupport", "Lockstep", "LockstepPostgres", "LockstepSQL", "LockstepSQLite",
                "LockstepSandbox",
                "LockstepServer", "LockstepTesting", "LockstepUploads", "PostgresSupport", "Video",
                "VideoSignals", httpClient, logging,
            ] + httpServer,
            swiftSettings: strict),
        .testTarget(
            name: "ExpensesTests",
            dependencies: [
                "AppSupport", "ExpenseStatements", "Expenses", "Lockstep", "LockstepPostgres", "LockstepSQL",
                "LockstepServer", "LockstepTesting", "PostgresSupport", httpClient, logging,
            ] + httpServer, swiftSettings: strict),
        .testTarget(
            name: "ExpenseStatementsTests",
            dependencies: [
                "Expenses", "ExpenseStatements", "Lockstep", "LockstepSandbox", "LockstepTesting",
            ],
            exclude: ["Layouts"], swiftSettings: strict),
        .testTarget(
            name: "ContentTests",
            dependencies: [
                "AppSupport", "Content", "ContentWriting", "Lockstep", "LockstepDrift", "LockstepPostgres",
                "LockstepSQL", "LockstepServer", "LockstepTesting", "LockstepUploads", "PostgresSupport",
                httpClient, logging,
            ] + httpServer, swiftSettings: strict),
        .testTarget(name: "ContentWritingTests", dependencies: ["ContentWriting"], swiftSettings: strict),
        .testTarget(
            name: "ContentRenderingTests",
            dependencies: [
                "ContentRendering", "ContentWriting", "Lockstep", "LockstepSandbox", "LockstepTesting",
                logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ContentModelsTests",
            dependencies: ["ContentModels", "ContentWriting", "Lockstep", "LanguageModels", "ModelSupport"]
                + httpServer, swiftSettings: strict),
        .testTarget(
            name: "ContentNotifyingTests",
            dependencies: [
                "AppSupport", "ContentNotifying", "Lockstep", "LockstepPush", "LockstepSandbox",
                "LockstepServer",
                "LockstepTesting", logging,
            ] + httpServer, swiftSettings: strict),
        .testTarget(
            name: "TicketsTests",
            dependencies: [
                "AppSupport", "FakeJira", "Lockstep", "LockstepSQL", "LockstepServer", "LockstepTesting",
                "LockstepUploads", "TicketDocument", "TicketDrafting", "TicketExport", "Tickets", logging,
            ] + httpServer, swiftSettings: strict),
        .testTarget(
            name: "TicketDocumentTests", dependencies: ["Lockstep", "TicketDocument"],
            swiftSettings: strict),
        .testTarget(
            name: "TicketDraftingTests", dependencies: ["Lockstep", "TicketDocument", "TicketDrafting"],
            swiftSettings: strict),
        .testTarget(
            name: "TicketExportTests",
            dependencies: ["FakeJira", "Lockstep", "TicketDocument", "TicketExport"], swiftSettings: strict),
        .testTarget(
            name: "TicketServicesTests",
            dependencies: [
                "FakeJira", "FakeJiraServing", "LanguageModels", "Lockstep", "LockstepTesting",
                "ModelSupport",
                "TicketDocument", "TicketDrafting", "TicketExport", "TicketServices", httpClient, logging,
                .product(name: "NIOPosix", package: "swift-nio"),
            ] + httpServer, swiftSettings: strict),
        .testTarget(
            name: "ShowcaseTests",
            dependencies: [
                "AppSupport", "Anomaly", "Content", "Expenses", "FakeJira", "FakeJiraServing", "Showcase",
                "LockstepSQL", "LockstepSQLite", "LockstepServer", "LockstepTesting", "LockstepUploads",
                "Lockstep", "PostgresSupport", "TicketDrafting", "TicketExport", "Tickets", "Video",
                httpClient,
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
            ] + httpServer, swiftSettings: strict),
    ]
)
