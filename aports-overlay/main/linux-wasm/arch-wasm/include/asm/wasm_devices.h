/* SPDX-License-Identifier: GPL-2.0-only */
/* What drivers ask of the host (Sources/BrowserMachine/machine/devices.js). */
#ifndef _ASM_WASM_DEVICES_H
#define _ASM_WASM_DEVICES_H

#include <asm/wasm_imports.h>

/* The terminal's size: rows << 16 | columns, 0 where it is not known. WASM_IRQ_RESIZE tells of changes. */
WASM_IMPORT(console_size) unsigned int wasm_console_size(void);

/*
 * Connections to the host's HTTP proxy, by numbers that are not used again soon; negative: none is free, or
 * the host has no proxy. What is written is a request, what is read its answer: read gives 0 at its end and
 * -EAGAIN while there is nothing yet; WASM_IRQ_PROXY tells when that may have changed.
 */
WASM_IMPORT(proxy_open) int wasm_proxy_open(void);
WASM_IMPORT(proxy_write) void wasm_proxy_write(int connection, const void *bytes, unsigned long n);
WASM_IMPORT(proxy_read) int wasm_proxy_read(int connection, void *to, unsigned long n);
WASM_IMPORT(proxy_ready) int wasm_proxy_ready(int connection);
WASM_IMPORT(proxy_close) void wasm_proxy_close(int connection);

/*
 * The disk: its size in sectors of 512 bytes, 0 where there is none. A request that was submitted is answered by
 * WASM_IRQ_DISK, after which done() hands it out; NULL: no more are done.
 */
struct wasm_disk_request;
WASM_IMPORT(disk_sectors) unsigned long wasm_disk_sectors(void);
WASM_IMPORT(disk_submit) void wasm_disk_submit(struct wasm_disk_request *request);
WASM_IMPORT(disk_done) struct wasm_disk_request *wasm_disk_done(void);

#endif /* _ASM_WASM_DEVICES_H */
