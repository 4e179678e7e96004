/* What of a sandbox's protections holds, told from inside. */
#ifndef SANDBOX_PROBE_H
#define SANDBOX_PROBE_H

/* Prints a line for each protection; kept are the capabilities, as bits, that
 * a build has by intent. Returns 0. */
int probe(unsigned long long kept);

#endif
