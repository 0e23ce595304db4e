import Lockstep
import LockstepUploads

/// The uploads of a job as the API shows them.
struct UploadList: Encodable {
    let job: JobID
    let uploads: [Item]

    init(of job: JobID, _ states: [UploadState]) {
        self.job = job
        uploads = states.map(Item.init)
    }

    struct Item: Encodable {
        let state: UploadState

        private enum CodingKeys: String, CodingKey {
            case name, filename, size, sha256, state, refusal, refusals
            case contentType = "content_type"
            case announcedAt = "announced_at"
            case expiresAt = "expires_at"
            case verifiedAt = "verified_at"
            case refusedAt = "refused_at"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(state.name, forKey: .name)
            try container.encode(state.filename, forKey: .filename)
            try container.encode(state.contentType, forKey: .contentType)
            try container.encode(state.size, forKey: .size)
            try container.encode(state.sha256, forKey: .sha256)
            try container.encode(state.verifiedAt == nil ? "announced" : "verified", forKey: .state)
            try container.encode(state.announcedAt, forKey: .announcedAt)
            try container.encode(state.expiresAt, forKey: .expiresAt)
            try container.encode(state.verifiedAt, forKey: .verifiedAt)
            try container.encode(state.refusal, forKey: .refusal)
            try container.encode(state.refusedAt, forKey: .refusedAt)
            try container.encode(state.refusals, forKey: .refusals)
        }
    }
}
