/// The declaration of a lifecycle: an enum whose cases are the statuses a job can be in, and the rules that
/// hold in each of them.
///
/// The enum's raw values are the strings every layer uses: the database column, the API, the metrics, the
/// diagram. `rules` is an exhaustive `switch`, so the compiler proves that every status has rules and refuses
/// a status that was never declared.
///
/// ```swift
/// enum Export: String, Lifecycle {
///     case queued, rendering, done, failed
///     static let initial: Set = [queued]
///     static let failure = failed
///
///     var rules: Rules<Self> {
///         switch self {
///         case .queued: .queues(for: .rendering, within: .hours(1))
///         case .rendering: .works(within: .minutes(5)).retries(.exponential, attempts: 3).moves(to: .done)
///         case .done: .succeeds(keptFor: .days(30))
///         case .failed: .fails(keptFor: .days(30)).reopens(to: .queued)
///         }
///     }
/// }
/// ```
///
/// ## Topics
/// - ``Rules``: what can be said of a status
/// - ``Definition``: the same as plain data
/// - ``Definition/audited()``: what is checked before a definition is used
public protocol Lifecycle: RawRepresentable<String>, CaseIterable, Hashable, Codable, Sendable,
    CancellationTarget
{
    /// What a job is started with. `NoValue` unless declared.
    associatedtype Input: Codable & Sendable = NoValue
    /// What a job leaves behind. `NoValue` unless declared.
    associatedtype Output: Codable & Sendable = NoValue
    /// `Self` where cancelling is declared, ``NotCancellable`` (the default) where it is refused.
    associatedtype Cancellation: CancellationTarget = NotCancellable

    /// The lifecycle's name in the database, the API and the metrics: lower-case letters, digits and `_`.
    /// By default the type's name in snake case.
    static var name: String { get }
    /// The statuses in which a job may start.
    static var initial: Set<Self> { get }
    /// Where permanent failures, used-up attempts and deadlines without an `else` go.
    static var failure: Self { get }
    /// Where cancelling leads. When it is not declared, cancelling is refused.
    static var cancellation: Cancellation { get }
    /// What holds in this status.
    var rules: Rules<Self> { get }
}

/// What `static let cancellation` may be: a status of the lifecycle, or ``NotCancellable``.
///
/// It is a protocol so that `static let cancellation = cancelled` is taken as the declaration it looks like;
/// with an optional requirement that line would compile and be ignored.
public protocol CancellationTarget {}

/// Stands for "cancelling is refused".
public struct NotCancellable: CancellationTarget, Sendable {
    /// Makes the value.
    public init() {}
}

/// An input or output that carries nothing; encoded as `{}`.
public struct NoValue: Codable, Hashable, Sendable {
    /// Makes the value.
    public init() {}
}

extension Lifecycle {
    /// The type's name in snake case: `VideoJob` is `video_job`.
    public static var name: String { snakeCase("\(Self.self)") }
}

extension Lifecycle where Cancellation == NotCancellable {
    /// Cancelling is refused unless a lifecycle declares otherwise.
    public static var cancellation: NotCancellable { NotCancellable() }
}

/// `VideoJob` → `video_job`; anything that is not a letter or digit becomes `_`.
func snakeCase(_ text: String) -> String {
    var result = ""
    var previousWasLower = false
    for character in text {
        guard character.isASCII, character.isLetter || character.isNumber else {
            result.append("_")
            previousWasLower = false
            continue
        }
        if character.isUppercase, previousWasLower { result.append("_") }
        previousWasLower = !character.isUppercase
        result.append(contentsOf: character.lowercased())
    }
    return result
}
