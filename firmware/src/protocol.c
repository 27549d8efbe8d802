#include "protocol.h"

#include <avr/eeprom.h>
#include <string.h>

#include "clock.h"
#include "frame.h"
#include "learn.h"
#include "link.h"
#include "memory.h"
#include "network.h"

/* Header of a frame: version, operation, status, sequence, session. */
typedef struct __attribute__((packed)) {
  uint8_t version;
  uint8_t operation;
  uint8_t status;
  uint16_t sequence;
  uint32_t session;
} header;

typedef struct {
  uint8_t length;
  uint8_t *payload;
} reply;

#define EEPROM_BOOTS ((uint16_t *)2)
#define EEPROM_SERIAL ((void *)8)
#define SERIAL_BYTES 8

static uint32_t session;
static uint8_t armed;
static uint8_t stopped; /* after an emergency stop, until the next HELLO of a new session */
static uint16_t watchdog_ms;
static uint32_t fed_at;
static uint16_t boots;
static uint8_t reset_cause;
static uint8_t taps_at_start;
/* An update whose taps were being moved when the board started, 0 for none. */
static uint32_t cut_short;
static uint32_t pending_update;
static uint8_t next_chunk;
/* Newest sequence number of this session: an acting request that is not newer is an echo of the past. */
static uint16_t newest;

/*
 * The reply to the last request that acted, or was refused to, kept whole for a retry; but for the taps behind it, which are as
 * they were until something else acts.
 */
static struct {
  uint8_t valid;
  uint8_t taps_wanted;
  uint8_t operation;
  uint8_t length;
  uint16_t sequence;
  uint32_t crc;
  uint8_t frame[HEADER_BYTES + ACT_PAYLOAD_MAX + CRC_BYTES];
} acted;

/* All other replies, and events. */
static uint8_t page[FRAME_MAX];

static void put16(uint8_t **at, uint16_t value) {
  memcpy(*at, &value, 2);
  *at += 2;
}
static void put32(uint8_t **at, uint32_t value) {
  memcpy(*at, &value, 4);
  *at += 4;
}
static uint16_t get16(const uint8_t *at) {
  uint16_t value;
  memcpy(&value, at, 2);
  return value;
}
static uint32_t get32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return value;
}

static uint8_t refuse(reply *out, uint8_t what, uint16_t index, int32_t value, int32_t limit) {
  uint8_t *at = out->payload;
  *at++ = what;
  put16(&at, index);
  put32(&at, (uint32_t)value);
  put32(&at, (uint32_t)limit);
  out->length = 11;
  return OUT_OF_RANGE;
}

/* Writes a frame's header; @return its length */
static uint8_t head_frame(uint8_t *frame, uint8_t payload, uint8_t operation, uint8_t status, uint16_t sequence) {
  header h = {PROTOCOL_VERSION, operation, status, sequence, session};
  memcpy(frame, &h, HEADER_BYTES);
  return HEADER_BYTES + payload;
}

static void send_frame(uint8_t *frame, uint8_t payload, uint8_t operation, uint8_t status, uint16_t sequence) {
  link_send(frame, head_frame(frame, payload, operation, status, sequence));
}

/*
 * Taps of the closed pots, two in three bytes: residual, the low halves of both taps, residual. Whoever knows where they stood
 * and that none has moved by more than seven taps has all of them.
 */
static uint8_t *put_short_taps(uint8_t *at) {
  uint8_t closed = 0, second = 0;
  for (uint8_t pot = 0; pot < POTS; pot++, closed >>= 1) {
    if ((pot & 7) == 0) closed = memory_closed_eight(pot >> 3);
    if (!(closed & 1)) continue;
    uint8_t tap = kept_pots[pot].tap, residual = (uint8_t)kept_pots[pot].residual;
    if (second) {
      *at++ |= tap << 4;
      *at++ = residual;
    } else {
      *at++ = residual;
      *at = tap & 15;
    }
    second = !second;
  }
  return second ? at + 1 : at;
}

static void send_acted(void) {
  if (!acted.taps_wanted) {
    link_send(acted.frame, acted.length);
    return;
  }
  memcpy(page, acted.frame, acted.length);
  link_send(page, put_short_taps(page + acted.length) - page);
}

static void send_event(uint8_t operation, uint8_t cause, uint8_t detail) {
  page[HEADER_BYTES] = cause;
  page[HEADER_BYTES + 1] = detail;
  send_frame(page, 2, operation, OK, 0);
}

