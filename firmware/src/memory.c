#include "memory.h"

#include <string.h>

#include "frame.h"

/* Changes with the layout below and with the board. */
#define MAGIC (0x6f686d02UL << 4 | PROFILE_ID)
#define CHANGE_WAITS 0x5a

/* A number and its complement: a torn one is seen. */
typedef struct {
  uint32_t value;
  uint32_t inverse;
} sure;

/* Sums over x = residual + 251 tap of every pot, and over (pot + 1) x: kept up to date pot by pot. */
typedef struct {
  uint16_t plain;
  uint16_t weighted;
} sums;

static struct {
  uint32_t magic;
  kept_pot pots[POTS];
  sums check;
  /* The next state of one pot, and the sums that go with it; counts once `waits` says so. */
  struct {
    uint8_t waits;
    uint8_t pot;
    kept_pot next;
    sums check;
  } change;
  uint8_t closed[(POTS + 7) / 8];
  uint8_t opened[(POTS + 7) / 8];
  /* The second is written first: one of both is whole at any time, and where they differ the second is newer. */
  sure last_update[2];
  sure moving;
  sure pulses;
} kept __attribute__((section(".noinit")));

const kept_pot *const kept_pots = kept.pots;
static uint8_t interrupted = POTS;
static uint8_t lost_closed;

/* What stands before it in the source is in RAM before what stands behind. */
#define IN_ORDER() __asm__ volatile("" ::: "memory")

static uint8_t is_sure(const sure *number) { return number->value == (uint32_t)~number->inverse; }

static void set_sure(sure *number, uint32_t value) {
  number->value = value;
  number->inverse = ~value;
}

static uint16_t weight_of(const kept_pot *pot) { return (uint16_t)(pot->residual + 251 * pot->tap); }

static void close_all(void) {
  memset(kept.closed, 0xff, sizeof kept.closed);
  memset(kept.opened, 0, sizeof kept.opened);
}

uint8_t memory_is_whole(void) {
  if (kept.magic != MAGIC) return 0;
  if (kept.change.waits == CHANGE_WAITS) {
    if (kept.change.pot >= POTS) return 0;
    interrupted = kept.change.pot;
    memory_keep_pot();
  }
  sums found = {0, 0};
  for (uint8_t pot = 0; pot < POTS; pot++) {
    uint16_t x = weight_of(&kept.pots[pot]);
    found.plain += x;
    found.weighted += x * (pot + 1);
    if (kept.pots[pot].tap < TAP_MIN) return 0;
  }
  if (found.plain != kept.check.plain || found.weighted != kept.check.weighted) return 0;
  if (!is_sure(&kept.last_update[1]))
    kept.last_update[1] = kept.last_update[0];
  else
    kept.last_update[0] = kept.last_update[1];
  if (!is_sure(&kept.last_update[0])) return 0;
  for (uint8_t i = 0; i < sizeof kept.closed; i++) {
    if ((kept.closed[i] ^ kept.opened[i]) != 0xff) lost_closed = 1;
  }
  if (lost_closed) close_all();
  /* Torn, it was about to begin, or had come to its end. */
  if (!is_sure(&kept.moving)) set_sure(&kept.moving, 0);
  if (!is_sure(&kept.pulses)) set_sure(&kept.pulses, 0);
  return 1;
}

void memory_clear(void) {
  memset(&kept, 0, sizeof kept);
  for (uint8_t pot = 0; pot < POTS; pot++) {
    kept.pots[pot].tap = TAP_POWER_ON;
    uint16_t x = weight_of(&kept.pots[pot]);
    kept.check.plain += x;
    kept.check.weighted += x * (pot + 1);
  }
  close_all();
  memory_keep_last_update(0);
  set_sure(&kept.moving, 0);
  set_sure(&kept.pulses, 0);
  interrupted = POTS;
  IN_ORDER();
  kept.magic = MAGIC;
}

void memory_intend_pot(uint8_t pot, uint8_t tap, int16_t residual) {
  uint16_t before = weight_of(&kept.pots[pot]);
  kept.change.pot = pot;
  kept.change.next.tap = tap;
  kept.change.next.residual = residual;
  uint16_t by = weight_of(&kept.change.next) - before;
  kept.change.check.plain = kept.check.plain + by;
  kept.change.check.weighted = kept.check.weighted + by * (pot + 1);
  IN_ORDER();
  kept.change.waits = CHANGE_WAITS;
  IN_ORDER();
}

void memory_keep_pot(void) {
  kept.pots[kept.change.pot] = kept.change.next;
  kept.check = kept.change.check;
  IN_ORDER();
  kept.change.waits = 0;
  IN_ORDER();
}

uint8_t memory_interrupted_pot(void) { return interrupted; }

uint8_t memory_lost_closed(void) { return lost_closed; }

uint8_t memory_closed(uint8_t pot) { return (kept.closed[pot >> 3] >> (pot & 7)) & 1; }

uint8_t memory_closed_eight(uint8_t group) { return kept.closed[group]; }

void memory_keep_closed(uint8_t pot, uint8_t on) {
  uint8_t bit = 1 << (pot & 7);
  if (on)
    kept.closed[pot >> 3] |= bit;
  else
    kept.closed[pot >> 3] &= ~bit;
  kept.opened[pot >> 3] = ~kept.closed[pot >> 3];
}

uint32_t memory_last_update(void) { return kept.last_update[0].value; }

void memory_keep_last_update(uint32_t id) {
  set_sure(&kept.last_update[1], id);
  IN_ORDER();
  set_sure(&kept.last_update[0], id);
  IN_ORDER();
}

uint32_t memory_moving_update(void) { return kept.moving.value; }

void memory_keep_moving_update(uint32_t id) {
  IN_ORDER();
  set_sure(&kept.moving, id);
  IN_ORDER();
}

uint32_t memory_pulses(void) { return kept.pulses.value; }

void memory_add_pulses(uint8_t taps) { set_sure(&kept.pulses, kept.pulses.value + taps); }

uint32_t memory_hash(void) {
  /* Two stretches: a length is 8 bits. */
  const uint8_t *bytes = (const uint8_t *)kept.pots;
  uint32_t crc = crc32_update(0, bytes, sizeof kept.pots / 2);
  return crc32_update(crc, bytes + sizeof kept.pots / 2, sizeof kept.pots - sizeof kept.pots / 2);
}
