#include "clock.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <util/atomic.h>

#include "link.h"

static volatile uint32_t milliseconds;
static volatile uint8_t wait_over;

ISR(TIMER2_COMPA_vect) { milliseconds += TICK_MS; }

ISR(TIMER1_COMPA_vect) {
  TCCR1B = 0;
  wait_over = 1;
}

void clock_init(void) {
  /* Timer 2: 16 MHz / 1024 / 125 = 1 / 8 ms. Timer 1 runs only while somebody waits. */
  TCCR2A = _BV(WGM21);
  OCR2A = 124;
  TCCR2B = _BV(CS22) | _BV(CS21) | _BV(CS20);
  TIMSK2 = _BV(OCIE2A);
  TCCR1A = 0;
  TIMSK1 = _BV(OCIE1A);
  set_sleep_mode(SLEEP_MODE_IDLE);
}

uint32_t clock_ms(void) {
  uint32_t now;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) { now = milliseconds; }
  return now;
}

void sleep_unless(const volatile uint8_t *awake) {
  cli();
  if (!*awake) {
    sleep_enable();
    sei(); /* takes effect after the next instruction, so no interrupt slips in before the sleep */
    sleep_cpu();
    sleep_disable();
  }
  sei();
}

void wait_us(uint16_t us) {
  wait_over = 0;
  TCNT1 = 0;
  OCR1A = (us + 3) / 4; /* counts of 4 us: 16 MHz / 64 */
  TIFR1 = _BV(OCF1A);
  TCCR1B = _BV(WGM12) | _BV(CS11) | _BV(CS10);
  while (!wait_over && !link_stop) sleep_unless(&wait_over);
  TCCR1B = 0;
}