static void make_safe(void) {
  network_rest();
  armed = 0;
  pending_update = 0;
  board_led(0);
}

static void describe(reply *out) {
  uint8_t *at = out->payload;
  *at++ = PROTOCOL_VERSION;
  *at++ = FIRMWARE_MAJOR;
  *at++ = FIRMWARE_MINOR;
  *at++ = FIRMWARE_PATCH;
  *at++ = PROFILE_ID;
  *at++ = INPUTS;
  *at++ = SOURCES;
  *at++ = HIDDEN;
  *at++ = OUTPUTS;
  *at++ = POTS;
  *at++ = TAP_MIN;
  *at++ = TAP_MAX;
  *at++ = PAYLOAD_MAX;
  *at++ = ACT_PAYLOAD_MAX;
  *at++ = RESISTANCE_OFFSET;
  *at++ = INPUTS_ARE_BINARY;
  put16(&at, INPUT_LIMIT_MV);
  put16(&at, (uint16_t)(BIAS_FIRST * BIAS_MV));
  put16(&at, NUDGE_LIMIT_MV);
  put16(&at, TARGET_LIMIT_MV);
  put32(&at, NUDGE_CONDUCTANCE_NS);
  put16(&at, boots);
  put32(&at, memory_pulses());
  put32(&at, memory_last_update());
  *at++ = reset_cause;
  *at++ = armed;
  *at++ = taps_at_start;
  put32(&at, cut_short);
  put32(&at, memory_hash());
  eeprom_read_block(at, EEPROM_SERIAL, SERIAL_BYTES);
  at += SERIAL_BYTES;
  static const char name[] = PROFILE_NAME;
  memcpy(at, name, sizeof name - 1);
  at += sizeof name - 1;
  out->length = at - out->payload;
}

static uint8_t do_status(reply *out) {
  uint8_t *at = out->payload;
  put32(&at, clock_ms());
  put16(&at, link_errors.crc_errors);
  put16(&at, link_errors.frame_errors);
  put16(&at, link_errors.overruns);
  put32(&at, memory_pulses());
  put32(&at, memory_last_update());
  put32(&at, pending_update);
  *at++ = next_chunk;
  *at++ = armed;
  *at++ = stopped;
  put16(&at, boots);
  put16(&at, (uint16_t)board_read_middle());
  out->length = at - out->payload;
  return OK;
}

static uint8_t do_arm(const uint8_t *in, uint8_t length, reply *out) {
  if (length != 3) return BAD_LENGTH;
  uint16_t ms = get16(in + 1);
  if (!in[0]) {
    make_safe();
    return OK;
  }
  if (stopped) return STOPPED;
  if (ms < 50) return refuse(out, Q_WATCHDOG, 0, ms, 50);
  watchdog_ms = ms;
  armed = 1;
  board_led(1);
  return OK;
}

static uint8_t do_configure(const uint8_t *in, uint8_t length, reply *out) {
  if (length != 6) return BAD_LENGTH;
  uint8_t inputs = in[0], outputs = in[1], reads = in[2];
  uint16_t settle = get16(in + 4);
  if (inputs < 1 || inputs > INPUTS) return refuse(out, Q_INPUT, 0, inputs, INPUTS);
  if (outputs < 1 || outputs > OUTPUTS) return refuse(out, Q_OUTPUTS, 0, outputs, OUTPUTS);
  if (reads != 1 && reads != 2 && reads != 4 && reads != 8 && reads != 16) return refuse(out, Q_READS, 0, reads, 16);
  if (settle < 1 || settle > 30000) return refuse(out, Q_SETTLE, 0, settle, 30000);
  settings.inputs = inputs;
  settings.outputs = outputs;
  settings.reads = reads;
  settings.options = in[3];
  settings.settle_us = settle;
  network_configure();
  return OK;
}

static uint8_t pot_range(const uint8_t *in, reply *out) {
  if (in[0] >= POTS) return refuse(out, Q_POT, in[0], in[0], POTS - 1);
  if (in[1] > POTS - in[0]) return refuse(out, Q_COUNT, in[0], in[1], POTS - in[0]);
  return OK;
}

static uint8_t do_read_taps(const uint8_t *in, uint8_t length, reply *out) {
  if (length != 2) return BAD_LENGTH;
  if (pot_range(in, out)) return OUT_OF_RANGE;
  if (in[1] > PAYLOAD_MAX / 3) return refuse(out, Q_COUNT, in[0], in[1], PAYLOAD_MAX / 3);
  uint8_t *at = out->payload;
  for (uint8_t i = 0; i < in[1]; i++) {
    *at++ = kept_pots[in[0] + i].tap;
    put16(&at, (uint16_t)kept_pots[in[0] + i].residual);
  }
  out->length = at - out->payload;
  return OK;
}

