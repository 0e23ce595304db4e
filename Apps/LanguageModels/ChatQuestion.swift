/// What a model is asked.
public struct ChatQuestion: Hashable, Sendable {
    /// What the model is to do, in the words of the application.
    public var system: String
    /// What it is to do it with: this may come from anybody.
    public var user: String
    /// The most tokens of the answer; at least one.
    public var mostTokens: Int
    /// How freely words are drawn; `nil` leaves it to the service, since newer models refuse any value.
    public var temperature: Double?

    /// Makes a question.
    public init(system: String, user: String, mostTokens: Int, temperature: Double? = nil) {
        self.system = system
        self.user = user
        self.mostTokens = max(1, mostTokens)
        self.temperature = temperature
    }
}
