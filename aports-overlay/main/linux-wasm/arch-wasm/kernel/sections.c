// SPDX-License-Identifier: GPL-2.0-only
/*
 * In place of a linker script. wasm-ld gives __start_NAME and __stop_NAME of every section whose name is a
 * C identifier, and orders sections as they first appear. This object is linked first: it names them in
 * order and makes those exist that nothing else fills. asm/wasm_sections.h has the names' translation.
 */
#define SECTION(name) \
	static char section_##name[0] __attribute__((used, aligned(4), section(#name)))

SECTION(initcallearly);
SECTION(initcall0);
SECTION(initcall0s);
SECTION(initcall1);
SECTION(initcall1s);
SECTION(initcall2);
SECTION(initcall2s);
SECTION(initcall3);
SECTION(initcall3s);
SECTION(initcall4);
SECTION(initcall4s);
SECTION(initcall5);
SECTION(initcall5s);
SECTION(initcallrootfs);
SECTION(initcall6);
SECTION(initcall6s);
SECTION(initcall7);
SECTION(initcall7s);
SECTION(con_initcall);
SECTION(init_setup);
SECTION(__param);
SECTION(__ex_table);
SECTION(__modver);
SECTION(percpu);
SECTION(notes);

/* From the highest to the lowest. */
SECTION(__stop_sched_class);
SECTION(__dl_sched_class);
SECTION(__rt_sched_class);
SECTION(__fair_sched_class);
SECTION(__ext_sched_class);
SECTION(__idle_sched_class);