static uint8_t do_write_taps(const uint8_t *in, uint8_t length, reply *out) {
  if (length < 2 || length != 2 + 3 * (uint16_t)in[1]) return BAD_LENGTH;
  if (pot_range(in, out)) return OUT_OF_RANGE;
  for (uint8_t i = 0; i < in[1]; i++) {
    const uint8_t *entry = in + 2 + 3 * i;
    if (entry[0] < TAP_MIN) return refuse(out, Q_TAP, in[0] + i, entry[0], TAP_MIN);
    int16_t residual = (int16_t)get16(entry + 1);
    if (residual > 256 || residual < -256) return refuse(out, Q_TAP, in[0] + i, residual, 256);
  }
  for (uint8_t i = 0; i < in[1]; i++) {
    const uint8_t *entry = in + 2 + 3 * i;
    network_set_tap(in[0] + i, entry[0], (int16_t)get16(entry + 1));
  }
  return OK;
}

/* The taps are those behind update `id`. */
static void applied_update(uint32_t id) {
  memory_keep_last_update(id);
  memory_keep_moving_update(0);
  pending_update = 0;
  cut_short = 0;
}

static uint8_t check_update(uint32_t id, reply *out) {
  return id == 0 ? refuse(out, Q_UPDATE, 0, 0, 1) : OK;
}

#define REPORT_BYTES 10

/* Reply of everything that moves taps: applied, clipped nudges, taps moved, pots at a stop, hash of the taps. */
static void report_update(reply *out, uint8_t applied, uint8_t clipped, uint16_t moved, uint32_t hash) {
  uint8_t *at = out->payload;
  *at++ = applied;
  *at++ = clipped;
  put16(&at, moved);
  *at++ = network_at_edge();
  *at++ = 0;
  put32(&at, hash);
  out->length = REPORT_BYTES;
}

static uint8_t do_move_taps(const uint8_t *in, uint8_t length, reply *out) {
  if (length < 6 || length != 6 + 2 * (uint16_t)in[5]) return BAD_LENGTH;
  uint32_t id = get32(in);
  if (check_update(id, out) || pot_range(in + 4, out)) return OUT_OF_RANGE;
  for (uint8_t i = 0; i < in[5]; i++) {
    int16_t step = (int16_t)get16(in + 6 + 2 * i);
    if (step > 64 * 256 || step < -64 * 256) return refuse(out, Q_TAP, in[4] + i, step, 64 * 256);
  }
  uint16_t moved = 0;
  uint8_t fresh = id > memory_last_update();
  if (fresh) {
    memory_keep_moving_update(id);
    for (uint8_t i = 0; i < in[5]; i++) {
      if (memory_closed(in[4] + i)) moved += network_step(in[4] + i, (int16_t)get16(in + 6 + 2 * i));
    }
    applied_update(id);
  }
  report_update(out, fresh, 0, moved, memory_hash());
  return OK;
}

static uint8_t do_connect(const uint8_t *in, uint8_t length) {
  if (length != (POTS + 7) / 8) return BAD_LENGTH;
  for (uint8_t pot = 0; pot < POTS; pot++) network_connect(pot, (in[pot >> 3] >> (pot & 7)) & 1);
  return OK;
}

static uint8_t check_input(uint8_t i, int16_t mV, reply *out) {
  if (mV > INPUT_LIMIT_MV || mV < -INPUT_LIMIT_MV) return refuse(out, Q_INPUT, i, mV, INPUT_LIMIT_MV);
#if INPUTS_ARE_BINARY
  if (mV != INPUT_LIMIT_MV && mV != -INPUT_LIMIT_MV) return refuse(out, Q_INPUT, i, mV, INPUT_LIMIT_MV);
#endif
  return OK;
}

