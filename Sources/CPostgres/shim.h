#ifndef CPOSTGRES_SHIM_H
#define CPOSTGRES_SHIM_H

#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif

/// The fields of an error, which libpq has as characters in macros and Swift cannot see.
enum cpostgres_field {
    CPOSTGRES_SEVERITY = PG_DIAG_SEVERITY_NONLOCALIZED,
    CPOSTGRES_SQLSTATE = PG_DIAG_SQLSTATE,
    CPOSTGRES_MESSAGE = PG_DIAG_MESSAGE_PRIMARY,
    CPOSTGRES_DETAIL = PG_DIAG_MESSAGE_DETAIL,
    CPOSTGRES_CONSTRAINT = PG_DIAG_CONSTRAINT_NAME,
    CPOSTGRES_FUNCTION = PG_DIAG_SOURCE_FUNCTION,
};

/// A field of an error, or nothing.
static inline const char *cpostgres_error_field(const PGresult *result, enum cpostgres_field field) {
    return PQresultErrorField(result, (int)field);
}

#endif
