#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include "check.h"

static void settings(int master, int slave)
{
	struct termios t, back;
	struct winsize size = { 24, 80, 1, 2 }, got = { 0 };
	int n = 0;
	check("isatty", isatty(slave) && isatty(master) && ttyname(slave));
	check("tcgetattr", !tcgetattr(slave, &t) && (t.c_lflag & ECHO) && t.c_cc[VINTR] == 3 && cfgetospeed(&t) == B38400);
	cfmakeraw(&t);
	t.c_cc[VMIN] = 7;
	check("tcsetattr", !tcsetattr(slave, TCSANOW, &t) && !tcgetattr(slave, &back) && !(back.c_lflag & ECHO) && back.c_cc[VMIN] == 7);
	check("raw input", write(master, "1234567", 7) == 7 && !tcdrain(master) && ({ usleep(10000); !ioctl(slave, FIONREAD, &n) && n == 7; }));
	check("tcflush", !tcflush(slave, TCIFLUSH) && !ioctl(slave, FIONREAD, &n) && n == 0);
	check("window size", !ioctl(master, TIOCSWINSZ, &size) && !ioctl(slave, TIOCGWINSZ, &got) && got.ws_col == 80 && got.ws_ypixel == 2);
	t.c_lflag |= ICANON | ECHO | ISIG;
	t.c_oflag = 0;
	tcsetattr(slave, TCSANOW, &t);
	char line[16] = "";
	check("a line", write(master, "ab\n", 3) == 3 && read(slave, line, 16) == 3 && !memcmp(line, "ab\n", 3));
	check("its echo", read(master, line, 16) >= 2 && !memcmp(line, "ab", 2));
}

static volatile int last;
static void note(int s) { last = s; }

/* a session of its own with the terminal as the controlling one */
static int session(int master, int slave)
{
	if (setsid() < 0 || ioctl(slave, TIOCSCTTY, 0)) return 1;
	if (tcgetsid(slave) != getpid() || tcgetpgrp(slave) != getpgrp()) return 2;
	signal(SIGINT, note);
	signal(SIGWINCH, note);
	if (write(master, "\3", 1) != 1) return 3;
	for (int i = 0; i < 100 && last != SIGINT; i++) usleep(1000);
	if (last != SIGINT) return 4;
	struct winsize size = { 30, 90, 0, 0 };
	ioctl(master, TIOCSWINSZ, &size);
	for (int i = 0; i < 100 && last != SIGWINCH; i++) usleep(1000);
	if (last != SIGWINCH) return 5;
	int pid = fork();
	if (!pid) for (;;) pause();
	setpgid(pid, pid);
	signal(SIGTTOU, SIG_IGN);
	if (tcsetpgrp(slave, pid) || tcgetpgrp(slave) != pid) return 6;
	if (write(master, "\34", 1) != 1) return 7;
	int status = 0;
	waitpid(pid, &status, 0);
	if (!KILLED(status, SIGQUIT)) return 8;
	int tty = open("/dev/tty", O_RDWR);
	if (tty < 0 || tcsetpgrp(tty, getpgrp())) return 9;
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		char c;
		_exit(read(tty, &c, 1) == 1);
	}
	waitpid(pid, &status, WUNTRACED);
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTTIN) return 10;
	kill(pid, SIGKILL);
	return 0;
}

int main(void)
{
	int master, slave, n;
	if (openpty(&master, &slave, 0, 0, 0)) {
		check("openpty", false);
		return 1;
	}
	settings(master, slave);
	check("a session with job control", EXITED(IN_CHILD(_exit(session(master, slave))), 0));
	CHECK_ERRNO("no terminal", tcgetattr(open("/dev/null", O_RDONLY), &(struct termios){ 0 }), ENOTTY);
	CHECK_ERRNO("an unknown command", ioctl(slave, 0x5499, &n), ENOTTY);
	pid_t pid = forkpty(&master, 0, 0, 0);
	if (!pid) {
		printf("in the terminal\n");
		exit(isatty(0) ? 3 : 4);
	}
	char text[32] = "";
	int status = 0;
	ssize_t got = read(master, text, sizeof text);
	waitpid(pid, &status, 0);
	check("forkpty", EXITED(status, 3) && got >= 15 && !memcmp(text, "in the terminal", 15));
	return failures != 0;
}
