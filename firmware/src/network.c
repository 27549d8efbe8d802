#include "network.h"

#include <avr/io.h>
#include <avr/pgmspace.h>
#include <string.h>

#include "clock.h"
#include "learn.h"
#include "link.h"
#include "memory.h"

network_settings settings = {SETTLE_DEFAULT_US, READS_DEFAULT, OPTION_ONE_SIDED, INPUTS, OUTPUTS};
int32_t contrasts[POTS];

static const int16_t rest[INPUTS > OUTPUTS ? INPUTS : OUTPUTS];

static void connect_pair(uint8_t pair) {
  board_connect(pair, memory_closed(2 * pair) | memory_closed(2 * pair + 1) << 1);
}

static void connect_all(void) {
  for (uint8_t pair = 0; pair < POTS / 2; pair++) connect_pair(pair);
}

uint8_t network_init(uint8_t reset_cause) {
  uint8_t supply = reset_cause & (_BV(PORF) | _BV(BORF));
  uint8_t fresh = supply || !memory_is_whole();
  if (fresh) {
    memory_clear();
    board_reset_pots();
  } else if (reset_cause) {
    uint8_t pot = memory_interrupted_pot();
    if (pot < POTS) board_write_tap(pot, kept_pots[pot].tap);
    if (memory_lost_closed()) connect_all();
    return TAPS_KEPT;
  }
  connect_all();
  for (uint8_t pot = 0; pot < POTS; pot++) board_write_tap(pot, kept_pots[pot].tap);
  return fresh ? TAPS_POWER_ON : TAPS_WRITTEN_AGAIN;
}

void network_rest(void) {
  board_set_inputs(rest);
  board_set_nudges(rest);
  board_latch();
}

static void settle(void) {
  board_latch();
  wait_us(settings.settle_us);
}

void network_drive(const int16_t *input_mV, const int16_t *nudge_mV) {
  board_set_inputs(input_mV);
  board_set_nudges(nudge_mV);
  settle();
}

void network_read(int16_t *reading, uint8_t hidden_too) {
  uint8_t end = HIDDEN + settings.outputs;
  for (uint8_t node = hidden_too ? 0 : HIDDEN; node < end && !link_stop; node++) {
    reading[node] = board_read_node(node, settings.reads);
  }
}

void network_configure(void) {
  for (uint8_t pot = 0; pot < POTS; pot++) {
    uint8_t from = pgm_read_byte(&edges[pot].from), to = pgm_read_byte(&edges[pot].to);
    uint8_t idle_input = from < SOURCES - 2 && from >= 2 * settings.inputs;
    uint8_t idle_output = to >= SOURCES + HIDDEN + settings.outputs;
    network_connect(pot, !idle_input && !idle_output);
  }
}

/* Errors of the outputs from the free phase, 1/8 mV. */
static void errors(const int16_t *target_mV, const int16_t *output, int16_t *error) {
  uint8_t one_sided = settings.options & OPTION_ONE_SIDED;
#if OUTPUTS >= 2
  if ((settings.options & OPTION_DIFFERENCE) && settings.outputs == 2) {
    error[0] = output_error(8 * (target_mV[0] - target_mV[1]), output[0] - output[1], one_sided);
    error[1] = -error[0];
    return;
  }
#endif
  for (uint8_t k = 0; k < settings.outputs; k++) error[k] = output_error(8 * target_mV[k], output[k], one_sided);
}

static void nudged(const int16_t *error, int16_t k_256, int16_t *reading, uint8_t *clipped) {
  int16_t nudge[OUTPUTS];
  for (uint8_t k = 0; k < OUTPUTS; k++) {
    uint8_t met = 0;
    nudge[k] = nudge_mV(error[k], k_256, NUDGE_LIMIT_MV, &met);
    *clipped += met;
  }
  board_set_nudges(nudge);
  settle();
  network_read(reading, 1);
}

uint8_t network_phases(const example *drive, uint8_t which, int16_t k_first, int16_t k_second, phases *out) {
  int16_t error[OUTPUTS] = {0};
  out->clipped = 0;
  network_drive(drive->input_mV, rest);
  /* A phase without nudge is the free phase itself. */
  uint8_t all = (which & PHASE_FREE_ALL) || ((which & PHASE_FIRST) && !k_first) ||
                ((which & PHASE_SECOND) && !k_second);
  network_read(out->free, all);
  errors(drive->target_mV, out->free + HIDDEN, error);
  if (which & PHASE_FIRST) {
    if (k_first)
      nudged(error, k_first, out->first, &out->clipped);
    else
      memcpy(out->first, out->free, sizeof out->free);
  }
  if (which & PHASE_SECOND) {
    if (k_second)
      nudged(error, k_second, out->second, &out->clipped);
    else
      memcpy(out->second, out->free, sizeof out->free);
  }
  if (link_stop) {
    network_rest();
    return 0;
  }
  board_set_nudges(rest);
  board_latch();
  return 1;
}

