// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/http-proxy: the host's HTTP proxy. Each open file is one connection, so that a shell can pump a
 * socket's bytes through it: exec 3<>/dev/http-proxy; cat >&3 & cat <&3.
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/miscdevice.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include <asm/irq.h>
#include <asm/wasm_devices.h>

#define PIECE	16384UL

static DECLARE_WAIT_QUEUE_HEAD(proxy_wait);

static int connection_of(struct file *file)
{
	return (int)(long)file->private_data;
}

static int proxy_open(struct inode *inode, struct file *file)
{
	int connection = wasm_proxy_open();

	if (connection < 0)
		return connection;
	file->private_data = (void *)(long)connection;
	return stream_open(inode, file);
}

static int proxy_release(struct inode *inode, struct file *file)
{
	wasm_proxy_close(connection_of(file));
	return 0;
}

static ssize_t proxy_write(struct file *file, const char __user *from, size_t n, loff_t *pos)
{
	void *piece;

	n = min(n, PIECE);
	piece = memdup_user(from, n);
	if (IS_ERR(piece))
		return PTR_ERR(piece);
	wasm_proxy_write(connection_of(file), piece, n);
	kfree(piece);
	return n;
}

static ssize_t proxy_read(struct file *file, char __user *to, size_t n, loff_t *pos)
{
	int connection = connection_of(file);
	void *piece;
	ssize_t got;

	n = min(n, PIECE);
	piece = kmalloc(n, GFP_KERNEL);
	if (!piece)
		return -ENOMEM;
	while ((got = wasm_proxy_read(connection, piece, n)) == -EAGAIN) {
		if (file->f_flags & O_NONBLOCK)
			break;
		got = wait_event_interruptible(proxy_wait, wasm_proxy_ready(connection));
		if (got)
			break;
	}
	if (got > 0 && copy_to_user(to, piece, got))
		got = -EFAULT;
	kfree(piece);
	return got;
}

static __poll_t proxy_poll(struct file *file, struct poll_table_struct *table)
{
	poll_wait(file, &proxy_wait, table);
	return EPOLLOUT | EPOLLWRNORM |
	       (wasm_proxy_ready(connection_of(file)) ? EPOLLIN | EPOLLRDNORM : 0);
}

static const struct file_operations proxy_operations = {
	.owner = THIS_MODULE,
	.open = proxy_open,
	.release = proxy_release,
	.read = proxy_read,
	.write = proxy_write,
	.poll = proxy_poll,
};

static struct miscdevice proxy_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "http-proxy",
	.fops = &proxy_operations,
	.mode = 0666,
};

static irqreturn_t proxy_interrupt(int irq, void *device)
{
	wake_up_interruptible_all(&proxy_wait);
	return IRQ_HANDLED;
}

static int __init http_proxy_wasm_init(void)
{
	int error = request_irq(WASM_IRQ_PROXY, proxy_interrupt, 0, "http-proxy", &proxy_device);

	return error ? error : misc_register(&proxy_device);
}
device_initcall(http_proxy_wasm_init);
