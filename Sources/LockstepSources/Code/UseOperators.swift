/// Conditions written as objects: `status: { $in: ['a', 'b'] }` of MongoDB, `status: { not: 'a' }` of Prisma,
/// `status: { [Op.in]: ['a'] }` of Sequelize.
extension CodeReader {
    private static let comparing: Set<String> = [
        "$eq", "$ne", "$in", "$nin", "equals", "not", "in", "notIn", "eq", "ne",
    ]

    /// Reads the condition behind a name and its colon; false where there is none.
    mutating func readOperators(_ index: Int, _ name: String) -> Bool {
        guard list.isMark("{", at: index + 2), list.close(of: index + 2) > index + 3 else { return false }
        var isCondition = false
        for part in list.parts(in: index + 2) {
            guard let colon = part.first(where: { list.isMark(":", at: $0) }), colon > part.lowerBound,
                let sign = comparison(part.lowerBound..<colon)
            else { continue }
            isCondition = true
            guard Self.comparing.contains(sign), let value = list.at(colon + 1) else { continue }
            if list.isMark("[", at: colon + 1) {
                for member in literals(in: colon + 1).members {
                    addUse(name, nil, member.value ?? "", .comparison, line: member.line, at: index)
                }
            } else if part.upperBound == colon + 2, let text = literal(value) {
                addUse(name, nil, text, .comparison, line: value.line, at: index)
            }
        }
        return isCondition
    }

    /// `$in`, `in` or `[Op.in]`, without what is around it.
    private func comparison(_ key: Range<Int>) -> String? {
        var word = list[key.upperBound - 1].text
        if list.isMark("]", at: key.upperBound - 1) {
            guard key.count == 5, list.isWord("Op", at: key.lowerBound + 1) else { return nil }
            word = list[key.upperBound - 2].text
        } else if key.count == 2, list.isMark("$", at: key.lowerBound) {
            word = "$" + word
        } else if key.count != 1 {
            return nil
        }
        return word.hasPrefix("$") || Self.comparing.contains(word) ? word : nil
    }
}
