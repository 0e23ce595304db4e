/// How owners are compared: byte by byte, as databases do.
///
/// Swift's `==` takes texts for equal that look the same in Unicode (`é` as one scalar, or as two). Two accounts may be
/// called so, and one must not see the other's jobs.
package enum Owner {
    /// Whether two owners are the same one; nobody is only the same as nobody.
    package static func isSame(_ one: String?, _ other: String?) -> Bool {
        switch (one, other) {
        case (nil, nil): true
        case (let one?, let other?): one.utf8.elementsEqual(other.utf8)
        default: false
        }
    }
}
