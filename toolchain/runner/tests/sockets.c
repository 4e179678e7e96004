#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include "check.h"

static void descriptors(void)
{
	int pair[2], fd = open("/dev/null", O_RDONLY), two[2];
	struct stat a, b;
	char text[8] = "", control[CMSG_SPACE(2 * sizeof(int)) + 64];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) return;
	struct iovec v = { "hi", 2 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(2 * sizeof(int)) };
	memset(control, 0, sizeof control);
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(c), (int[]){ fd, pair[0] }, 2 * sizeof(int));
	check("sendmsg with descriptors", sendmsg(pair[0], &m, 0) == 2);
	memset(control, 0, sizeof control);
	v = (struct iovec){ text, sizeof text };
	m.msg_controllen = sizeof control;
	check("recvmsg with descriptors", recvmsg(pair[1], &m, 0) == 2 && (c = CMSG_FIRSTHDR(&m)) &&
		c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(2 * sizeof(int)));
	memcpy(two, CMSG_DATA(c), sizeof two);
	check("the descriptor is the same file", !fstat(two[0], &a) && !fstat(fd, &b) && a.st_rdev == b.st_rdev);
	check("no more control data", !CMSG_NXTHDR(&m, c));
	struct ucred creds;
	socklen_t length = sizeof creds;
	check("SO_PEERCRED", !getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &creds, &length) && creds.pid == getpid());
	int on = 1;
	setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
	check("SCM_CREDENTIALS", send(pair[0], "x", 1, 0) == 1 && ({
		m.msg_controllen = sizeof control;
		recvmsg(pair[1], &m, 0) == 1 && (c = CMSG_FIRSTHDR(&m)) && c->cmsg_type == SCM_CREDENTIALS &&
			((struct ucred *)CMSG_DATA(c))->pid == getpid();
	}));
	struct mmsghdr many[3] = { 0 };
	struct iovec parts[3] = { { "a", 1 }, { "bb", 2 }, { "ccc", 3 } };
	int dgram[2];
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, dgram)) return;
	for (int i = 0; i < 3; i++) many[i].msg_hdr = (struct msghdr){ .msg_iov = &parts[i], .msg_iovlen = 1 };
	check("sendmmsg", sendmmsg(dgram[0], many, 3, 0) == 3 && many[2].msg_len == 3);
	char in[3][8];
	for (int i = 0; i < 3; i++) parts[i] = (struct iovec){ in[i], 8 };
	check("recvmmsg", recvmmsg(dgram[1], many, 3, MSG_WAITFORONE, 0) == 3 && many[1].msg_len == 2 && !memcmp(in[1], "bb", 2));
	CHECK_ERRNO("recv without waiting", recv(dgram[1], in, 1, MSG_DONTWAIT), EAGAIN);
	close(fd);
}

