/* raw DATABASE GROUP COUNT: what SQLite itself can do with the smallest table of jobs that deserves the name, a
 * commit for every GROUP jobs, synchronous=FULL. Prints inserts/s and claimed-and-finished jobs/s. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static sqlite3 *db;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void check(int code) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    exit(1);
}

static sqlite3_stmt *prepare(const char *text) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, 0));
    return statement;
}

static void run(sqlite3_stmt *statement) {
    check(sqlite3_step(statement));
    check(sqlite3_reset(statement));
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    int group = atoi(argv[2]), count = atoi(argv[3]);
    const char *payload = "{\"i\": 1, \"pad\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}";
    check(sqlite3_open(argv[1], &db));
    check(sqlite3_exec(
        db,
        "PRAGMA journal_mode=wal; PRAGMA synchronous=full;"
        "CREATE TABLE jobs (id INTEGER PRIMARY KEY, queue TEXT NOT NULL, state TEXT NOT NULL, priority INT NOT NULL,"
        " attempt INT NOT NULL, payload TEXT NOT NULL, run_at INT NOT NULL, lease_until INT, done_at INT);"
        "CREATE INDEX ready ON jobs (queue, priority, id) WHERE state = 'pending';"
        "CREATE TABLE history (id INTEGER PRIMARY KEY, job INT NOT NULL, from_state TEXT NOT NULL,"
        " to_state TEXT NOT NULL, at INT NOT NULL)",
        0, 0, 0));
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    sqlite3_stmt *insert = prepare(
        "INSERT INTO jobs (queue, state, priority, attempt, payload, run_at) VALUES ('q', 'pending', 0, 0, ?, 1)");
    sqlite3_stmt *claim = prepare(
        "UPDATE jobs SET state = 'running', attempt = attempt + 1, lease_until = 2 WHERE id IN (SELECT id FROM jobs"
        " WHERE queue = 'q' AND state = 'pending' ORDER BY priority, id LIMIT ?) RETURNING id");
    sqlite3_stmt *finish = prepare(
        "UPDATE jobs SET state = 'done', done_at = 3, lease_until = NULL WHERE id = ? AND state = 'running'");
    sqlite3_stmt *record = prepare(
        "INSERT INTO history (job, from_state, to_state, at) VALUES (?, 'running', 'done', 3)");
    sqlite3_int64 *ids = malloc(sizeof *ids * group);

    double start = now();
    for (int done = 0; done < count; done += group) {
        run(begin);
        for (int k = 0; k < group; k++) {
            sqlite3_bind_text(insert, 1, payload, -1, SQLITE_STATIC);
            run(insert);
        }
        run(commit);
    }
    double filled = now();
    for (int done = 0; done < count;) {
        int found = 0, code;
        run(begin);
        sqlite3_bind_int(claim, 1, group);
        while ((code = sqlite3_step(claim)) == SQLITE_ROW) ids[found++] = sqlite3_column_int64(claim, 0);
        check(code);
        sqlite3_reset(claim);
        run(commit);
        if (!found) break;
        run(begin);
        for (int k = 0; k < found; k++) {
            sqlite3_bind_int64(finish, 1, ids[k]);
            run(finish);
            sqlite3_bind_int64(record, 1, ids[k]);
            run(record);
        }
        run(commit);
        done += found;
    }
    double end = now();
    printf("{\"inserts_per_s\": %f, \"jobs_per_s\": %f}\n", count / (filled - start), count / (end - filled));
    return 0;
}
