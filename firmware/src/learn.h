/* The arithmetic of learning: integers only, no hardware. The host has the same in devices/boards/tap-rule.ts. */
#ifndef LEARN_H
#define LEARN_H

#include <stdint.h>

/* Largest gain: with a tap of 255 the product gain * (5 tap + offset) still fits 32 bits. */
#define GAIN_MAX 3300000UL

/* Error of one output held against its target, 1/8 mV; one-sided: none once the output is past its target. */
int16_t output_error(int16_t target, int16_t output, uint8_t one_sided);

/* Nudge in mV = k * error, k in 1/256, limited to +-limit_mV; *clipped is set when the limit was met. */
int16_t nudge_mV(int16_t error, int16_t k_256, int16_t limit_mV, uint8_t *clipped);

/* Square of a voltage drop. */
static inline uint32_t square(int16_t value) {
  uint16_t size = value < 0 ? -(uint16_t)value : (uint16_t)value;
#ifdef __AVR__
  /* low^2 + 2^16 high^2 + 2^9 high low: the compiler would call a full 32-bit product. */
  uint32_t product;
  uint8_t zero = 0;
  __asm__(
    "mul %A1, %A1\n\t"
    "movw %A0, r0\n\t"
    "mul %B1, %B1\n\t"
    "movw %C0, r0\n\t"
    "mul %A1, %B1\n\t"
    "add %B0, r0\n\t"
    "adc %C0, r1\n\t"
    "adc %D0, %2\n\t"
    "add %B0, r0\n\t"
    "adc %C0, r1\n\t"
    "adc %D0, %2\n\t"
    "clr r1"
    : "=&r"(product)
    : "r"(size), "r"(zero)
    : "r0");
  return product;
#else
  return (uint32_t)size * size;
#endif
}

/* (second^2 - first^2) / 256, rounded, of two voltage drops in 1/8 mV: one unit is 4e-6 V^2. */
static inline int32_t contrast(int16_t first, int16_t second) {
  return (int32_t)(square(second) - square(first) + 128) >> 8;
}

/* Step in 1/256 tap = contrast * gain * (5 tap + offset) / 2^32, rounded, limited to +-clip taps. */
int16_t tap_step(int32_t contrast_sum, uint32_t gain, uint8_t tap, uint8_t offset, uint8_t clip);

/* Adds a step to the residual, moves the tap by the rounded residual and keeps the rest; a stop clears it. */
uint8_t move_tap(uint8_t tap, int16_t *residual, int16_t step, uint8_t tap_min, uint8_t tap_max);

#endif
