// What the C library has for files, but declares only under _GNU_SOURCE, which Swift's module of it does not define:
// renameat2(2) since glibc 2.28, sync_file_range(2) since 2.6.
#if defined(__linux__)
#include <sys/types.h>

extern int renameat2(int old_folder, const char *old_path, int new_folder, const char *new_path, unsigned int flags);
extern int sync_file_range(int file, off_t offset, off_t bytes, unsigned int flags);
#endif
