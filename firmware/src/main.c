/* ohmprop learning board: an ATmega328P at 16 MHz that settles, measures and adapts its own network. */
#include <avr/interrupt.h>
#include <avr/io.h>

#include "clock.h"
#include "link.h"
#include "network.h"
#include "protocol.h"

int main(void) {
  uint8_t reset_cause = MCUSR;
  MCUSR = 0;
  clock_init();
  board_init();
  uint8_t taps = network_init(reset_cause);
  link_init();
  sei();
  protocol_init(reset_cause, taps);
  for (;;) {
    protocol_poll();
    sleep_unless(&link_ready);
  }
}
