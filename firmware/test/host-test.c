/* Runs the firmware's arithmetic and framing on the host against vectors.txt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "learn.h"

static int checked, failed, line_number;

static void check(int good, const char *line) {
  checked++;
  if (good) return;
  failed++;
  printf("vectors.txt:%d fails: %s", line_number, line);
}

static int bytes_of(const char *text, uint8_t *out) {
  if (strcmp(text, "-") == 0) return 0;
  int count = 0;
  for (; text[0] && text[1]; text += 2) {
    char pair[3] = {text[0], text[1], 0};
    out[count++] = (uint8_t)strtoul(pair, 0, 16);
  }
  return count;
}

static uint8_t sent[600];
static int sent_count;
static void put(uint8_t byte) { sent[sent_count++] = byte; }

static int round_trip(const uint8_t *frame, int length, const uint8_t *line, int line_length) {
  uint8_t back[FRAME_MAX];
  unstuffer state = {.bytes = back};
  sent_count = 0;
  stuff(frame, (uint8_t)length, put);
  if (sent_count != line_length || memcmp(sent, line, (size_t)line_length) != 0) return 0;
  unstuff_reset(&state);
  for (int i = 0; i < line_length - 1; i++) unstuff_byte(&state, line[i]);
  return unstuff_complete(&state) && state.length == length && memcmp(back, frame, (size_t)length) == 0;
}

int main(int argc, char **argv) {
  FILE *file = fopen(argc > 1 ? argv[1] : "vectors.txt", "r");
  if (!file) return 2;
  static char line[4000], one[2000], two[2000];
  while (fgets(line, sizeof line, file)) {
    line_number++;
    static uint8_t a[1000], b[1000];
    long v[8];
    unsigned long session;
    uint32_t crc;
    if (sscanf(line, "crc %s %x", one, &crc) == 2) {
      check(crc32_update(0, a, (uint8_t)bytes_of(one, a)) == crc, line);
    } else if (sscanf(line, "hash %s %x", one, &crc) == 2) {
      /* In two stretches, as src/memory.c does it. */
      int length = bytes_of(one, a);
      uint32_t first = crc32_update(0, a, (uint8_t)(length / 2));
      check(crc32_update(first, a + length / 2, (uint8_t)(length - length / 2)) == crc, line);
    } else if (sscanf(line, "stuff %s %s", one, two) == 2) {
      int length = bytes_of(one, a), line_length = bytes_of(two, b);
      check(round_trip(a, length, b, line_length), line);
    } else if (sscanf(line, "frame %ld %ld %ld %ld %lu %s %s", v, v + 1, v + 2, v + 3, &session, one, two) == 7) {
      uint8_t head[HEADER_BYTES] = {(uint8_t)v[0], (uint8_t)v[1], (uint8_t)v[2], (uint8_t)v[3], (uint8_t)(v[3] >> 8),
        (uint8_t)session, (uint8_t)(session >> 8), (uint8_t)(session >> 16), (uint8_t)(session >> 24)};
      memcpy(a, head, HEADER_BYTES);
      int length = HEADER_BYTES + bytes_of(one, a + HEADER_BYTES);
      crc = crc32_update(0, a, (uint8_t)length);
      for (int i = 0; i < CRC_BYTES; i++) a[length++] = (uint8_t)(crc >> (8 * i));
      int line_length = bytes_of(two, b);
      check(round_trip(a, length, b, line_length), line);
    } else if (sscanf(line, "error %ld %ld %ld %ld", v, v + 1, v + 2, v + 3) == 4) {
      check(output_error((int16_t)v[0], (int16_t)v[1], (uint8_t)v[2]) == v[3], line);
    } else if (sscanf(line, "nudge %ld %ld %ld %ld %ld", v, v + 1, v + 2, v + 3, v + 4) == 5) {
      uint8_t clipped = 0;
      int16_t nudge = nudge_mV((int16_t)v[0], (int16_t)v[1], (int16_t)v[2], &clipped);
      check(nudge == v[3] && clipped == v[4], line);
    } else if (sscanf(line, "contrast %ld %ld %ld", v, v + 1, v + 2) == 3) {
      check(contrast((int16_t)v[0], (int16_t)v[1]) == v[2], line);
    } else if (sscanf(line, "step %ld %ld %ld %ld %ld %ld", v, v + 1, v + 2, v + 3, v + 4, v + 5) == 6) {
      check(tap_step((int32_t)v[0], (uint32_t)v[1], (uint8_t)v[2], (uint8_t)v[3], (uint8_t)v[4]) == v[5], line);
    } else if (sscanf(line, "move %ld %ld %ld %ld %ld %ld %ld", v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6) == 7) {
      int16_t residual = (int16_t)v[1];
      uint8_t tap = move_tap((uint8_t)v[0], &residual, (int16_t)v[2], (uint8_t)v[3], (uint8_t)v[4]);
      check(tap == v[5] && residual == v[6], line);
    } else if (line[0] != '#' && line[0] != '\n') {
      check(0, line);
    }
  }
  printf("%d vectors, %d failed\n", checked, failed);
  return failed || checked < 80;
}
