// What the C library has for starting processes, but declares only under _GNU_SOURCE, which Swift's module of it
// does not define: posix_spawn_file_actions_addclosefrom_np(3) since glibc 2.34, the others since 2.29 and 2.9.
#if defined(__linux__)
#include <spawn.h>

extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
#endif
