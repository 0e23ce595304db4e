import LockstepDrift
import PostgresSupport
import Testing

/// What is asked of PostgreSQL's catalogue is there in version 12 already.
///
/// No server of 12 or 13 is at hand: the columns of its catalogue, as its manual lists them ("System Catalogs"), stand as
/// views before those of the server that there is.
@Suite struct OlderCatalogueTests {
    /// The catalogue of version 12. Version 13 added `tgparentid`; 14 added `attcompression`, `typsubscript`, `prosqlbody`
    /// and `inhdetachpending`; 18 added `conenforced`. No view can show `attmissingval` and `pg_stats`, whose values are of any
    /// type; of `pg_stats` version 12 has every column that is asked for.
    static let twelve = """
        pg_attrdef: oid adrelid adnum adbin
        pg_attribute: attrelid attname atttypid attstattarget attlen attnum attndims attcacheoff atttypmod attbyval attstorage attalign attnotnull atthasdef atthasmissing attidentity attgenerated attisdropped attislocal attinhcount attcollation attacl attoptions attfdwoptions
        pg_class: oid relname relnamespace reltype reloftype relowner relam relfilenode reltablespace relpages reltuples relallvisible reltoastrelid relhasindex relisshared relpersistence relkind relnatts relchecks relhasrules relhastriggers relhassubclass relrowsecurity relforcerowsecurity relispopulated relreplident relispartition relrewrite relfrozenxid relminmxid relacl reloptions relpartbound
        pg_constraint: oid conname connamespace contype condeferrable condeferred convalidated conrelid contypid conindid conparentid confrelid confupdtype confdeltype confmatchtype conislocal coninhcount connoinherit conkey confkey conpfeqop conppeqop conffeqop conexclop conbin
        pg_depend: classid objid objsubid refclassid refobjid refobjsubid deptype
        pg_enum: oid enumtypid enumsortorder enumlabel
        pg_index: indexrelid indrelid indnatts indnkeyatts indisunique indisprimary indisexclusion indimmediate indisclustered indisvalid indcheckxmin indisready indislive indisreplident indkey indcollation indclass indoption indexprs indpred
        pg_inherits: inhrelid inhparent inhseqno
        pg_language: oid lanname lanowner lanispl lanpltrusted lanplcallfoid laninline lanvalidator lanacl
        pg_namespace: oid nspname nspowner nspacl
        pg_partitioned_table: partrelid partstrat partnatts partdefid partattrs partclass partcollation partexprs
        pg_policy: oid polname polrelid polcmd polpermissive polroles polqual polwithcheck
        pg_proc: oid proname pronamespace proowner prolang procost prorows provariadic prosupport prokind prosecdef proleakproof proisstrict proretset provolatile proparallel pronargs pronargdefaults prorettype proargtypes proallargtypes proargmodes proargnames proargdefaults protrftypes prosrc probin proconfig proacl
        pg_rewrite: oid rulename ev_class ev_type ev_enabled is_instead ev_qual ev_action
        pg_trigger: oid tgrelid tgname tgfoid tgtype tgenabled tgisinternal tgconstrrelid tgconstrindid tgconstraint tgdeferrable tginitdeferred tgnargs tgattr tgargs tgqual tgoldtable tgnewtable
        pg_type: oid typname typnamespace typowner typlen typbyval typtype typcategory typispreferred typisdefined typdelim typrelid typelem typarray typinput typoutput typreceive typsend typmodin typmodout typanalyze typalign typstorage typnotnull typbasetype typtypmod typndims typcollation typdefaultbin typdefault typacl
        """

    private func views(_ plain: PlainConnection) async throws {
        try await plain.execute("CREATE SCHEMA catalogue")
        for line in Self.twelve.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            let table = words[0].replacing(":", with: "")
            let there = try await plain.rows(
                "SELECT attname FROM pg_attribute WHERE attrelid = ('pg_catalog.' || $1)::regclass AND attnum > 0",
                table
            ).compactMap(\.[0])
            // A newer server may have given one up.
            let columns = words.dropFirst().filter { there.contains($0) }
            try await plain.execute(
                "CREATE VIEW catalogue.\(table) AS SELECT \(columns.joined(separator: ", ")) FROM pg_catalog.\(table)"
            )
        }
    }

    @Test func theCatalogueOfVersion12IsEnough() async throws {
        let bench = try await OrderBench(.postgres)
        try await bench.run([
            "CREATE TYPE mood AS ENUM ('good', 'bad')", "CREATE DOMAIN calm AS mood CHECK (VALUE <> 'bad')",
            "CREATE TABLE parts (status text, m calm) PARTITION BY LIST (status)",
            "CREATE TABLE part1 PARTITION OF parts FOR VALUES IN ('queued')",
            "CREATE VIEW early AS SELECT id FROM orders WHERE status = 'lost'",
            "CREATE INDEX gone ON orders (id) WHERE status = 'gone'",
            "ALTER TABLE orders ADD CONSTRAINT more CHECK (status <> 'x') NOT VALID",
        ])
        let plain = try await bench.another()
        try await views(plain)
        let older = LiveDatabase(
            postgres: bench.connection, place: "an older catalogue", limit: .seconds(5),
            searchPath: "catalogue, pg_catalog")
        let (same, found) = (try await bench.findings(), try await bench.findings(in: older))
        #expect(found == same && found.count == 3, "\(found.map(\.message))")
        let outcome = try await StatusColumnSearch(in: older).run()
        // The views count as tables, and hold no statuses.
        let columns = outcome.columns.filter { $0.table.schema != "catalogue" }
        #expect(columns.map(\.place) == ["public.orders.status", "public.parts.status", "public.parts.m"])
        try await older.close()
    }
}
