/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_WASM_IO_H
#define _ASM_WASM_IO_H
/* no port space: an address that is not a constant NULL keeps asm-generic/io.h quiet */
extern char wasm_no_ports[];
#define PCI_IOBASE ((void __iomem *)wasm_no_ports)
#include <asm-generic/io.h>
#endif