static uint8_t do_set_inputs(const uint8_t *in, uint8_t length, reply *out) {
  int16_t input[INPUTS] = {0}, nudge[OUTPUTS] = {0};
  if (length != 2 * (settings.inputs + settings.outputs)) return BAD_LENGTH;
  for (uint8_t i = 0; i < settings.inputs; i++) {
    input[i] = (int16_t)get16(in + 2 * i);
    if (check_input(i, input[i], out)) return OUT_OF_RANGE;
  }
  for (uint8_t k = 0; k < settings.outputs; k++) {
    nudge[k] = (int16_t)get16(in + 2 * (settings.inputs + k));
    if (nudge[k] > NUDGE_LIMIT_MV || nudge[k] < -NUDGE_LIMIT_MV) {
      return refuse(out, Q_NUDGE, k, nudge[k], NUDGE_LIMIT_MV);
    }
  }
  network_drive(input, nudge);
  return link_stop ? STOPPED : OK;
}

static uint8_t *put_nodes(uint8_t *at, const int16_t *reading, uint8_t hidden_too) {
  uint8_t from = hidden_too ? 0 : HIDDEN;
  uint8_t count = HIDDEN + settings.outputs - from;
  memcpy(at, reading + from, 2 * count);
  return at + 2 * count;
}

static uint8_t do_read_nodes(reply *out) {
  int16_t reading[NODES];
  network_read(reading, 1);
  out->length = put_nodes(out->payload, reading, 1) - out->payload;
  return link_stop ? STOPPED : OK;
}

static uint8_t example_bytes(void) { return 2 * (settings.inputs + settings.outputs); }

static void read_example(const uint8_t *in, example *drive) {
  memset(drive, 0, sizeof *drive);
  memcpy(drive->input_mV, in, 2 * settings.inputs);
  memcpy(drive->target_mV, in + 2 * settings.inputs, 2 * settings.outputs);
}

static uint8_t check_examples(const uint8_t *in, uint8_t count, reply *out) {
  example drive;
  for (uint8_t n = 0; n < count; n++) {
    read_example(in + n * example_bytes(), &drive);
    for (uint8_t i = 0; i < settings.inputs; i++) {
      if (check_input(i, drive.input_mV[i], out)) return OUT_OF_RANGE;
    }
    for (uint8_t k = 0; k < settings.outputs; k++) {
      int16_t mV = drive.target_mV[k];
      if (mV > TARGET_LIMIT_MV || mV < -TARGET_LIMIT_MV) return refuse(out, Q_TARGET, k, mV, TARGET_LIMIT_MV);
    }
  }
  return OK;
}

static uint8_t do_measure(const uint8_t *in, uint8_t length, reply *out) {
  if (length < 6 || length != 6 + in[1] * (uint16_t)example_bytes()) return BAD_LENGTH;
  uint8_t which = in[0] & 7, count = in[1];
  uint8_t nodes = 2 * (HIDDEN + settings.outputs);
  uint8_t each = 1 + ((which & PHASE_FREE_ALL) ? nodes : 0) + ((which & PHASE_FIRST) ? nodes : 0) +
                 ((which & PHASE_SECOND) ? nodes : 0);
  if (count > PAYLOAD_MAX / each) return refuse(out, Q_COUNT, 0, count, PAYLOAD_MAX / each);
  if (check_examples(in + 6, count, out)) return OUT_OF_RANGE;
  uint8_t *at = out->payload;
  for (uint8_t n = 0; n < count; n++) {
    example drive;
    phases seen;
    read_example(in + 6 + n * example_bytes(), &drive);
    if (!network_phases(&drive, which, (int16_t)get16(in + 2), (int16_t)get16(in + 4), &seen)) return STOPPED;
    *at++ = seen.clipped;
    if (which & PHASE_FREE_ALL) at = put_nodes(at, seen.free, 1);
    if (which & PHASE_FIRST) at = put_nodes(at, seen.first, 1);
    if (which & PHASE_SECOND) at = put_nodes(at, seen.second, 1);
  }
  out->length = at - out->payload;
  return OK;
}

/* update id, chunk, flags, count, clip, k first, k second, gain hidden, gain output; then examples. */
#define STEP_HEAD 20
#define STEP_LAST 1
#define STEP_OBSERVE_ALL 2
#define STEP_HASH 4
#define STEP_TAPS 8

