/* Sockets: messages with vectors and control data, and options that hold pointers. */
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include "memory.h"
#include "structures.h"

enum { CONTROL_ROOM = 8192, ALIGN4 = 3 };

/* ---- messages ---------------------------------------------------------------------------- */

struct message {
	struct guest_msghdr guest;
	struct msghdr host;
	struct iovec vectors[IOV_MAX];
	char control[CONTROL_ROOM] __attribute__((aligned(8)));
};

static int message_in(struct message *m, u32 address)
{
	TRY(copy_in(&m->guest, address, sizeof m->guest));
	if (m->guest.vector_count > IOV_MAX) return -EMSGSIZE;
	TRY(vectors_in(m->vectors, m->guest.vectors, m->guest.vector_count));
	void *name;
	RANGE_OR_NULL(name, m->guest.name, m->guest.name_length);
	if ((i32)m->guest.name_length < 0) return -EINVAL;
	m->host = (struct msghdr){
		.msg_name = name, .msg_namelen = m->guest.name_length,
		.msg_iov = m->vectors, .msg_iovlen = m->guest.vector_count,
	};
	return 0;
}

/* Control messages have a word of length before level and type, padded to a word. */
static int control_in(struct message *m)
{
	u32 at = 0, end = m->guest.control ? m->guest.control_length : 0;
	size_t out = 0;
	while (end - at >= sizeof(struct guest_cmsghdr)) {
		struct guest_cmsghdr in;
		TRY(copy_in(&in, m->guest.control + at, sizeof in));
		if (in.length < sizeof in || in.length > end - at) return -EINVAL;
		u32 length = in.length - (u32)sizeof in;
		if (length > CONTROL_ROOM || out + CMSG_SPACE(length) > CONTROL_ROOM) return -ENOBUFS;
		struct cmsghdr *to = (struct cmsghdr *)(m->control + out);
		memset(to, 0, CMSG_SPACE(length));
		*to = (struct cmsghdr){ .cmsg_len = CMSG_LEN(length), .cmsg_level = in.level, .cmsg_type = in.type };
		if (length) TRY(copy_in(CMSG_DATA(to), m->guest.control + at + (u32)sizeof in, length));
		out += CMSG_SPACE(length);
		u32 step = (in.length + ALIGN4) & ~(u32)ALIGN4;
		at = step > end - at ? end : at + step;
	}
	m->host.msg_control = out ? m->control : 0;
	m->host.msg_controllen = out;
	return 0;
}

static int control_out(struct message *m)
{
	u32 at = 0, room = m->guest.control ? m->guest.control_length : 0;
	m->guest.flags = (u32)m->host.msg_flags;
	for (struct cmsghdr *c = m->host.msg_controllen ? CMSG_FIRSTHDR(&m->host) : 0; c; c = CMSG_NXTHDR(&m->host, c)) {
		u32 length = (u32)(c->cmsg_len - CMSG_LEN(0));
		struct guest_cmsghdr to = { (u32)sizeof to + length, c->cmsg_level, c->cmsg_type };
		if (room - at < to.length) {
			m->guest.flags |= MSG_CTRUNC;
			break;
		}
		TRY(copy_out(m->guest.control + at, &to, sizeof to));
		if (length) TRY(copy_out(m->guest.control + at + (u32)sizeof to, CMSG_DATA(c), length));
		u32 step = (to.length + ALIGN4) & ~(u32)ALIGN4;
		at = step > room - at ? room : at + step;
	}
	m->guest.control_length = at;
	return 0;
}

static long send_one(int fd, u32 address, u32 flags)
{
	struct message m;
	TRY(message_in(&m, address));
	TRY(control_in(&m));
	return SLEEPING(SYS_sendmsg, fd, &m.host, flags, 0, 0, 0);
}

