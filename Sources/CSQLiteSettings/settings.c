#include "CSQLiteSettings.h"

#include <sqlite3.h>

void lockstep_sqlite_configure(void) {
    // Nobody here asks how much memory SQLite has: without the count, an allocation takes no lock.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    // A statement with triggers that may abort keeps the old images of the pages that it writes. Beyond this
    // size they would go into a temporary file; an insert that splits a page of every index comes to some 100 KiB.
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, 1 << 20);
}