static uint8_t do_step(const uint8_t *in, uint8_t length, reply *out) {
  if (length < STEP_HEAD || length != STEP_HEAD + in[6] * (uint16_t)example_bytes()) return BAD_LENGTH;
  uint32_t id = get32(in);
  uint8_t chunk = in[4], flags = in[5], count = in[6], clip = in[7];
  int16_t k_first = (int16_t)get16(in + 8), k_second = (int16_t)get16(in + 10);
  uint32_t gain_hidden = get32(in + 12), gain_output = get32(in + 16);
  uint8_t observe_all = flags & STEP_OBSERVE_ALL;
  uint8_t each = 2 * ((observe_all ? HIDDEN : 0) + settings.outputs);
  if (check_update(id, out)) return OUT_OF_RANGE;
  if (count > (ACT_PAYLOAD_MAX - REPORT_BYTES) / each) return refuse(out, Q_COUNT, 0, count, (ACT_PAYLOAD_MAX - REPORT_BYTES) / each);
  if (clip < 1 || clip > 64) return refuse(out, Q_CLIP, 0, clip, 64);
  if (gain_hidden > GAIN_MAX) return refuse(out, Q_GAIN, 0, (int32_t)gain_hidden, GAIN_MAX);
  if (gain_output > GAIN_MAX) return refuse(out, Q_GAIN, 1, (int32_t)gain_output, GAIN_MAX);
  if (check_examples(in + STEP_HEAD, count, out)) return OUT_OF_RANGE;
  uint8_t fresh = id > memory_last_update();
  if (fresh) {
    if (chunk == 0) {
      network_clear_contrast();
      pending_update = id;
      next_chunk = 0;
    } else if (id != pending_update || chunk != next_chunk) {
      return OUT_OF_ORDER;
    }
  }
  uint8_t clipped = 0;
  uint8_t *at = out->payload + REPORT_BYTES;
  for (uint8_t n = 0; n < count; n++) {
    example drive;
    phases seen;
    read_example(in + STEP_HEAD + n * example_bytes(), &drive);
    uint8_t which = PHASE_FIRST | PHASE_SECOND | (observe_all ? PHASE_FREE_ALL : 0);
    if (!network_phases(&drive, which, k_first, k_second, &seen)) {
      pending_update = 0;
      return STOPPED;
    }
    if (fresh) network_accumulate(&drive, &seen);
    clipped += seen.clipped;
    at = put_nodes(at, seen.free, observe_all);
  }
  uint16_t moved = 0;
  uint8_t applied = 0;
  if (fresh) {
    next_chunk++;
    if (flags & STEP_LAST) {
      moved = network_apply(id, gain_hidden, gain_output, clip);
      applied_update(id);
      applied = 1;
    }
  }
  acted.taps_wanted = (flags & STEP_LAST) && (flags & STEP_TAPS);
  report_update(out, applied, clipped, moved, flags & STEP_HASH ? memory_hash() : 0);
  out->length = at - out->payload;
  return OK;
}

static uint8_t do_read_contrast(const uint8_t *in, uint8_t length, reply *out) {
  if (length != 2) return BAD_LENGTH;
  if (pot_range(in, out)) return OUT_OF_RANGE;
  if (in[1] > PAYLOAD_MAX / 4) return refuse(out, Q_COUNT, in[0], in[1], PAYLOAD_MAX / 4);
  uint8_t *at = out->payload;
  for (uint8_t i = 0; i < in[1]; i++) put32(&at, (uint32_t)contrasts[in[0] + i]);
  out->length = at - out->payload;
  return OK;
}

/* Operations that change something: executed at most once, reply kept. */
static uint8_t acts(uint8_t operation) {
  switch (operation) {
    case OP_ARM:
    case OP_CONFIGURE:
    case OP_SET_UPDATE:
    case OP_SET_SERIAL:
    case OP_WRITE_TAPS:
    case OP_MOVE_TAPS:
    case OP_CONNECT:
    case OP_SET_INPUTS:
    case OP_STEP:
      return 1;
    default:
      return 0;
  }
}

/* Operations that need an armed board: whatever drives the network or moves a tap. */
static uint8_t needs_arming(uint8_t operation) {
  return operation >= OP_WRITE_TAPS && operation != OP_READ_NODES && operation != OP_READ_CONTRAST;
}

