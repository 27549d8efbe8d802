/* The serial line: receives stuffed frames into one buffer, sends stuffed frames, notices the emergency stop. */
#ifndef LINK_H
#define LINK_H

#include <stdint.h>

#define LINK_BAUD 500000UL
/* So many zero bytes in a row are an emergency stop, whatever else goes on. */
#define STOP_ZEROS 8

typedef struct {
  uint16_t crc_errors;
  uint16_t frame_errors;
  uint16_t overruns;
} link_counters;

extern link_counters link_errors;
/* Set by the receiver when the emergency stop came; cleared by whoever obeys it. */
extern volatile uint8_t link_stop;
/* Not 0 while a received frame waits or is worked on; the receiver leaves the buffer alone meanwhile. */
extern volatile uint8_t link_ready;

void link_init(void);
/* The frame received last, CRC checked; 0 if there is none. Valid until link_release. */
const uint8_t *link_frame(uint8_t *length, uint32_t *crc);
/* From here on the next frame is taken. */
void link_release(void);
/* Appends the CRC to `frame` (which has room for it) and sends it. */
void link_send(uint8_t *frame, uint8_t length);

#endif
