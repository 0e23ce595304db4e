/// The words of a page and where they stand.
public struct PageText: Hashable, Sendable {
    /// The page's number, from 1.
    public var number: Int
    /// Its width in points.
    public var width: Float
    /// Its height in points.
    public var height: Float
    /// Its words, in any order.
    public var words: [PageWord]

    /// Makes a page.
    public init(number: Int, width: Float, height: Float, words: [PageWord] = []) {
        self.number = number
        self.width = width
        self.height = height
        self.words = words
    }
}

/// A word, that is text without a space in it, and its box: points from the page's left upper corner, x to the right
/// and y downwards.
public struct PageWord: Hashable, Sendable {
    /// What it says.
    public var text: String
    /// Its left edge.
    public var left: Float
    /// Its upper edge.
    public var top: Float
    /// Its right edge.
    public var right: Float
    /// Its lower edge.
    public var bottom: Float

    /// Makes a word.
    public init(_ text: String, left: Float, top: Float, right: Float, bottom: Float) {
        self.text = text
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }
}
