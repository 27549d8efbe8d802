#include "frame.h"

#ifdef __AVR__
#include <avr/pgmspace.h>
#else
#define PROGMEM
#define pgm_read_dword(address) (*(address))
#endif

/* One row a high or low nibble: two look-ups a byte, 128 bytes of flash instead of 1 KB. */
static const uint32_t nibble_row[16] PROGMEM = {
  0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
  0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t crc32_update(uint32_t crc, const uint8_t *bytes, uint8_t count) {
  crc = ~crc;
  while (count--) {
    uint8_t byte = *bytes++;
    crc = (crc >> 4) ^ pgm_read_dword(&nibble_row[((uint8_t)crc ^ byte) & 15]);
    crc = (crc >> 4) ^ pgm_read_dword(&nibble_row[((uint8_t)crc ^ (byte >> 4)) & 15]);
  }
  return ~crc;
}

void unstuff_reset(unstuffer *state) {
  state->length = 0;
  state->left = 0;
  state->zero_next = 0;
  state->bad = 0;
}

static void take(unstuffer *state, uint8_t byte) {
  if (state->length >= FRAME_MAX) {
    state->bad = 1;
    return;
  }
  state->bytes[state->length++] = byte;
}

void unstuff_byte(unstuffer *state, uint8_t byte) {
  if (state->bad) return;
  if (state->left == 0) {
    if (state->zero_next) take(state, 0);
    state->left = byte - 1;
    state->zero_next = byte != 0xff;
    return;
  }
  take(state, byte);
  state->left--;
}

uint8_t unstuff_complete(const unstuffer *state) {
  return !state->bad && state->left == 0;
}

void stuff(const uint8_t *bytes, uint8_t length, void (*put)(uint8_t)) {
  uint8_t start = 0;
  for (;;) {
    uint8_t end = start;
    while (end < length && bytes[end] != 0) end++;
    put(end - start + 1);
    while (start < end) put(bytes[start++]);
    if (end == length) break;
    start = end + 1;
  }
  put(0);
}
