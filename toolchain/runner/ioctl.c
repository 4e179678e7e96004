/* ioctl. Newer commands carry the size of their argument; for the older ones
 * the table says it. What is in neither is refused: its argument could be a
 * pointer to anything. */
#include <linux/fs.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>
#include "memory.h"
#include "structures.h"

enum { NUMBER = -1 };
/* first and last command, bytes that the argument points to */
static const struct { u32 first, last; int size; } old_commands[] = {
	{ 0x5401, 0x5408, 60 },         /* TCGETS to TCSETAF */
	{ 0x5409, 0x540e, NUMBER },     /* TCSBRK, TCXONC, TCFLSH, TIOCEXCL, TIOCNXCL, TIOCSCTTY */
	{ 0x540f, 0x5411, 4 },          /* TIOCGPGRP, TIOCSPGRP, TIOCOUTQ */
	{ 0x5412, 0x5412, 1 },          /* TIOCSTI */
	{ 0x5413, 0x5414, 8 },          /* TIOCGWINSZ, TIOCSWINSZ */
	{ 0x5415, 0x541b, 4 },          /* modem lines, FIONREAD */
	{ 0x541d, 0x541d, NUMBER },     /* TIOCCONS */
	{ 0x5420, 0x5421, 4 },          /* TIOCPKT, FIONBIO */
	{ 0x5422, 0x5422, NUMBER },     /* TIOCNOTTY */
	{ 0x5423, 0x5424, 4 },          /* TIOCSETD, TIOCGETD */
	{ 0x5425, 0x5425, NUMBER },     /* TCSBRKP */
	{ 0x5427, 0x5428, NUMBER },     /* TIOCSBRK, TIOCCBRK */
	{ 0x5429, 0x5429, 4 },          /* TIOCGSID */
	{ 0x5437, 0x5437, NUMBER },     /* TIOCVHANGUP */
	{ 0x5440, 0x5440, NUMBER },
	{ 0x5441, 0x5441, NUMBER },     /* TIOCGPTPEER */
	{ 0x5450, 0x5451, NUMBER },     /* FIONCLEX, FIOCLEX */
	{ 0x5452, 0x5452, 4 },          /* FIOASYNC */
	{ 0x5460, 0x5460, 8 },          /* FIOQSIZE */
	{ 0x4b2f, 0x4b30, NUMBER },     /* KIOCSOUND, KDMKTONE */
	{ 0x4b31, 0x4b31, 4 },          /* KDGETLED */
	{ 0x4b32, 0x4b32, NUMBER },
	{ 0x4b33, 0x4b33, 1 },          /* KDGKBTYPE */
	{ 0x4b3a, 0x4b3a, NUMBER },     /* KDSETMODE */
	{ 0x4b3b, 0x4b3b, 4 },
	{ 0x4b44, 0x4b44, 4 },          /* KDGKBMODE */
	{ 0x4b45, 0x4b45, NUMBER },
	{ 0x5600, 0x5600, 4 },          /* VT_OPENQRY */
	{ 0x5601, 0x5602, 8 },          /* VT_GETMODE, VT_SETMODE */
	{ 0x5603, 0x5603, 6 },          /* VT_GETSTATE */
	{ 0x5605, 0x5608, NUMBER },     /* VT_RELDISP, VT_ACTIVATE, VT_WAITACTIVE, VT_DISALLOCATE */
	{ 0x4c00, 0x4c01, NUMBER },     /* LOOP_SET_FD, LOOP_CLR_FD */
	{ 0x4c04, 0x4c05, 232 },        /* LOOP_SET_STATUS64, LOOP_GET_STATUS64 */
	{ 0x4c06, 0x4c09, NUMBER },
	{ 0x4c80, 0x4c82, NUMBER },     /* LOOP_CTL_ADD, _REMOVE, _GET_FREE */
	{ 0x125d, 0x125e, 4 },          /* BLKROSET, BLKROGET */
	{ 0x125f, 0x125f, NUMBER },     /* BLKRRPART */
	{ 0x1261, 0x1261, NUMBER },     /* BLKFLSBUF */
	{ 0x1268, 0x1268, 4 },          /* BLKSSZGET */
	{ 0x1278, 0x127b, 4 },
	{ 0x8901, 0x8905, 4 },          /* FIOSETOWN, SIOCSPGRP, FIOGETOWN, SIOCGPGRP, SIOCATMARK */
	{ 0x8953, 0x8955, 68 },         /* SIOCDARP, SIOCGARP, SIOCSARP */
};

static int size_of(u32 command)
{
	for (size_t i = 0; i < sizeof old_commands / sizeof *old_commands; i++)
		if (command >= old_commands[i].first && command <= old_commands[i].last) return old_commands[i].size;
	if (_IOC_DIR(command) != _IOC_NONE) return (int)_IOC_SIZE(command);
	return 0;
}

