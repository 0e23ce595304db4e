import Testing

@testable import LockstepSources

/// Members of types as models store them and as code names them.
struct ModelMemberTests {
    /// In short: `D1 parcels.state LOST app/parcel.py:3 high`, of what is of high confidence.
    private func sure(_ files: [String: String]) -> [String] {
        SourceCheck(SourceTree(files: files.compactMap { SourceFile(path: $0.key, text: $0.value) })).findings
            .filter { [.d1, .d4].contains($0.type) && $0.confidence == .high }
            .map {
                "\($0.type.rawValue) \($0.table).\($0.column) \($0.value) \($0.places[0])"
            }
    }

    private static let parcels = """
        CREATE TYPE parcel_state AS ENUM ('WAITING', 'SENT', 'ARRIVED');
        CREATE TABLE parcels (id bigint PRIMARY KEY, state parcel_state NOT NULL);
        """

    private static let model = """
        class ParcelState(enum.Enum):
            WAITING = "waiting"
            SENT = "sent"
            ARRIVED = "arrived"

        class Parcel(Base):
            __tablename__ = "parcels"
            state = Column(Enum(ParcelState, name="parcel_state"))
        """

    @Test func aMemberIsWhatItsModelStores() {
        let code =
            "def send(parcel):\n    Parcel.create(state=ParcelState.SENT)\n    Parcel.create(state=ParcelState.ARRIVED.value)\n"
        let found = sure(["schema.sql": Self.parcels, "app/model.py": Self.model, "app/send.py": code])
        // The value itself is given where it is asked for, and that is refused.
        #expect(found == ["D1 parcels.state arrived app/send.py:3"])
    }

    @Test func whatIsPassedOnIsNoConstant() {
        let code =
            "def send(parcel, state):\n    Parcel.create(state=state)\n    Parcel.create(state=wanted)\n"
        let found = sure([
            "schema.sql": Self.parcels, "app/model.py": Self.model, "app/send.py": code,
            "app/health.py": "state = \"fine\"\nwanted = \"none of it\"\n",
        ])
        #expect(found == [])
    }

    @Test func aMemberThatItsTypeLacksIsNoConstantOfAnotherPlace() {
        let found = sure([
            "schema.sql": Self.parcels, "app/model.py": Self.model,
            "app/send.py": "Parcel.create(state=ParcelState.BROKEN)\n",
            "app/page.py": "BROKEN = \"<b>broken</b>\"\n",
        ])
        #expect(found == [])
    }

    @Test func unknownIsStoredWhereAModelSaysSo() {
        let files = [
            "schema.sql": Self.parcels,
            "app/model.py": Self.model.replacing("ARRIVED = \"arrived\"", with: "UNKNOWN = \"unknown\""),
        ]
        #expect(sure(files) == ["D1 parcels.state UNKNOWN app/model.py:4"])
        // A constant of Go that says "not set" need not be written ever.
        let go = """
            package parcel

            type State string

            const (
            \tStateInvalid State = "[invalid]"
            \tStateWaiting State = "WAITING"
            \tStateSent State = "SENT"
            \tStateArrived State = "ARRIVED"
            )

            type Parcel struct {
            \tState State
            }
            """
        #expect(sure(["schema.sql": Self.parcels, "parcel/state.go": go]) == [])
    }

    @Test func theNameOfAnEnumIsNoneOfItsValues() {
        let model = """
            class Parcel(Base):
                __tablename__ = "parcels"
                state = Column(Enum("WAITING", "SENT", "ARRIVED", name="parcel_state"))
            """
        #expect(sure(["schema.sql": Self.parcels, "app/model.py": model]) == [])
    }

    @Test func anAnnotationWithBracesHidesNoTable() {
        let java = """
            @Entity
            @Table(name = "parcels", schema = "post")
            @ToString(exclude = {"lines", "sender"})
            public class PostalParcel {
              public enum ParcelState { WAITING, SENT, ARRIVED, RETURNED }

              @Enumerated(STRING)
              @Column(columnDefinition = "post.parcel_state")
              private ParcelState state;
            }
            """
        #expect(
            sure(["schema.sql": Self.parcels, "src/main/java/PostalParcel.java": java]) == [
                "D1 parcels.state RETURNED src/main/java/PostalParcel.java:5"
            ])
    }

    @Test func aTableWithoutAClassAndAnEnumByAnotherName() {
        let table = """
            parcels = sa.Table(
                "parcels", metadata,
                sa.Column("id", sa.BigInteger, primary_key=True),
                sa.Column("state", EnumType(ParcelState), nullable=False),
            )

            class ParcelState(enum.Enum):
                WAITING = 0
                SENT = 1
                ARRIVED = 2
                STOLEN = 3
            """
        #expect(
            sure(["schema.sql": Self.parcels, "app/tables.py": table]) == [
                "D1 parcels.state STOLEN app/tables.py:11"
            ])
        let alias = Self.model.replacing("Enum(ParcelState", with: "EnumColumn(ParcelState").replacing(
            "ARRIVED = \"arrived\"", with: "STOLEN = \"stolen\"")
        #expect(
            sure(["schema.sql": Self.parcels, "app/model.py": alias]) == [
                "D1 parcels.state STOLEN app/model.py:4"
            ])
    }
}
