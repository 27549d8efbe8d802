/*
 * What a board profile gives to the rest of the firmware: the shape of its network and the few acts that
 * depend on its parts. One profile is compiled in (PROFILE_REFERENCE or PROFILE_XOR_NANO).
 *
 * Voltages are 16-bit integers. "Readings" are in 1/8 mV above the board's middle potential, drives in mV above it.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

#if defined(PROFILE_REFERENCE)
#include "board-reference.h"
#elif defined(PROFILE_XOR_NANO)
#include "board-xor-nano.h"
#else
#error "compile with -DPROFILE_REFERENCE or -DPROFILE_XOR_NANO"
#endif

#define NODES (HIDDEN + OUTPUTS)
/* Places in a vector of potentials: sources first, then hidden nodes, then outputs. */
#define PLACES (SOURCES + NODES)
#define TAP_MAX 255
#define TAP_POWER_ON 128

/* Pot e joins place `from` (a source or a hidden node) to place `to`. In flash. */
typedef struct {
  uint8_t from;
  uint8_t to;
} edge;
extern const edge edges[POTS];

/* Pins, converters at rest. No pot is touched. */
void board_init(void);
/* Where the board can: every pot as its supply coming on leaves it. */
void board_reset_pots(void);
/* Programs the inputs' sources (not yet visible where the parts can hold them back). */
void board_set_inputs(const int16_t *input_mV);
/* Programs the nudges. */
void board_set_nudges(const int16_t *nudge_mV);
/* Lets everything programmed so far appear at the same time. */
void board_latch(void);
/* The middle potential against the converter's own middle, 1/8 mV. */
int16_t board_read_middle(void);
/* Mean of `reads` conversions of a node, 1/8 mV above the middle. */
int16_t board_read_node(uint8_t node, uint8_t reads);
void board_write_tap(uint8_t pot, uint8_t tap);
/*
 * Opens or closes the terminals of pots 2 pair (bit 0 of `closed`) and 2 pair + 1 (bit 1), which share a register: an open pot
 * is an exact zero conductance.
 */
void board_connect(uint8_t pair, uint8_t closed);
void board_led(uint8_t on);
/* Set when a part did not answer; whoever reports it clears it. */
extern uint8_t board_fault;

#endif
