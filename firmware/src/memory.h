/*
 * What a board remembers through a reset that leaves its supply alone: RAM that no start clears, under a checksum. A reset in
 * the middle of a change leaves either the old or the new, never half of it.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

#include "board.h"

/* A potentiometer: where its wiper stands, and what is left of a step until it makes another tap, 1/256 tap. */
typedef struct __attribute__((packed)) {
  uint8_t tap;
  int16_t residual;
} kept_pot;

/* Of the pots in the order of the board: what `read taps` sends and what the hash is over. */
extern const kept_pot *const kept_pots;

/* Whether what lies there was written by this firmware and is whole. A change that a reset cut short is carried out. */
uint8_t memory_is_whole(void);
/* Forgets everything: taps at TAP_POWER_ON, every pot closed, no update. */
void memory_clear(void);

/* Two steps, with the writing of the wiper between them: a reset there has the wiper written again. */
void memory_intend_pot(uint8_t pot, uint8_t tap, int16_t residual);
void memory_keep_pot(void);
/* Pot of a change that a reset cut short, or POTS. */
uint8_t memory_interrupted_pot(void);
/* A reset came while a terminal was opened or closed: all count as closed, and are to be written. */
uint8_t memory_lost_closed(void);

uint8_t memory_closed(uint8_t pot);
/* Of pots 8 group to 8 group + 7, a bit each, the first lowest: for loops over all pots. */
uint8_t memory_closed_eight(uint8_t group);
void memory_keep_closed(uint8_t pot, uint8_t on);

uint32_t memory_last_update(void);
void memory_keep_last_update(uint32_t id);
/* The update whose taps are being moved, 0 for none. */
uint32_t memory_moving_update(void);
void memory_keep_moving_update(uint32_t id);

/* Tap steps given. */
uint32_t memory_pulses(void);
void memory_add_pulses(uint8_t taps);

/* CRC-32 of tap u8 and residual i16 of every pot, in order. */
uint32_t memory_hash(void);

#endif