static uint8_t perform(uint8_t operation, const uint8_t *in, uint8_t length, reply *out) {
  switch (operation) {
    case OP_PING:
      memcpy(out->payload, in, length);
      out->length = length;
      return OK;
    case OP_ARM:
      return do_arm(in, length, out);
    case OP_STATUS:
      return do_status(out);
    case OP_CONFIGURE:
      return do_configure(in, length, out);
    case OP_SET_UPDATE:
      if (length != 4) return BAD_LENGTH;
      applied_update(get32(in));
      return OK;
    case OP_SET_SERIAL:
      if (length != SERIAL_BYTES) return BAD_LENGTH;
      eeprom_update_block(in, EEPROM_SERIAL, SERIAL_BYTES);
      return OK;
    case OP_READ_TAPS:
      return do_read_taps(in, length, out);
    case OP_WRITE_TAPS:
      return do_write_taps(in, length, out);
    case OP_MOVE_TAPS:
      return do_move_taps(in, length, out);
    case OP_CONNECT:
      return do_connect(in, length);
    case OP_SET_INPUTS:
      return do_set_inputs(in, length, out);
    case OP_READ_NODES:
      return do_read_nodes(out);
    case OP_MEASURE:
      return do_measure(in, length, out);
    case OP_STEP:
      return do_step(in, length, out);
    case OP_READ_CONTRAST:
      return do_read_contrast(in, length, out);
    default:
      return UNKNOWN_OPERATION;
  }
}

static void handle(const uint8_t *frame, uint8_t length, uint32_t crc) {
  header h;
  memcpy(&h, frame, HEADER_BYTES);
  const uint8_t *payload = frame + HEADER_BYTES;
  uint8_t payload_length = length - HEADER_BYTES;
  reply out = {0, page + HEADER_BYTES};
  uint8_t status = OK;

  if (h.operation == OP_STOP) {
    make_safe();
    stopped = 1;
  } else if (h.version != PROTOCOL_VERSION) {
    out.payload[0] = PROTOCOL_VERSION;
    out.length = 1;
    status = OTHER_VERSION;
  } else if (h.operation == OP_HELLO) {
    if (h.session != session) {
      make_safe();
      session = h.session;
      stopped = 0;
      acted.valid = 0;
      newest = h.sequence;
    }
    describe(&out);
  } else if (h.session != session) {
    status = OTHER_SESSION;
  } else {
    fed_at = clock_ms();
    uint8_t newer = (int16_t)(h.sequence - newest) > 0;
    if (newer) {
      newest = h.sequence;
    } else if (acts(h.operation)) {
      if (acted.valid && acted.sequence == h.sequence && acted.operation == h.operation && acted.crc == crc) {
        link_release();
        send_acted();
        return;
      }
      status = STALE;
    }
    if (status == OK) {
      if (acts(h.operation)) {
        acted.valid = 0;
        acted.taps_wanted = 0;
        out.payload = acted.frame + HEADER_BYTES;
      }
      board_fault = 0;
      if (needs_arming(h.operation) && !armed)
        status = stopped ? STOPPED : DISARMED;
      else
        status = perform(h.operation, payload, payload_length, &out);
      if (status == OK && board_fault) {
        status = HARDWARE;
        out.length = 0;
      }
      if (status != OK && status != OUT_OF_RANGE) out.length = 0;
      fed_at = clock_ms();
      link_release();
      if (!acts(h.operation)) {
        send_frame(page, out.length, h.operation | REPLY, status, h.sequence);
        return;
      }
      acted.valid = 1;
      acted.operation = h.operation;
      acted.sequence = h.sequence;
      acted.crc = crc;
      acted.length = head_frame(acted.frame, out.length, h.operation | REPLY, status, h.sequence);
      if (status != OK) acted.taps_wanted = 0;
      send_acted();
      return;
    }
  }
  link_release();
  send_frame(page, out.length, h.operation | REPLY, status, h.sequence);
}

void protocol_init(uint8_t cause, uint8_t taps) {
  reset_cause = cause;
  taps_at_start = taps;
  cut_short = memory_moving_update();
  if (cut_short == memory_last_update()) cut_short = 0;
  memory_keep_moving_update(0);
  boots = eeprom_read_word(EEPROM_BOOTS);
  if (boots == 0xffff) boots = 0;
  eeprom_update_word(EEPROM_BOOTS, ++boots);
  send_event(EVENT_BOOT, cause, taps);
}

void protocol_poll(void) {
  /* Zeros that come while it is being made safe are obeyed before the frame behind them, which may begin a new session. */
  while (link_stop) {
    link_stop = 0;
    make_safe();
    stopped = 1;
    send_event(EVENT_SAFE, SAFE_STOP, 0);
  }
  /* Both times may be a tick old: never later than was asked for. */
  if (armed && clock_ms() - fed_at + 2 * TICK_MS > watchdog_ms) {
    make_safe();
    send_event(EVENT_SAFE, SAFE_WATCHDOG, 0);
  }
  uint8_t length;
  uint32_t crc;
  const uint8_t *frame = link_frame(&length, &crc);
  if (frame) handle(frame, length, crc);
}