/* Commands whose size names a long: the host's is another command. */
static long with_long(const u32 *a, unsigned long command, bool in, bool out)
{
	long value = 0;
	i32 word;
	if (in) {
		TRY(copy_in(&word, a[2], 4));
		value = word;
	}
	long r = SLEEPING(SYS_ioctl, (i32)a[0], command, &value, 0, 0, 0);
	word = (i32)value;
	return r < 0 || !out ? r : copy_out(a[2], &word, 4);
}

/* struct ifconf { int length; struct ifreq *list }; an ifreq is 32 bytes here, 40 on the host */
enum { GUEST_IFREQ = 32 };

static long interface_list(const u32 *a)
{
	enum { MOST = 64 };
	struct { i32 length; u32 list; } guest;
	struct ifreq list[MOST];
	TRY(copy_in(&guest, a[2], sizeof guest));
	struct ifconf host = { .ifc_len = sizeof list, .ifc_req = list };
	if (!guest.list) host = (struct ifconf){ .ifc_len = 0, .ifc_req = 0 };
	long r = SLEEPING(SYS_ioctl, (i32)a[0], SIOCGIFCONF, &host, 0, 0, 0);
	if (r < 0) return r;
	i32 n = host.ifc_len / (i32)sizeof *list;
	for (i32 i = 0; guest.list && i < n; i++) {
		if ((i + 1) * GUEST_IFREQ > guest.length) n = i;
		else TRY(copy_out(guest.list + (u32)(i * GUEST_IFREQ), &list[i], GUEST_IFREQ));
	}
	guest.length = n * GUEST_IFREQ;
	TRY(copy_out(a[2], &guest, sizeof guest));
	return r;
}

static long interface(const u32 *a)
{
	struct ifreq host = { 0 };
	switch (a[1]) {
	case SIOCGIFMAP: case SIOCSIFMAP: case SIOCETHTOOL: case SIOCGIFBR: case SIOCSIFBR: case SIOCWANDEV:
		return -ENOTTY;         /* pointers and longs inside */
	case SIOCGIFCONF:
		return interface_list(a);
	}
	TRY(copy_in(&host, a[2], GUEST_IFREQ));
	long r = SLEEPING(SYS_ioctl, (i32)a[0], a[1], &host, 0, 0, 0);
	if (r >= 0) TRY(copy_out(a[2], &host, GUEST_IFREQ));
	return r;
}

/* The guest's commands whose number holds the size of a long. */
enum {
	FLAGS_GET = _IOC(_IOC_READ, 'f', 1, 4), FLAGS_SET = _IOC(_IOC_WRITE, 'f', 2, 4),
	VERSION_GET = _IOC(_IOC_READ, 'v', 1, 4), VERSION_SET = _IOC(_IOC_WRITE, 'v', 2, 4),
	BLOCK_SIZE_GET = _IOC(_IOC_READ, 0x12, 112, 4), BLOCK_SIZE_SET = _IOC(_IOC_WRITE, 0x12, 113, 4),
	BYTES_GET = _IOC(_IOC_READ, 0x12, 114, 4), SECTORS_GET = 0x1260,
};

/* (fd, command, argument) */
long sys_ioctl(const u32 *a)
{
	switch ((int)a[1]) {
	case FLAGS_GET: return with_long(a, FS_IOC_GETFLAGS, false, true);
	case FLAGS_SET: return with_long(a, FS_IOC_SETFLAGS, true, false);
	case VERSION_GET: return with_long(a, FS_IOC_GETVERSION, false, true);
	case VERSION_SET: return with_long(a, FS_IOC_SETVERSION, true, false);
	case BLOCK_SIZE_GET: return with_long(a, BLKBSZGET, false, true);
	case BLOCK_SIZE_SET: return with_long(a, BLKBSZSET, true, false);
	case SECTORS_GET: return with_long(a, BLKGETSIZE, false, true);
	case BYTES_GET: {
		u64 bytes;      /* the command's size is that of a pointer, its value always 8 bytes */
		long r = SLEEPING(SYS_ioctl, (i32)a[0], BLKGETSIZE64, &bytes, 0, 0, 0);
		return r < 0 ? r : copy_out(a[2], &bytes, sizeof bytes);
	}
	}
	if (a[1] >= SIOCGIFNAME && a[1] < 0x8950) return interface(a);
	int size = size_of(a[1]);
	if (size == NUMBER || (!size && _IOC_TYPE(a[1]) != 0x54 && a[2] < 4096))
		return SLEEPING(SYS_ioctl, (i32)a[0], a[1], (i32)a[2], 0, 0, 0);
	if (!size) return -ENOTTY;
	void *argument = range(a[2], (u64)size);
	return !a[2] || !argument ? -EFAULT : SLEEPING(SYS_ioctl, (i32)a[0], a[1], argument, 0, 0, 0);
}