static long receive_one(int fd, u32 address, u32 flags)
{
	struct message m;
	TRY(message_in(&m, address));
	if (m.guest.control && m.guest.control_length) {
		/* the host's headers are larger: room for as many as the guest could take */
		u64 room = (u64)m.guest.control_length * 2 + 16;
		m.host.msg_control = m.control;
		m.host.msg_controllen = room < CONTROL_ROOM ? room : CONTROL_ROOM;
	}
	long r = SLEEPING(SYS_recvmsg, fd, &m.host, flags, 0, 0, 0);
	if (r < 0) return r;
	TRY(control_out(&m));
	m.guest.name_length = m.host.msg_namelen;
	TRY(copy_out(address, &m.guest, sizeof m.guest));
	return r;
}

long sys_sendmsg(const u32 *a) { return send_one((i32)a[0], a[1], a[2]); }
long sys_recvmsg(const u32 *a) { return receive_one((i32)a[0], a[1], a[2]); }

/* (fd, messages, count, flags[, limit]): one by one */
static long many(const u32 *a, bool receive)
{
	u32 done = 0, most = a[2] < IOV_MAX ? a[2] : IOV_MAX;
	for (; done < most; done++) {
		u32 at = a[1] + done * (u32)sizeof(struct guest_mmsghdr), flags = a[3] & ~(u32)MSG_WAITFORONE;
		if (receive && done && (a[3] & MSG_WAITFORONE)) flags |= MSG_DONTWAIT;
		long r = receive ? receive_one((i32)a[0], at, flags) : send_one((i32)a[0], at, flags);
		if (r < 0) return done ? (long)done : r;
		u32 length = (u32)r;
		TRY(copy_out(at + (u32)offsetof(struct guest_mmsghdr, length), &length, 4));
	}
	return done;
}

long sys_sendmmsg(const u32 *a) { return many(a, false); }
long sys_recvmmsg_time64(const u32 *a) { return many(a, true); }

/* ---- options -------------------------------------------------------------------------------- */

static long attach_filter(const u32 *a)
{
	struct { u16 count, padding; u32 code; } in;
	if (a[4] < sizeof in) return -EINVAL;
	TRY(copy_in(&in, a[3], sizeof in));
	struct sock_fprog program = { in.count, range(in.code, in.count * sizeof(struct sock_filter)) };
	if (!program.filter) return -EFAULT;
	return RESULT(syscall(SYS_setsockopt, (i32)a[0], SOL_SOCKET, (i32)a[2], &program, sizeof program));
}

/* Structures with a socket address after an index are padded differently. */
static bool has_other_layout(u32 level, u32 name)
{
	return (level == IPPROTO_IP || level == IPPROTO_IPV6) && name >= MCAST_JOIN_GROUP && name <= MCAST_MSFILTER;
}

/* (fd, level, name, value, length) */
long sys_setsockopt(const u32 *a)
{
	void *value;
	if ((i32)a[4] < 0) return -EINVAL;
	if (a[1] == SOL_SOCKET && (a[2] == SO_ATTACH_FILTER || a[2] == SO_ATTACH_REUSEPORT_CBPF))
		return attach_filter(a);
	if (has_other_layout(a[1], a[2])) return -ENOPROTOOPT;
	RANGE_OR_NULL(value, a[3], a[4]);
	return RESULT(syscall(SYS_setsockopt, (i32)a[0], (i32)a[1], (i32)a[2], value, a[4]));
}

/* (fd, level, name, value, &length) */
long sys_getsockopt(const u32 *a)
{
	u32 length;
	void *value;
	TRY(copy_in(&length, a[4], 4));
	if ((i32)length < 0) return -EINVAL;
	if (has_other_layout(a[1], a[2])) return -ENOPROTOOPT;
	RANGE_OR_NULL(value, a[3], length);
	TRY(RESULT(syscall(SYS_getsockopt, (i32)a[0], (i32)a[1], (i32)a[2], value, &length)));
	return copy_out(a[4], &length, 4);
}
