#include "link.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <string.h>

#include "frame.h"

static uint8_t received[FRAME_MAX];
static unstuffer line = {.bytes = received};
static uint8_t received_length;
static uint8_t skip; /* a frame arrived while the buffer was taken: drop it to its end */
static uint8_t zeros;

link_counters link_errors;
volatile uint8_t link_stop;
volatile uint8_t link_ready;

void link_init(void) {
  UBRR0 = F_CPU / 8 / LINK_BAUD - 1;
  UCSR0A = _BV(U2X0);
  UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
  UCSR0B = _BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0);
}

ISR(USART_RX_vect) {
  uint8_t status = UCSR0A;
  uint8_t byte = UDR0;
  if (status & (_BV(FE0) | _BV(DOR0))) {
    link_errors.overruns++;
    line.bad = 1;
  }
  if (byte != 0) {
    zeros = 0;
    if (link_ready)
      skip = 1;
    else if (!skip)
      unstuff_byte(&line, byte);
    return;
  }
  /* Once for so many: what is left of a longer row, and the zero before the next frame, stop nothing more. */
  if (++zeros == STOP_ZEROS) {
    zeros = 0;
    link_stop = 1;
  }
  if (link_ready) {
    if (skip) link_errors.overruns++;
    skip = 0;
    return;
  }
  if (!skip && (line.length || line.bad)) {
    if (unstuff_complete(&line) && line.length >= HEADER_BYTES + CRC_BYTES) {
      received_length = line.length;
      link_ready = 1;
    } else {
      link_errors.frame_errors++;
    }
  }
  skip = 0;
  unstuff_reset(&line);
}

const uint8_t *link_frame(uint8_t *length, uint32_t *crc) {
  if (!link_ready) return 0;
  uint8_t body = received_length - CRC_BYTES;
  uint32_t sent;
  memcpy(&sent, received + body, CRC_BYTES);
  if (crc32_update(0, received, body) != sent) {
    link_errors.crc_errors++;
    link_release();
    return 0;
  }
  *length = body;
  *crc = sent;
  return received;
}

void link_release(void) { link_ready = 0; }

static void put(uint8_t byte) {
  while (!(UCSR0A & _BV(UDRE0))) {
  }
  UDR0 = byte;
}

void link_send(uint8_t *frame, uint8_t length) {
  uint32_t crc = crc32_update(0, frame, length);
  memcpy(frame + length, &crc, CRC_BYTES);
  stuff(frame, length + CRC_BYTES, put);
}
