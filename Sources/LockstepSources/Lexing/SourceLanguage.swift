/// A language whose files are read.
public enum SourceLanguage: String, Sendable, Hashable, CaseIterable {
    case python, typescript, javascript, go, ruby, java, kotlin, swift, rust, sql, prisma, json
    /// Liquibase's XML and YAML.
    case changelog

    /// The language of a file, by how its name ends. `.vue` and `.svelte` files are TypeScript in `<script>`.
    public init?(fileName: String) {
        guard let dot = fileName.lastIndex(of: ".") else { return nil }
        switch fileName[fileName.index(after: dot)...].lowercased() {
        case "py", "pyi": self = .python
        case "ts", "tsx", "mts", "cts", "vue", "svelte": self = .typescript
        case "js", "jsx", "mjs", "cjs": self = .javascript
        case "go": self = .go
        case "rb", "rake": self = .ruby
        case "java": self = .java
        case "kt", "kts": self = .kotlin
        case "swift": self = .swift
        case "rs": self = .rust
        case "sql": self = .sql
        case "prisma": self = .prisma
        case "json": self = .json
        case "xml", "yaml", "yml":
            let path = fileName.lowercased()
            guard path.contains("changelog") || path.contains("liquibase") else { return nil }
            self = .changelog
        default: return nil
        }
    }

    /// Languages whose types are used in each other's files count as the first of them.
    var family: SourceLanguage {
        switch self {
        case .javascript: .typescript
        case .kotlin: .java
        default: self
        }
    }

    /// TypeScript and JavaScript are read alike.
    var isScript: Bool { self == .typescript || self == .javascript }
}
