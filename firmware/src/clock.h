/* Time: a tick of 8 ms, and waits that sleep. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

void clock_init(void);
/* Since the board started, in steps of 8 ms; wraps after 49 days. */
uint32_t clock_ms(void);
#define TICK_MS 8
/* Sleeps for 1 to 30000 us, rounded up to 4 us; less when the emergency stop comes. */
void wait_us(uint16_t us);
/* Sleeps until any interrupt, unless `*awake` was set before: no wake-up is lost. */
void sleep_unless(const volatile uint8_t *awake);

#endif