void network_clear_contrast(void) {
  for (uint8_t pot = 0; pot < POTS; pot++) contrasts[pot] = 0;
}

/* Potentials of a place in both phases, side by side. */
typedef struct {
  int16_t first;
  int16_t second;
} potentials;

/* A sixth of an example's time: on its own, so that the compiler keeps all of it in registers. */
static __attribute__((noinline)) void accumulate(const potentials *at) {
  const edge *wire = edges;
  int32_t *sum = contrasts;
  for (uint8_t left = POTS, group = 0; left; group++) {
    uint8_t closed = memory_closed_eight(group), bits = left < 8 ? left : 8;
    left -= bits;
    for (; bits; bits--, wire++, sum++, closed >>= 1) {
      if (!(closed & 1)) continue;
      uint16_t ends = pgm_read_word(wire);
      const potentials *a = at + (uint8_t)ends, *b = at + (uint8_t)(ends >> 8);
      *sum += contrast(a->first - b->first, a->second - b->second);
    }
  }
}

void network_accumulate(const example *drive, const phases *seen) {
  potentials at[PLACES], *place = at;
  for (uint8_t i = 0; i < INPUTS; i++) {
    int16_t input = 8 * drive->input_mV[i];
    *place++ = (potentials){input, input};
    *place++ = (potentials){-input, -input};
  }
  int16_t bias = BIAS_FIRST * 8 * BIAS_MV;
  *place++ = (potentials){bias, bias};
  *place++ = (potentials){-bias, -bias};
  for (uint8_t node = 0; node < NODES; node++) *place++ = (potentials){seen->first[node], seen->second[node]};
  accumulate(at);
}

uint16_t network_apply(uint32_t id, uint32_t gain_hidden, uint32_t gain_output, uint8_t clip) {
  uint16_t moved = 0;
  memory_keep_moving_update(id);
  uint8_t closed = 0;
  for (uint8_t pot = 0; pot < POTS; pot++, closed >>= 1) {
    if ((pot & 7) == 0) closed = memory_closed_eight(pot >> 3);
    uint32_t gain = pot < SOURCES * HIDDEN ? gain_hidden : gain_output;
    if (gain == 0 || !(closed & 1)) continue;
    moved += network_step(pot, tap_step(contrasts[pot], gain, kept_pots[pot].tap, RESISTANCE_OFFSET, clip));
  }
  return moved;
}

uint8_t network_step(uint8_t pot, int16_t step) {
  int16_t residual = kept_pots[pot].residual;
  uint8_t before = kept_pots[pot].tap;
  uint8_t tap = move_tap(before, &residual, step, TAP_MIN, TAP_MAX);
  memory_intend_pot(pot, tap, residual);
  uint8_t taps = tap > before ? tap - before : before - tap;
  if (taps) {
    board_write_tap(pot, tap);
    memory_add_pulses(taps);
  }
  memory_keep_pot();
  return taps;
}

void network_set_tap(uint8_t pot, uint8_t tap, int16_t residual) {
  uint8_t before = kept_pots[pot].tap;
  memory_intend_pot(pot, tap, residual);
  board_write_tap(pot, tap);
  memory_add_pulses(tap > before ? tap - before : before - tap);
  memory_keep_pot();
}

void network_connect(uint8_t pot, uint8_t on) {
  if (memory_closed(pot) == on) return;
  memory_keep_closed(pot, on);
  connect_pair(pot >> 1);
}

uint8_t network_at_edge(void) {
  uint8_t count = 0;
  uint8_t closed = 0;
  for (uint8_t pot = 0; pot < POTS; pot++, closed >>= 1) {
    if ((pot & 7) == 0) closed = memory_closed_eight(pot >> 3);
    uint8_t tap = kept_pots[pot].tap;
    if ((closed & 1) && (tap == TAP_MIN || tap == TAP_MAX)) count++;
  }
  return count;
}
