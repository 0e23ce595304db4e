/// SQLAlchemy's tables without a class: `orders = sa.Table("orders", metadata, sa.Column("status", sa.Enum(Status)))`.
extension CodeReader {
    mutating func readPythonTable(_ index: Int) {
        guard list.isMark("(", at: index + 1), let table = list.at(index + 2)?.plainString else { return }
        for part in list.parts(in: index + 1) {
            guard let call = part.prefix(3).first(where: { list[$0].isWord("Column") }),
                let name = list.at(call + 2)?.plainString
            else { continue }
            for place in call + 3..<max(part.upperBound, call + 3) {
                let type = list[place].text
                guard list[place].kind == .word, type.contains("Enum") || type == "ENUM",
                    list.isMark("(", at: place + 1), let stored = dottedName(place + 2)
                else { continue }
                let isValue = (place..<list.close(of: place + 1)).contains {
                    list[$0].isWord("values_callable")
                }
                facts.bindings.append(
                    ColumnBinding(
                        table: table, isTableNamed: true, column: name, values: .named(stored),
                        stored: isValue ? .values : .names, isOwn: !isValue && !isSQLAlchemysEnum(type),
                        place: self.place(list[place].line), role: file.role))
                break
            }
        }
    }
}
