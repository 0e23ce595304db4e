#ifndef LOCKSTEP_SQLITE_SETTINGS_H
#define LOCKSTEP_SQLITE_SETTINGS_H

/// Sets what SQLite takes for a whole process, before it is first used in it: `sqlite3_config` takes a variable
/// number of arguments, which Swift cannot call. Once SQLite is in use nothing happens.
void lockstep_sqlite_configure(void);

#endif
