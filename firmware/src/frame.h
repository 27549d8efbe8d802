/* Framing: consistent overhead byte stuffing (Cheshire & Baker, 1999) around a frame that ends in its CRC-32. */
#ifndef FRAME_H
#define FRAME_H

#include <stdint.h>

/* A frame without its stuffing: header, payload, CRC. Short enough that stuffing costs exactly one byte. */
#define FRAME_MAX 253
#define HEADER_BYTES 9
#define CRC_BYTES 4
#define PAYLOAD_MAX (FRAME_MAX - HEADER_BYTES - CRC_BYTES)

/* CRC-32 (IEEE 802.3, reflected), continued from `crc`; start with 0. */
uint32_t crc32_update(uint32_t crc, const uint8_t *bytes, uint8_t count);

/* Undoes the stuffing byte by byte. */
typedef struct {
  uint8_t *bytes;     /* FRAME_MAX long */
  uint8_t length;     /* decoded so far */
  uint8_t left;       /* bytes until the next code byte */
  uint8_t zero_next;  /* the block that ends now stands for a zero */
  uint8_t bad;        /* overlong: skip to the delimiter */
} unstuffer;

void unstuff_reset(unstuffer *state);
/* Takes one non-zero byte of the line. */
void unstuff_byte(unstuffer *state, uint8_t byte);
/* At a delimiter: 1 if the stuffing was complete. */
uint8_t unstuff_complete(const unstuffer *state);

/* Sends `length` bytes stuffed and delimited through `put`. */
void stuff(const uint8_t *bytes, uint8_t length, void (*put)(uint8_t));

#endif
