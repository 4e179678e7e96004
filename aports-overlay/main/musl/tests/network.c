/* Names, addresses, sockets, waiting for descriptors. */
#define _GNU_SOURCE
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static void addresses(void)
{
	struct in_addr four;
	struct in6_addr six;
	char text[INET6_ADDRSTRLEN];

	CHECK("network: inet_pton and inet_ntop", inet_pton(AF_INET, "192.0.2.1", &four) == 1 && four.s_addr == htonl(0xc0000201) &&
		inet_ntop(AF_INET, &four, text, sizeof text) && !strcmp(text, "192.0.2.1"));
	CHECK("network: IPv6 text", inet_pton(AF_INET6, "2001:db8:0:0:0:0:0:1", &six) == 1 && inet_ntop(AF_INET6, &six, text, sizeof text) &&
		!strcmp(text, "2001:db8::1") && inet_pton(AF_INET6, "::ffff:1.2.3.4", &six) == 1 && IN6_IS_ADDR_V4MAPPED(&six));
	CHECK("network: bad addresses", inet_pton(AF_INET, "1.2.3.256", &four) == 0 && inet_pton(AF_INET6, "1:::2", &six) == 0 && !inet_aton("x", &four));
	CHECK("network: byte order", htons(0x1234) == 0x3412 && ntohl(0x12345678) == 0x78563412);
}

static void names(void)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST }, *found = NULL;
	char host[100], service[20];
	bool hosts = access("/etc/hosts", R_OK) == 0 && system("grep -q '^127.0.0.1.*localhost' /etc/hosts") == 0;

	CHECK("network: getaddrinfo of a number", !getaddrinfo("127.0.0.1", "80", &hints, &found) && found->ai_family == AF_INET &&
		((struct sockaddr_in *)found->ai_addr)->sin_port == htons(80) && !found->ai_next);
	CHECK("network: getnameinfo as numbers", found && !getnameinfo(found->ai_addr, found->ai_addrlen, host, sizeof host, service, sizeof service,
		NI_NUMERICHOST | NI_NUMERICSERV) && !strcmp(host, "127.0.0.1") && !strcmp(service, "80"));
	freeaddrinfo(found);
	CHECK("network: getaddrinfo of an IPv6 number", !getaddrinfo("::1", "443", &hints, &found) && found->ai_family == AF_INET6);
	freeaddrinfo(found);
	CHECK("network: a name where a number is wanted", getaddrinfo("localhost", "80", &hints, &found) == EAI_NONAME);
	hints.ai_flags = AI_PASSIVE;
	CHECK("network: getaddrinfo for listening", !getaddrinfo(NULL, "0", &hints, &found) && found);
	freeaddrinfo(found);
	CHECK("network: getaddrinfo without anything", getaddrinfo(NULL, NULL, &hints, &found) == EAI_NONAME);
	CHECK("network: gai_strerror", strlen(gai_strerror(EAI_NONAME)) > 3);
	if (!hosts) {
		SKIP("network: getaddrinfo by /etc/hosts", "there is no localhost in /etc/hosts");
	} else {
		hints = (struct addrinfo){ .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
		CHECK("network: getaddrinfo by /etc/hosts", !getaddrinfo("localhost", NULL, &hints, &found) &&
			((struct sockaddr_in *)found->ai_addr)->sin_addr.s_addr == htonl(INADDR_LOOPBACK));
		freeaddrinfo(found);
		CHECK("network: gethostbyname by /etc/hosts", gethostbyname("localhost") && gethostbyname("localhost")->h_length == 4);
	}
}

