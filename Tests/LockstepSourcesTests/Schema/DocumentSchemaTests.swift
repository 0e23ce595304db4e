import Testing

@testable import LockstepSources

/// Schemas that Mongoose and Sequelize keep in programs, and Drizzle's journal of what runs.
struct DocumentSchemaTests {
    @Test func mongoosesSchemas() throws {
        let schema = Made.schema([
            "models/values.js": "const MOODS = ['sad', 'glad'];\nmodule.exports = { MOODS };\n",
            "models/parcel.js": """
            const mongoose = require('mongoose');
            const { MOODS } = require('./values');
            const parcelSchema = new mongoose.Schema({
                title: String,
                status: { type: String, enum: ['packed', 'sent'], default: 'packed', required: true },
                mood: { type: String, enum: { values: MOODS, message: 'no' } },
                route: { leg: { type: String, enum: ['first', 'last', null] } },
                events: [{ kind: { type: String, enum: ['scan'] } }],
            }, { timestamps: true });
            module.exports = mongoose.model('Parcel', parcelSchema);
            """,
            "src/truck.ts": """
            import { Prop, Schema } from '@nestjs/mongoose';
            enum TruckState { Idle = 'idle', Gone = 'gone' }
            @Schema()
            export class Truck {
                @Prop({ type: String, enum: TruckState, default: TruckState.Idle })
                state: TruckState;
            }
            """,
        ])
        let status = try Made.column("Parcel.status", in: schema)
        #expect(status.accepted == ["packed", "sent"])
        #expect(status.defaultValue == "packed")
        #expect(status.place == SourcePlace(file: "models/parcel.js", line: 5))
        #expect(status.origin.kind == .mongoose)
        #expect(try Made.column("Parcel.mood", in: schema).accepted == ["sad", "glad"])
        #expect(try Made.column("Parcel.route.leg", in: schema).accepted == ["first", "last"])
        #expect(try Made.column("Parcel.events.kind", in: schema).accepted == ["scan"])
        #expect(try Made.column("Truck.state", in: schema).accepted == ["idle", "gone"])
        #expect(!schema.columns.contains { $0.column == "title" })
    }

    @Test func sequelizesModels() throws {
        let schema = Made.schema([
            "models/parcel.js": """
            module.exports = (sequelize, DataTypes) => sequelize.define('parcel', {
                status: { type: DataTypes.ENUM('packed', 'sent'), defaultValue: 'packed' },
                mood: DataTypes.ENUM(['sad', 'glad']),
                size: { type: DataTypes.ENUM, values: ['s', 'm'], field: 'parcel_size' },
                title: DataTypes.STRING,
            });
            """,
            "models/truck.js": """
            const { Model, DataTypes } = require('sequelize');
            class Truck extends Model {}
            Truck.init({ state: { type: DataTypes.ENUM('idle', 'gone') } }, { sequelize, tableName: 'lorries' });
            """,
            "models/depot.ts": """
            import { Table, Column, DataType, Model } from 'sequelize-typescript';
            @Table({ tableName: 'depots' })
            export class Depot extends Model {
                @Column({ type: DataType.ENUM('open', 'shut') })
                declare state: string;
            }
            """,
        ])
        #expect(try Made.column("parcels.status", in: schema).accepted == ["packed", "sent"])
        #expect(try Made.column("parcels.status", in: schema).defaultValue == "packed")
        #expect(try Made.column("parcels.mood", in: schema).accepted == ["sad", "glad"])
        #expect(try Made.column("parcels.parcel_size", in: schema).accepted == ["s", "m"])
        #expect(try Made.column("lorries.state", in: schema).accepted == ["idle", "gone"])
        #expect(try Made.column("depots.state", in: schema).accepted == ["open", "shut"])
        #expect(schema.columns.allSatisfy { $0.origin.kind == .sequelize })
    }

    @Test func onlyWhatDrizzlesJournalNamesRuns() throws {
        let files = [
            "db/drizzle/0000_first.sql":
                "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE days (id int, mood mood);",
            "db/drizzle/0001_lost.sql": "ALTER TYPE mood ADD VALUE 'lost';",
            "db/drizzle/0001_found.sql": "ALTER TYPE mood ADD VALUE 'found';",
        ]
        let journal =
            #"{"version": "7", "entries": [{"idx": 0, "tag": "0000_first"}, {"idx": 1, "tag": "0001_found"}]}"#
        #expect(try Made.column("days.mood", files).accepted == ["sad", "found", "lost"])
        var journaled = files
        journaled["db/drizzle/meta/_journal.json"] = journal
        #expect(try Made.column("days.mood", journaled).accepted == ["sad", "found"])
        // A journal of other files says nothing of these.
        journaled["db/drizzle/meta/_journal.json"] = #"{"entries": [{"idx": 0, "tag": "0000_other"}]}"#
        #expect(try Made.column("days.mood", journaled).accepted == ["sad", "found", "lost"])
    }
}
