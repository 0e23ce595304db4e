/// What validators of TypeScript and JavaScript let through.
extension CodeReader {
    /// `z.enum([…])`, `Joi.string().valid(…)`, `isIn([…])`, `DataTypes.ENUM(…)`, `pgEnum('name', […])`.
    mutating func readValidator(_ index: Int) {
        guard list.isMark("(", at: index + 1) else {
            readScriptProperty(index, isMember: index > 0 && list[index - 1].isMark("."))
            return
        }
        let open = index + 1
        var found: (members: [Vocabulary.Member], isOpen: Bool)
        var name = validatedName(index)
        switch list[index].text {
        case "union", "Union":
            guard list.isMark("[", at: open + 1) else { return }
            found = ([], false)
            for part in list.parts(in: open + 1) {
                let words = part.prefix(8)
                if words.contains(where: { ["literal", "Literal"].contains(list[$0].text) }),
                    let value = part.first(where: { list[$0].plainString != nil }).flatMap({
                        list[$0].plainString
                    })
                {
                    found.members.append(
                        Vocabulary.Member(name: nil, value: value, line: list[part.lowerBound].line))
                } else {
                    found.isOpen = true
                }
            }
        case "pgEnum", "mysqlEnum":
            let parts = list.parts(in: open)
            guard parts.count >= 2, let title = list[parts[0].lowerBound].plainString else { return }
            let variable = name
            name = title
            guard list.isMark("[", at: parts[1].lowerBound) else {
                // `pgEnum('status', Status)`: the variable is another name for that type.
                if let variable, parts[1].count == 1, list[parts[1].lowerBound].kind == .word {
                    facts.enums[variable] = list[parts[1].lowerBound].text
                }
                return
            }
            found = literals(in: parts[1].lowerBound)
            if let variable, variable != title { facts.enums[variable] = title }
        case "literal", "nativeEnum": return
        default:
            if list.isMark("[", at: open + 1) {
                found = literals(in: open + 1)
            } else {
                found = literals(in: open)
            }
        }
        guard found.members.count >= 2, let name else { return }
        addVocabulary(name, .validator, found.members, line: list[index].line, isOpen: found.isOpen)
    }

    /// What a validator is for: the property or variable that its chain is given to, or `body('status')`.
    private func validatedName(_ index: Int) -> String? {
        var place = index - 1
        var steps = 0
        while place > 0, steps < 40 {
            let token = list[place]
            if token.isMark(":"), let key = list.at(place - 1), key.kind == .word || key.isString {
                return key.text
            }
            if token.isMark("=") {
                return list.at(place - 1)?.kind == .word ? list.at(place - 1)?.text : nil
            }
            if token.kind == .mark, list.partners[place] >= 0, list.partners[place] < place {
                let open = list.partners[place]
                if let argument = list.at(open + 1)?.plainString, open + 2 == place,
                    ["body", "query", "param", "check", "field"].contains(list.at(open - 1)?.text ?? "")
                {
                    return argument
                }
                place = open - 1
            } else if token.kind == .word || token.isMark(".") || token.isMark("(") || token.isMark("?.") {
                // `v.optional(v.picklist(…))` opens brackets around it.
                place -= 1
            } else {
                return nil
            }
            steps += 1
        }
        return nil
    }
}
