#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>
#include "check.h"

static void message_queues(void)
{
	struct mq_attr attributes = { .mq_maxmsg = 4, .mq_msgsize = 32 }, got;
	char text[32] = "";
	unsigned priority = 0;
	struct timespec past = { 1, 0 };
	mq_unlink("/runner-test");
	mqd_t q = mq_open("/runner-test", O_CREAT | O_RDWR, 0600, &attributes);
	check("mq_open", q != (mqd_t)-1);
	check("mq_getattr", !mq_getattr(q, &got) && got.mq_maxmsg == 4 && got.mq_msgsize == 32 && got.mq_curmsgs == 0);
	check("mq_send", !mq_send(q, "low", 3, 1) && !mq_send(q, "high", 4, 9));
	check("mq_receive by priority", mq_receive(q, text, 32, &priority) == 4 && priority == 9 && !memcmp(text, "high", 4));
	check("mq_timedreceive", mq_timedreceive(q, text, 32, 0, &past) == 3);
	CHECK_ERRNO("mq_timedreceive from an empty one", mq_timedreceive(q, text, 32, 0, &past), ETIMEDOUT);
	sigset_t set;
	siginfo_t info;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, 0);
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 8 };
	check("mq_notify", !mq_notify(q, &event) && !mq_send(q, "x", 1, 0) && sigwaitinfo(&set, &info) == SIGUSR1 &&
		info.si_value.sival_int == 8 && info.si_code == SI_MESGQ);
	check("mq_unlink", !mq_close(q) && !mq_unlink("/runner-test"));
}

static void messages(void)
{
	struct { long type; char text[16]; } m = { 3, "three" };
	struct msqid_ds s;
	int q = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	check("msgget", q >= 0);
	check("msgsnd", !msgsnd(q, &m, 6, 0) && (m.type = 5, !msgsnd(q, &m, 3, 0)));
	check("msgctl", !msgctl(q, IPC_STAT, &s) && s.msg_qnum == 2 && s.msg_lspid == getpid() && (s.msg_perm.mode & 0777) == 0600 &&
		s.msg_stime > 1700000000);
	check("msgrcv of a type", msgrcv(q, &m, 16, 5, 0) == 3 && m.type == 5);
	CHECK_ERRNO("msgrcv into too small a buffer", msgrcv(q, &m, 2, 0, 0), E2BIG);
	check("msgrcv", msgrcv(q, &m, 16, 0, 0) == 6 && m.type == 3 && !strcmp(m.text, "three"));
	CHECK_ERRNO("nothing there", msgrcv(q, &m, 16, 0, IPC_NOWAIT), ENOMSG);
	check("IPC_RMID", !msgctl(q, IPC_RMID, 0));
	CHECK_ERRNO("gone", msgsnd(q, &m, 1, 0), EINVAL);
}

union semun { int val; struct semid_ds *buf; unsigned short *array; };

static void semaphores(void)
{
	int set = semget(IPC_PRIVATE, 3, IPC_CREAT | 0600);
	unsigned short values[3] = { 4, 5, 6 }, back[3] = { 0 };
	struct semid_ds s;
	check("semget", set >= 0);
	check("SETALL, GETALL", !semctl(set, 0, SETALL, (union semun){ .array = values }) &&
		!semctl(set, 0, GETALL, (union semun){ .array = back }) && back[2] == 6);
	check("SETVAL, GETVAL", !semctl(set, 1, SETVAL, (union semun){ .val = 2 }) && semctl(set, 1, GETVAL) == 2);
	check("IPC_STAT", !semctl(set, 0, IPC_STAT, (union semun){ .buf = &s }) && s.sem_nsems == 3 && s.sem_ctime > 1700000000);
	check("semop", !semop(set, (struct sembuf[]){ { 0, -4, 0 }, { 2, 1, 0 } }, 2) && semctl(set, 2, GETVAL) == 7);
	CHECK_ERRNO("would wait", semop(set, &(struct sembuf){ 0, -1, IPC_NOWAIT }, 1), EAGAIN);
	CHECK_ERRNO("semtimedop", semtimedop(set, &(struct sembuf){ 0, -1, 0 }, 1, &(struct timespec){ 0, 10000000 }), EAGAIN);
	check("SEM_UNDO", EXITED(IN_CHILD(semop(set, &(struct sembuf){ 2, -3, SEM_UNDO }, 1)), 0) && semctl(set, 2, GETVAL) == 7);
	check("IPC_RMID of semaphores", !semctl(set, 0, IPC_RMID));
}

static void shared_memory(void)
{
	struct shmid_ds s;
	int id = shmget(IPC_PRIVATE, 100000, IPC_CREAT | 0600);
	check("shmget", id >= 0);
	char *p = shmat(id, 0, 0), *q = shmat(id, 0, SHM_RDONLY);
	check("shmat twice", p != (void *)-1 && q != (void *)-1 && p != q && ((p[99999] = 'x'), q[99999] == 'x'));
	check("shmctl", !shmctl(id, IPC_STAT, &s) && s.shm_segsz == 100000 && s.shm_nattch == 2 && s.shm_cpid == getpid());
	check("shared with a child", EXITED(IN_CHILD(p[0] = 'c'), 0) && p[0] == 'c');
	check("shmdt", !shmdt(p) && !shmdt(q) && !shmctl(id, IPC_STAT, &s) && s.shm_nattch == 0);
	CHECK_ERRNO("shmdt of nothing", shmdt(p), EINVAL);
	check("IPC_RMID of memory", !shmctl(id, IPC_RMID, 0));
}

int main(void)
{
	message_queues();
	messages();
	semaphores();
	shared_memory();
	return failures != 0;
}