static void pairs(void)
{
	struct stat original, passed;
	char control[CMSG_SPACE(sizeof(int))] = { 0 }, text[16] = "";
	struct iovec part = { "hi", 2 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int ends[2], file = open("/dev/null", O_RDONLY), other = -1;

	CHECK("network: socketpair", !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) && send(ends[0], "abc", 3, 0) == 3 &&
		recv(ends[1], text, 2, MSG_PEEK) == 2 && recv(ends[1], text, 16, 0) == 3 && !strcmp(text, "abc"));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof file);
	memcpy(CMSG_DATA(header), &file, sizeof file);
	CHECK("network: sendmsg with a descriptor", sendmsg(ends[0], &message, 0) == 2);
	memset(control, 0, sizeof control);
	part = (struct iovec){ text, sizeof text };
	CHECK("network: recvmsg", recvmsg(ends[1], &message, 0) == 2 && (header = CMSG_FIRSTHDR(&message)) && header->cmsg_type == SCM_RIGHTS);
	if (header)
		memcpy(&other, CMSG_DATA(header), sizeof other);
	CHECK("network: it is the same file", !fstat(file, &original) && !fstat(other, &passed) && original.st_ino == passed.st_ino);
	CHECK("network: shutdown", !shutdown(ends[0], SHUT_WR) && recv(ends[1], text, 16, 0) == 0);
	signal(SIGPIPE, SIG_IGN);
	CHECK("network: writing into what nobody reads", send(ends[0], "x", 1, 0) == -1 && errno == EPIPE);
	close(ends[0]);
	close(ends[1]);
	close(file);
	close(other);
}

static void local(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "socket" }, peer;
	socklen_t size = sizeof peer;
	int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0), accepted;
	char text[8] = "";
	struct ucred who;

	CHECK("network: a local server", !bind(server, (struct sockaddr *)&name, sizeof name) && !listen(server, 1) &&
		!connect(client, (struct sockaddr *)&name, sizeof name));
	accepted = accept4(server, (struct sockaddr *)&peer, &size, SOCK_CLOEXEC);
	CHECK("network: accept4", accepted > 2 && (fcntl(accepted, F_GETFD) & FD_CLOEXEC) && write(client, "x", 1) == 1 && read(accepted, text, 8) == 1);
	size = sizeof who;
	CHECK("network: SO_PEERCRED", !getsockopt(accepted, SOL_SOCKET, SO_PEERCRED, &who, &size) && who.pid == getpid() && who.uid == getuid());
	size = sizeof peer;
	CHECK("network: getsockname", !getsockname(server, (struct sockaddr *)&peer, &size) && !strcmp(peer.sun_path, "socket"));
	close(server);
	close(client);
	close(accepted);
}

static bool loopback_is_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int any = socket(AF_INET, SOCK_DGRAM, 0);
	bool up = any >= 0 && !ioctl(any, SIOCGIFFLAGS, &request) && (request.ifr_flags & IFF_UP);

	close(any);
	return up;
}

static void internet(void)
{
	struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof name;
	int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), accepted, value = 0;
	struct timeval patience = { 0, 20000 }, read_back = { 0 };
	struct pollfd watch = { .fd = client, .events = POLLOUT };
	char text[16];

	if (!loopback_is_up()) {
		SKIP("network: TCP", "the loopback interface is down");
		return;
	}
	CHECK("network: bind and listen", !bind(server, (struct sockaddr *)&name, size) && !listen(server, 5) &&
		!getsockname(server, (struct sockaddr *)&name, &size) && name.sin_port);
	CHECK("network: connect without blocking", (!connect(client, (struct sockaddr *)&name, size) || errno == EINPROGRESS) &&
		poll(&watch, 1, 5000) == 1 && (size = sizeof value, !getsockopt(client, SOL_SOCKET, SO_ERROR, &value, &size)) && value == 0);
	accepted = accept(server, NULL, NULL);
	CHECK("network: TCP", send(client, "tcp", 3, MSG_NOSIGNAL) == 3 && recv(accepted, text, 16, 0) == 3);
	value = 1;
	size = sizeof value;
	CHECK("network: TCP_NODELAY", !setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &value, size) && !(value = 0) &&
		!getsockopt(client, IPPROTO_TCP, TCP_NODELAY, &value, &size) && value);
	size = sizeof read_back;
	CHECK("network: SO_RCVTIMEO", !setsockopt(accepted, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) &&
		!getsockopt(accepted, SOL_SOCKET, SO_RCVTIMEO, &read_back, &size) && read_back.tv_usec >= 20000 && read_back.tv_usec < 40000 &&
		recv(accepted, text, 16, 0) == -1 && errno == EAGAIN);
	close(server);
	close(client);
	close(accepted);
	server = socket(AF_INET, SOCK_DGRAM, 0);
	client = socket(AF_INET, SOCK_DGRAM, 0);
	name.sin_port = 0;
	size = sizeof name;
	CHECK("network: UDP", !bind(server, (struct sockaddr *)&name, size) && !getsockname(server, (struct sockaddr *)&name, &size) &&
		sendto(client, "udp!", 4, 0, (struct sockaddr *)&name, size) == 4 && recvfrom(server, text, 16, 0, NULL, NULL) == 4);
	close(server);
	close(client);
}

