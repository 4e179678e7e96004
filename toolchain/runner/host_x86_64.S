/* The three pieces that C cannot say. Another machine needs a file like this
 * one and its registers in signals.c (instruction_pointer).
 *
 * long interruptible_syscall(volatile sig_atomic_t *pending, number, six arguments)
 *   makes the call unless *pending is set; then it returns INTERRUPTED. The
 *   signal handler moves a program counter found between interruptible_begin
 *   and interruptible_end to interruptible_abort, so that no signal is lost
 *   between the test and the call (qemu-user's way).
 *
 * int guarded_copy(void *to, const void *from, size_t n)
 *   copies; returns 0, or 1 if a page was not there: the fault handler moves a
 *   program counter found between guarded_begin and guarded_end to
 *   guarded_abort.
 *
 * void signal_return(void)
 *   the end of a signal handler that was set by the bare rt_sigaction. */
	.text

	.globl	interruptible_syscall
	.type	interruptible_syscall, @function
interruptible_syscall:
	push	%rbx
	mov	%rdi, %rbx
	mov	%rsi, %rax
	mov	%rdx, %rdi
	mov	%rcx, %rsi
	mov	%r8, %rdx
	mov	%r9, %r10
	mov	16(%rsp), %r8
	mov	24(%rsp), %r9
	.globl	interruptible_begin
interruptible_begin:
	cmpl	$0, (%rbx)
	jne	interruptible_abort
	syscall
	.globl	interruptible_end
interruptible_end:
	pop	%rbx
	ret
	.globl	interruptible_abort
interruptible_abort:
	mov	$-512, %rax
	pop	%rbx
	ret
	.size	interruptible_syscall, . - interruptible_syscall

	.globl	guarded_copy
	.type	guarded_copy, @function
guarded_copy:
	mov	%rdx, %rcx
	.globl	guarded_begin
guarded_begin:
	rep movsb
	.globl	guarded_end
guarded_end:
	xor	%eax, %eax
	ret
	.globl	guarded_abort
guarded_abort:
	mov	$1, %eax
	ret
	.size	guarded_copy, . - guarded_copy

	.globl	signal_return
	.type	signal_return, @function
signal_return:
	mov	$15, %eax
	syscall
	.size	signal_return, . - signal_return

	.section	.note.GNU-stack, "", @progbits
