/* The board protocol, version 2: see PROTOCOL.md. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <stdint.h>

#define PROTOCOL_VERSION 2
#define FIRMWARE_MAJOR 2
#define FIRMWARE_MINOR 1
#define FIRMWARE_PATCH 0

enum operation {
  OP_HELLO = 0x01,
  OP_PING = 0x02,
  OP_ARM = 0x03,
  OP_STOP = 0x04,
  OP_STATUS = 0x05,
  OP_CONFIGURE = 0x06,
  OP_SET_UPDATE = 0x07,
  OP_SET_SERIAL = 0x08,
  OP_READ_TAPS = 0x10,
  OP_WRITE_TAPS = 0x11,
  OP_MOVE_TAPS = 0x12,
  OP_CONNECT = 0x13,
  OP_SET_INPUTS = 0x20,
  OP_READ_NODES = 0x21,
  OP_MEASURE = 0x22,
  OP_STEP = 0x23,
  OP_READ_CONTRAST = 0x24,
  EVENT_BOOT = 0xc0,
  EVENT_SAFE = 0xc1,
};
#define REPLY 0x80

enum status {
  OK = 0,
  UNKNOWN_OPERATION = 1,
  BAD_LENGTH = 2,
  OUT_OF_RANGE = 3,
  DISARMED = 4,
  OTHER_SESSION = 5,
  OUT_OF_ORDER = 6,
  OTHER_VERSION = 7,
  STOPPED = 8,
  STALE = 9,
  HARDWARE = 10,
};

/* What was out of range. */
enum quantity {
  Q_POT = 1,
  Q_TAP = 2,
  Q_INPUT = 3,
  Q_NUDGE = 4,
  Q_TARGET = 5,
  Q_COUNT = 6,
  Q_GAIN = 7,
  Q_CLIP = 8,
  Q_READS = 9,
  Q_SETTLE = 10,
  Q_WATCHDOG = 11,
  Q_UPDATE = 12,
  Q_OUTPUTS = 13,
};

/* Why the board made itself safe. */
enum safe_cause { SAFE_WATCHDOG = 1, SAFE_STOP = 2 };

/* Payload of the longest reply that is kept for a retry. */
#define ACT_PAYLOAD_MAX 108

/* @param taps what network_init said of them */
void protocol_init(uint8_t reset_cause, uint8_t taps);
/* Handles what has arrived and what time demands; returns at once. */
void protocol_poll(void);

#endif
