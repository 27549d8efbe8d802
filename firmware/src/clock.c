#include "clock.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <util/atomic.h>

static volatile uint32_t milliseconds;
static volatile uint8_t wait_over;

ISR(TIMER2_COMPA_vect) { milliseconds++; }

ISR(TIMER1_COMPA_vect) {
  TIMSK1 = 0;
  wait_over = 1;
}

void clock_init(void) {
  /* Timer 2: 16 MHz / 64 / 250 = 1 kHz. Timer 1: free running at 2 MHz. */
  TCCR2A = _BV(WGM21);
  OCR2A = 249;
  TCCR2B = _BV(CS22);
  TIMSK2 = _BV(OCIE2A);
  TCCR1A = 0;
  TCCR1B = _BV(CS11);
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
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    wait_over = 0;
    OCR1A = TCNT1 + 2 * us;
    TIFR1 = _BV(OCF1A);
    TIMSK1 = _BV(OCIE1A);
  }
  while (!wait_over) sleep_unless(&wait_over);
}
