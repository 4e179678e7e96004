// SPDX-License-Identifier: GPL-2.0-only
#include <linux/seq_file.h>

static int show(struct seq_file *file, void *v)
{
	seq_puts(file, "processor\t: 0\nmodel name\t: wasm32\n"
		 "features\t: atomics bulk-memory exceptions multivalue simd128\n\n");
	return 0;
}

static void *start(struct seq_file *file, loff_t *pos)
{
	return *pos ? NULL : (void *)1;
}

static void *next(struct seq_file *file, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void stop(struct seq_file *file, void *v)
{
}

const struct seq_operations cpuinfo_op = {
	.start = start,
	.next = next,
	.stop = stop,
	.show = show,
};
