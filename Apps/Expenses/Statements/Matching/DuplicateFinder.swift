/// A transaction with the file that lists it.
public struct ListedTransaction: Sendable, Hashable {
    /// The file, by whatever name tells it from the others.
    public var file: String
    /// Whose it is: the employee's id, or the name as printed.
    public var holder: String
    /// What is listed.
    public var transaction: Transaction

    /// Makes one.
    public init(file: String, holder: String, transaction: Transaction) {
        self.file = file
        self.holder = holder
        self.transaction = transaction
    }
}

/// Finds transactions that several files list.
public enum DuplicateFinder {
    /// One transaction and where else it is listed.
    public struct Duplicate: Sendable, Codable, Hashable {
        /// The index of the first listing, which counts.
        public var first: Int
        /// The indices of its copies, one for each other file.
        public var copies: [Int]
    }

    /// Finds listings of the same holder, day, amount and merchant in different files. Two equal lines of one file are
    /// two transactions, of which another file may list both; each is reported once.
    /// - Returns: in the order of the first listings.
    public static func duplicates(_ listed: [ListedTransaction]) -> [Duplicate] {
        struct Key: Hashable {
            var holder: NameForm
            var date: StatementDate
            var amount: Money
            var merchant: MerchantForm
            /// The how manieth of its file.
            var occurrence: Int
        }
        struct Seen: Hashable {
            var file: String
            var key: Key
        }
        var occurrences: [Seen: Int] = [:]
        var groups: [Key: [Int]] = [:]
        for (index, one) in listed.enumerated() {
            var key = Key(
                holder: NameForm(one.holder), date: one.transaction.date, amount: one.transaction.amount,
                merchant: MerchantForm(one.transaction.merchant), occurrence: 0)
            let seen = Seen(file: one.file, key: key)
            key.occurrence = occurrences[seen, default: 0]
            occurrences[seen] = key.occurrence + 1
            groups[key, default: []].append(index)
        }
        return groups.values.filter { $0.count > 1 }
            .map { Duplicate(first: $0[0], copies: Array($0.dropFirst())) }
            .sorted { $0.first < $1.first }
    }
}