static void waiting(void)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = 0x123456789abcdefULL }, found[4];
	struct timeval none = { 0, 10000 };
	struct timespec short_time = { 0, 10000000 };
	fd_set set;
	int ends[2], poller = epoll_create1(EPOLL_CLOEXEC), counter = eventfd(3, EFD_NONBLOCK);
	uint64_t count = 0;
	sigset_t mask;

	if (pipe2(ends, O_CLOEXEC))
		return;
	sigemptyset(&mask);
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	CHECK("network: select ends", select(ends[0] + 1, &set, NULL, NULL, &none) == 0 && !FD_ISSET(ends[0], &set));
	CHECK("network: poll ends", poll(&(struct pollfd){ .fd = ends[0], .events = POLLIN }, 1, 10) == 0);
	CHECK("network: epoll", !epoll_ctl(poller, EPOLL_CTL_ADD, ends[0], &event) && epoll_wait(poller, found, 4, 10) == 0 &&
		write(ends[1], "x", 1) == 1 && epoll_wait(poller, found, 4, 1000) == 1 && found[0].data.u64 == 0x123456789abcdefULL &&
		found[0].events == EPOLLIN);
	FD_SET(ends[0], &set);
	CHECK("network: pselect finds", pselect(ends[0] + 1, &set, NULL, NULL, &short_time, &mask) == 1 && FD_ISSET(ends[0], &set));
	CHECK("network: ppoll finds", ppoll(&(struct pollfd){ .fd = ends[0], .events = POLLIN }, 1, &short_time, &mask) == 1);
	CHECK("network: poll of a closed descriptor", poll(&(struct pollfd){ .fd = 999, .events = POLLIN }, 1, 10) == 1);
	CHECK("network: eventfd", eventfd_read(counter, &count) == 0 && count == 3 && eventfd_read(counter, &count) == -1 && errno == EAGAIN);
	close(ends[1]);
	CHECK("network: hang-up", read(ends[0], &count, 1) == 1 && poll(&(struct pollfd){ .fd = ends[0], .events = POLLIN }, 1, 10) == 1);
	close(ends[0]);
	close(poller);
	close(counter);
}

static void interfaces(void)
{
	struct ifaddrs *list = NULL;
	bool found = false;

	CHECK("network: if_nametoindex", if_nametoindex("lo") > 0 && if_nametoindex("absent0") == 0);
	CHECK("network: getifaddrs", !getifaddrs(&list));
	for (struct ifaddrs *one = list; one; one = one->ifa_next)
		found |= !strcmp(one->ifa_name, "lo");
	CHECK("network: lo is among them", found);
	freeifaddrs(list);
}

int main(void)
{
	addresses();
	names();
	pairs();
	local();
	internet();
	waiting();
	interfaces();
	return check_status();
}