static void tcp(void)
{
	int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1, got = 0;
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, peer;
	socklen_t length = sizeof at;
	char text[8];
	check("setsockopt", !setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
	check("bind, listen", !bind(server, (void *)&at, length) && !listen(server, 5));
	check("getsockname", !getsockname(server, (void *)&at, &length) && length == sizeof at && at.sin_port);
	check("connect", !connect(client, (void *)&at, length));
	length = sizeof peer;
	int here = accept4(server, (void *)&peer, &length, SOCK_NONBLOCK);
	check("accept4", here >= 0 && length == sizeof peer && peer.sin_family == AF_INET && (fcntl(here, F_GETFL) & O_NONBLOCK));
	check("send, recv", send(client, "tcp", 3, 0) == 3 && ({ usleep(20000); recv(here, text, 8, 0) == 3; }));
	CHECK_ERRNO("nothing there", recv(here, text, 8, 0), EAGAIN);
	length = sizeof got;
	check("getsockopt", !getsockopt(server, SOL_SOCKET, SO_ACCEPTCONN, &got, &length) && got == 1 && length == 4);
	check("TCP_NODELAY", !setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
	struct timeval limit = { 0, 20000 }, back;
	length = sizeof back;
	check("SO_RCVTIMEO", !setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) &&
		recv(client, text, 1, 0) == -1 && errno == EAGAIN);
	check("SO_RCVTIMEO back", !getsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &back, &length) && back.tv_usec == 20000);
	check("SO_LINGER", !setsockopt(client, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger)));
	check("FIONREAD", send(here, "12345", 5, 0) == 5 && ({ usleep(20000); !ioctl(client, FIONREAD, &got) && got == 5; }));
	check("shutdown", !shutdown(here, SHUT_WR) && recv(client, text, 8, MSG_WAITALL) == 5 && recv(client, text, 8, 0) == 0);
	struct ifreq interface = { .ifr_name = "lo" };
	check("SIOCGIFFLAGS", !ioctl(client, SIOCGIFFLAGS, &interface) && (interface.ifr_flags & IFF_LOOPBACK));
	struct ifreq list[8];
	struct ifconf conf = { .ifc_len = sizeof list, .ifc_req = list };
	check("SIOCGIFCONF", !ioctl(client, SIOCGIFCONF, &conf) && conf.ifc_len % (int)sizeof *list == 0);
	check("if_nametoindex", if_nametoindex("lo") == 1);
	CHECK_ERRNO("refused", ({ close(server); connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&at, sizeof at); }), ECONNREFUSED);
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int bound = socket(AF_UNIX, SOCK_DGRAM, 0), sender = socket(AF_UNIX, SOCK_DGRAM, 0);
	unlink("socket");
	check("unix datagram", !bind(bound, (void *)&name, sizeof name) &&
		sendto(sender, "d", 1, 0, (void *)&name, sizeof name) == 1 && recvfrom(bound, text, 8, 0, 0, 0) == 1);
	unlink("socket");
}

static void waiting(void)
{
	int p[2], q[2], ep = epoll_create1(0);
	fd_set set, high;
	if (pipe(p) || pipe(q)) return;
	struct pollfd fds[2] = { { p[0], POLLIN, 0 }, { q[1], POLLOUT, 0 } };
	check("poll", poll(fds, 2, 1000) == 1 && !fds[0].revents && fds[1].revents == POLLOUT);
	check("poll with a time limit", poll(fds, 1, 10) == 0);
	FD_ZERO(&set);
	FD_SET(p[0], &set);
	check("select with a time limit", select(p[0] + 1, &set, 0, 0, &(struct timeval){ 0, 10000 }) == 0 && !FD_ISSET(p[0], &set));
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = 0x123456789abcdefull }, out[4];
	check("epoll_ctl", !epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
	check("epoll_wait with a time limit", epoll_wait(ep, out, 4, 10) == 0);
	if (write(p[1], "x", 1) != 1) return;
	check("epoll_wait", epoll_wait(ep, out, 4, 1000) == 1 && out[0].data.u64 == 0x123456789abcdefull && out[0].events == EPOLLIN);
	CHECK_ERRNO("epoll_wait for none", epoll_wait(ep, out, 0, 0), EINVAL);
	check("EPOLL_CTL_DEL", !epoll_ctl(ep, EPOLL_CTL_DEL, p[0], 0) && epoll_wait(ep, out, 4, 0) == 0);
	FD_SET(p[0], &set);
	FD_ZERO(&high);
	int far = dup2(q[1], 100);
	FD_SET(far, &high);
	check("select", select(far + 1, &set, &high, 0, 0) == 2 && FD_ISSET(p[0], &set) && FD_ISSET(far, &high));
	sigset_t mask;
	sigemptyset(&mask);
	check("pselect", pselect(p[0] + 1, &set, 0, 0, &(struct timespec){ 1, 0 }, &mask) == 1);
	check("ppoll", ppoll(fds, 2, &(struct timespec){ 1, 0 }, &mask) == 2);
	CHECK_ERRNO("select of too many", select(-1, 0, 0, 0, 0), EINVAL);
	check("hang-up", !close(p[1]) && read(p[0], out, 1) == 1 && poll(fds, 1, 1000) == 1 && fds[0].revents == POLLHUP);
}

int main(void)
{
	descriptors();
	tcp();
	waiting();
	return failures != 0;
}
