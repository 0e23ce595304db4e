import Testing

@testable import LockstepSources

/// Liquibase's changelogs, Sequel's migrations, and schemas spread over several files of a program.
struct ChangelogTests {
    @Test func changelogsInYAML() throws {
        let schema = Made.schema([
            "src/main/resources/db/changelog/master.yaml": """
            databaseChangeLog:
              - changeSet:
                  id: types
                  changes:
                    - sql:
                        sql: |
                          CREATE TYPE ${schema}.VISIT_STATE as ENUM('PLANNED', 'DONE');
                  rollback:
                    sql: DROP TYPE ${schema}.VISIT_STATE;
              - changeSet:
                  id: tables
                  changes:
                    - createTable:
                        tableName: visit
                        columns:
                          - column:
                              name: id
                              type: uuid
                          - column:
                              name: state
                              type: ${schema}.VISIT_STATE
                              constraints:
                                nullable: false
              - changeSet:
                  id: more
                  changes:
                    - sql: ALTER TYPE ${schema}.VISIT_STATE ADD VALUE 'MISSED';
                    - addColumn:
                        tableName: visit
                        columns:
                          - column:
                              name: ward
                              type: text
                              defaultValue: north
            """
        ])
        let state = try Made.column("visit.state", in: schema)
        #expect(state.accepted == ["PLANNED", "DONE", "MISSED"])
        #expect(state.acceptsNull == false)
        #expect(try Made.column("visit.ward", in: schema).defaultValue == "north")
    }

    @Test func changelogsInXML() throws {
        let schema = Made.schema([
            "db/changelog/001.xml": """
            <?xml version="1.0" encoding="UTF-8"?>
            <databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
              <!-- <dropTable tableName="visit"/> -->
              <changeSet id="1" author="a">
                <createTable tableName="visit">
                  <column name="id" type="bigint"/>
                  <column name="state" type="varchar(20)" defaultValue="planned">
                    <constraints nullable="false"/>
                  </column>
                </createTable>
                <rollback><dropTable tableName="visit"/></rollback>
              </changeSet>
            </databaseChangeLog>
            """,
            "db/changelog/002.xml": """
            <databaseChangeLog>
              <changeSet id="2" author="a">
                <sql><![CDATA[
                  ALTER TABLE visit ADD CONSTRAINT visit_state CHECK (state IN ('planned', 'done'));
                ]]></sql>
                <addColumn tableName="visit"><column name="kind" type="enum('short', 'long')"/></addColumn>
              </changeSet>
            </databaseChangeLog>
            """,
        ])
        let state = try Made.column("visit.state", in: schema)
        #expect(state.accepted == ["planned", "done"])
        #expect(state.place.description == "db/changelog/002.xml:4")
        #expect(state.defaultValue == "planned")
        #expect(try Made.column("visit.kind", in: schema).accepted == ["short", "long"])
    }

    @Test func migrationsOfSequel() throws {
        let schema = Made.schema([
            "migrate/001_visits.rb": """
            Sequel.migration do
              change do
                create_enum(:visit_state, %w[planned done])
                create_table(:visit) do
                  column :id, :uuid, primary_key: true
                  column :state, :visit_state, null: false
                end
              end
            end
            """,
            "migrate/002_more.rb": """
            Sequel.migration do
              up do
                add_enum_value(:visit_state, "missed")
                alter_table(:visit) do
                  add_column :kind, :visit_state, default: "done"
                end
              end
              down do
                add_enum_value(:visit_state, "never")
              end
            end
            """,
        ])
        #expect(try Made.column("visit.state", in: schema).accepted == ["planned", "done", "missed"])
        #expect(try Made.column("visit.kind", in: schema).defaultValue == "done")
    }

    @Test func aFileOfAProgramGoesOnWhereAnotherEnded() throws {
        let schema = Made.schema([
            "store/migrations_v0.go":
                "package store\n\nvar a = `CREATE TYPE visit_state AS ENUM ('planned'); CREATE TABLE visit (state visit_state);`\n",
            "store/migrations_v1.go":
                "package store\n\nvar b = `ALTER TYPE visit_state ADD VALUE IF NOT EXISTS 'done';`\nvar c = `CREATE TABLE ward (name text);`\n",
        ])
        #expect(try Made.column("visit.state", in: schema).accepted == ["planned", "done"])
        #expect(schema.columns.filter { $0.table == "ward" }.count == 1)
    }
}
