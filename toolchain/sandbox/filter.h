/* The system calls that a build may not make. */
#ifndef SANDBOX_FILTER_H
#define SANDBOX_FILTER_H

/* Installs the filter for this process and all that it starts; needs
 * no_new_privs. Returns 0, or -1 with errno set. */
int install_filter(void);

#endif
