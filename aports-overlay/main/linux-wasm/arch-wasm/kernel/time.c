// SPDX-License-Identifier: GPL-2.0-only
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/sched_clock.h>
#include <linux/timekeeping.h>

#include <asm/irq.h>
#include <asm/wasm_imports.h>

/* Shorter ones are not worth the timer worker's while. */
#define MIN_DELTA_NS	100000
#define MAX_DELTA_NS	0x7fffffff

static u64 read(struct clocksource *source)
{
	return (u64)wasm_now_ns();
}

static struct clocksource source = {
	.name = "wasm",
	.rating = 400,
	.read = read,
	.mask = CLOCKSOURCE_MASK(63),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS,
};

static int set_next_event(unsigned long delta, struct clock_event_device *device)
{
	wasm_set_timer(wasm_now_ns() + delta);
	return 0;
}

static int stop(struct clock_event_device *device)
{
	wasm_set_timer(0);
	return 0;
}

static struct clock_event_device timer = {
	.name = "wasm",
	.rating = 300,
	.features = CLOCK_EVT_FEAT_ONESHOT,
	.set_next_event = set_next_event,
	.set_state_shutdown = stop,
	.set_state_oneshot = stop,
};

static irqreturn_t tick(int irq, void *unused)
{
	timer.event_handler(&timer);
	return IRQ_HANDLED;
}

void read_persistent_clock64(struct timespec64 *time)
{
	*time = ns_to_timespec64((s64)wasm_wallclock_ns());
}

unsigned long long sched_clock(void)
{
	return (u64)wasm_now_ns();
}

void __init time_init(void)
{
	clocksource_register_hz(&source, NSEC_PER_SEC);
	timer.cpumask = cpumask_of(0);
	if (request_irq(WASM_IRQ_TIMER, tick, IRQF_TIMER, "timer", NULL))
		panic("no interrupt for the timer");
	clockevents_config_and_register(&timer, NSEC_PER_SEC, MIN_DELTA_NS, MAX_DELTA_NS);
}
