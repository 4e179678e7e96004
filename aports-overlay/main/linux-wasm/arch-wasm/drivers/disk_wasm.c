// SPDX-License-Identifier: GPL-2.0-only
/*
 * disk0: the host's disk. A request lies in the kernel's memory, where the host's disk worker reads it and what it
 * points to; how it ended is written back into it, and an interrupt tells. The host may keep writes to itself until a
 * flush, so the block layer is told of a write cache: file systems then order their commits by flushes.
 */
#include <linux/blk-mq.h>
#include <linux/init.h>
#include <linux/interrupt.h>

#include <asm/irq.h>
#include <asm/wasm_devices.h>

/* Requests under way at most: the slots of the host's ring (DISK_SLOTS in control-block.js). */
#define DISK_REQUESTS	64
#define DISK_PIECES	32

enum { DISK_READ, DISK_WRITE, DISK_FLUSH };

/* Words that the host knows (Sources/BrowserMachine/machine/disk.js). */
struct wasm_disk_request {
	u32 operation;
	u32 error;	/* in the end: 0 or a positive errno */
	u32 sector;	/* the first of them, of 512 bytes */
	u32 pieces;
	struct {
		u32 at;
		u32 bytes;
	} piece[DISK_PIECES];
};

static struct blk_mq_tag_set disk_tags;

static blk_status_t disk_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *queued)
{
	struct request *rq = queued->rq;
	struct wasm_disk_request *asked = blk_mq_rq_to_pdu(rq);
	struct req_iterator iter;
	struct bio_vec bvec;

	asked->error = 0;
	asked->sector = blk_rq_pos(rq);
	asked->pieces = 0;
	switch (req_op(rq)) {
	case REQ_OP_READ:
		asked->operation = DISK_READ;
		break;
	case REQ_OP_WRITE:
		asked->operation = DISK_WRITE;
		break;
	case REQ_OP_FLUSH:
		asked->operation = DISK_FLUSH;
		break;
	default:
		return BLK_STS_NOTSUPP;
	}
	if (asked->operation != DISK_FLUSH) {
		rq_for_each_bvec(bvec, rq, iter) {
			if (asked->pieces == DISK_PIECES)
				return BLK_STS_IOERR;
			asked->piece[asked->pieces].at = (unsigned long)bvec_virt(&bvec);
			asked->piece[asked->pieces++].bytes = bvec.bv_len;
		}
	}
	blk_mq_start_request(rq);
	wasm_disk_submit(asked);
	return BLK_STS_OK;
}

static void disk_complete(struct request *rq)
{
	struct wasm_disk_request *asked = blk_mq_rq_to_pdu(rq);

	blk_mq_end_request(rq, errno_to_blk_status(-(int)asked->error));
}

/* A page in the background is slow; a request is never lost. */
static enum blk_eh_timer_return disk_timeout(struct request *rq)
{
	return BLK_EH_RESET_TIMER;
}

static irqreturn_t disk_interrupt(int irq, void *device)
{
	struct wasm_disk_request *done;

	while ((done = wasm_disk_done()))
		blk_mq_complete_request(blk_mq_rq_from_pdu(done));
	return IRQ_HANDLED;
}

static const struct blk_mq_ops disk_mq_ops = {
	.queue_rq = disk_queue_rq,
	.complete = disk_complete,
	.timeout = disk_timeout,
};

static const struct block_device_operations disk_operations = {
	.owner = THIS_MODULE,
};

static int __init disk_wasm_init(void)
{
	struct queue_limits limits = {
		.features = BLK_FEAT_WRITE_CACHE,
		.physical_block_size = PAGE_SIZE,
		.io_min = PAGE_SIZE,
		.max_hw_sectors = 2048,
		.max_segments = DISK_PIECES,
		.max_segment_size = UINT_MAX,
		.seg_boundary_mask = ULONG_MAX,
	};
	unsigned long sectors = wasm_disk_sectors();
	struct gendisk *disk;
	int error;

	if (!sectors)
		return 0;
	disk_tags.ops = &disk_mq_ops;
	disk_tags.nr_hw_queues = 1;
	disk_tags.queue_depth = DISK_REQUESTS;
	disk_tags.numa_node = NUMA_NO_NODE;
	disk_tags.cmd_size = sizeof(struct wasm_disk_request);
	error = blk_mq_alloc_tag_set(&disk_tags);
	if (error)
		return error;
	error = register_blkdev(0, "disk");
	if (error < 0)
		goto no_number;
	disk = blk_mq_alloc_disk(&disk_tags, &limits, NULL);
	if (IS_ERR(disk)) {
		error = PTR_ERR(disk);
		goto no_number;
	}
	disk->major = error;
	disk->minors = 1;
	disk->flags |= GENHD_FL_NO_PART;
	disk->fops = &disk_operations;
	strscpy(disk->disk_name, "disk0");
	set_capacity(disk, sectors);
	error = request_irq(WASM_IRQ_DISK, disk_interrupt, 0, "disk", disk);
	if (!error)
		error = device_add_disk(NULL, disk, NULL);
	if (!error)
		return 0;
	put_disk(disk);
no_number:
	blk_mq_free_tag_set(&disk_tags);
	return error;
}
device_initcall(disk_wasm_init);
