// SPDX-License-Identifier: GPL-2.0-only
/* exec of wasm modules. The host compiles and runs them; the kernel makes arguments and memory. */
#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/personality.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <asm/wasm.h>
#include <asm/wasm_exports.h>
#include <asm/wasm_imports.h>

/* A NOMMU vmalloc is physically contiguous, 4 MiB at most: images go out in pieces. */
#define PIECE		65536

/*
 * The block of linux.get_args: these words, argv[argc], 0, envp[envc], 0, then the strings. Pointers are
 * offsets from the block's start until it is copied out.
 */
struct wasm_args {
	u32 length, envc, argc;
	u32 words[];
};

static struct wasm_args *make_args(struct linux_binprm *bprm)
{
	unsigned long top = PAGE_SIZE * MAX_ARG_PAGES - sizeof(void *), strings = top - bprm->p;
	unsigned long words = (bprm->argc + bprm->envc + 2) * sizeof(u32), pos = bprm->p, i;
	struct wasm_args *args = kzalloc(sizeof(*args) + words + strings, GFP_KERNEL);
	u32 *word;
	char *text;

	if (!args)
		return NULL;
	text = (char *)args->words + words;
	for (i = 0; i < strings; i++, pos++)
		text[i] = ((char *)page_address(bprm->page[pos / PAGE_SIZE]))[pos % PAGE_SIZE];
	args->length = sizeof(*args) + words + strings;
	args->argc = bprm->argc;
	args->envc = bprm->envc;
	word = args->words;
	for (i = 0; i < bprm->argc; i++, text += strlen(text) + 1)
		*word++ = text - (char *)args;
	*word++ = 0;
	for (i = 0; i < bprm->envc; i++, text += strlen(text) + 1)
		*word++ = text - (char *)args;
	return args;
}

/* What /proc/PID/cmdline shows: the kernel cannot read another process's memory. */
static void keep_command_line(struct mm_struct *mm, struct wasm_args *args)
{
	char *first, *end;

	if (!args->argc)
		return;
	first = (char *)args + args->words[0];
	end = (char *)args + (args->envc ? args->words[args->argc + 1] : args->length);
	mm->context.args = kmemdup(first, end - first, GFP_KERNEL);
	mm->context.args_len = mm->context.args ? end - first : 0;
}

int wasm_get_args_length(void)
{
	struct wasm_args *args = current->thread.args;

	return args ? args->length : 0;
}

int wasm_get_args(unsigned long to)
{
	struct wasm_args *args;
	int result = -EINVAL;
	u32 i;

	wasm_enter_kernel();
	args = current->thread.args;
	if (args) {
		for (i = 0; i < args->argc + args->envc + 1; i++)
			if (args->words[i])
				args->words[i] += to;
		result = wasm_uwrite(to, args, args->length) ? -EFAULT : 0;
		kfree(args);
		current->thread.args = NULL;
	}
	wasm_leave_kernel();
	return result;
}

/*
 * The key tells one version of a file from another: the host keeps compiled modules by it. A package's files have the time that
 * the package says, and a new file may get an old one's number: only the time of its last change is nobody's choice.
 */
static int send_image(struct linux_binprm *bprm)
{
	struct inode *inode = file_inode(bprm->file);
	struct timespec64 changed = inode_get_ctime(inode);
	loff_t size = i_size_read(inode), pos = 0;
	char key[80];
	void *piece;
	ssize_t n = 0;
	int length = snprintf(key, sizeof(key), "%x:%lx:%lld:%lld.%09ld", inode->i_sb->s_dev,
			      (unsigned long)inode->i_ino, size, changed.tv_sec, changed.tv_nsec);

	if (wasm_load_begin(key, length, size))
		return 0;
	piece = kmalloc(PIECE, GFP_KERNEL);
	if (!piece)
		return -ENOMEM;
	while (pos < size && (n = kernel_read(bprm->file, piece, PIECE, &pos)) > 0)
		wasm_load_part(piece, n);
	kfree(piece);
	if (n < 0)
		return n;
	return pos < size ? -EIO : 0;
}

static int load_wasm(struct linux_binprm *bprm);

static struct linux_binfmt wasm_format = { .load_binary = load_wasm };

static int load_wasm(struct linux_binprm *bprm)
{
	unsigned long limits[3];	/* see wasm_load_end() */
	struct wasm_args *args;
	int error;

	if (memcmp(bprm->buf, "\0asm\1\0\0\0", 8))
		return -ENOEXEC;
	/* The old program is still whole: a bad image or no memory is an error to its caller. */
	error = send_image(bprm) ?: wasm_load_end(0, limits);
	if (error)
		return error;
	args = make_args(bprm);
	if (!args)
		return -ENOMEM;
	wasm_mm_sync();
	error = begin_new_exec(bprm);
	if (error) {
		kfree(args);
		return error;
	}
	set_personality(PER_LINUX);
	setup_new_exec(bprm);
	set_binfmt(&wasm_format);
	kfree(current->thread.args);
	current->thread.args = args;
	current->thread.tp = 0;
	current->thread.signal.due = 0;
	/* From here a failure kills the process. */
	error = wasm_mm_exec(current->mm, limits[0], limits[1]) ?: wasm_load_end(1, limits);
	if (error)
		return error;
	current->mm->context.top = max(limits[0], limits[2]);
	keep_command_line(current->mm, args);
	finalize_exec(bprm);
	set_thread_flag(TIF_EXEC);
	return 0;
}

static int __init init_wasm_format(void)
{
	register_binfmt(&wasm_format);
	return 0;
}
core_initcall(init_wasm_format);
