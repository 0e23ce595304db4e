extension Lexer {
    /// Of a page (`.vue`, `.svelte`) only what stands between `<script …>` and `</script>` is read.
    mutating func readScripts() {
        let whole = source.count
        while place < whole {
            end = whole
            guard let start = find("<script", from: place), let open = find(">", from: start) else { return }
            let close = find("</script", from: open) ?? whole
            step(to: open + 1)
            end = close
            read()
            end = whole
            step(to: min(close + 1, whole))
        }
    }

    private func find(_ text: StaticString, from: Int) -> Int? {
        let count = text.utf8CodeUnitCount
        var index = from
        while index + count <= source.count {
            if source[index] == text.utf8Start[0] {
                var same = 1
                while same < count, source[index + same] == text.utf8Start[same] { same += 1 }
                if same == count { return index }
            }
            index += 1
        }
        return nil
    }
}
