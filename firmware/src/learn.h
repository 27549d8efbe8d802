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

/* a b, without the call that the compiler would make. */
static inline uint32_t product(uint16_t a, uint16_t b) {
#ifdef __AVR__
  uint32_t result;
  uint8_t zero = 0;
  __asm__(
    "mul %A1, %A2\n\t"
    "movw %A0, r0\n\t"
    "mul %B1, %B2\n\t"
    "movw %C0, r0\n\t"
    "mul %A1, %B2\n\t"
    "add %B0, r0\n\t"
    "adc %C0, r1\n\t"
    "adc %D0, %3\n\t"
    "mul %B1, %A2\n\t"
    "add %B0, r0\n\t"
    "adc %C0, r1\n\t"
    "adc %D0, %3\n\t"
    "clr r1"
    : "=&r"(result)
    : "r"(a), "r"(b), "r"(zero)
    : "r0");
  return result;
#else
  return (uint32_t)a * b;
#endif
}

/* (second^2 - first^2) / 256, rounded, of two voltage drops in 1/8 mV: one unit is 4e-6 V^2. */
static inline int32_t contrast(int16_t first, int16_t second) {
#ifdef __AVR__
  /* Squares as low^2 + 2^16 high^2 + 2^9 high low. `fmulsu` doubles high low, and leaves its sign as the carry. */
  int32_t result;
  uint8_t zero = 0;
  __asm__(
    "mul %A2, %A2\n\t"
    "movw %A0, r0\n\t"
    "muls %B2, %B2\n\t"
    "movw %C0, r0\n\t"
    "fmulsu %B2, %A2\n\t"
    "sbc %D0, %3\n\t"
    "add %B0, r0\n\t"
    "adc %C0, r1\n\t"
    "adc %D0, %3\n\t"
    "mul %A1, %A1\n\t"
    "sub %A0, r0\n\t"
    "sbc %B0, r1\n\t"
    "sbc %C0, %3\n\t"
    "sbc %D0, %3\n\t"
    "muls %B1, %B1\n\t"
    "sub %C0, r0\n\t"
    "sbc %D0, r1\n\t"
    "fmulsu %B1, %A1\n\t"
    "adc %D0, %3\n\t"
    "sub %B0, r0\n\t"
    "sbc %C0, r1\n\t"
    "sbc %D0, %3\n\t"
    "clr r1\n\t"
    /* Half of 256 is bit 7. */
    "lsl %A0\n\t"
    "adc %B0, %3\n\t"
    "adc %C0, %3\n\t"
    "adc %D0, %3\n\t"
    "mov %A0, %B0\n\t"
    "mov %B0, %C0\n\t"
    "mov %C0, %D0\n\t"
    "clr %D0\n\t"
    "sbrc %C0, 7\n\t"
    "dec %D0"
    : "=&r"(result)
    : "a"(first), "a"(second), "r"(zero)
    : "r0");
  return result;
#else
  return ((int32_t)second * second - (int32_t)first * first + 128) >> 8;
#endif
}

/* Step in 1/256 tap = contrast * gain * (5 tap + offset) / 2^32, rounded, limited to +-clip taps. */
int16_t tap_step(int32_t contrast_sum, uint32_t gain, uint8_t tap, uint8_t offset, uint8_t clip);

/* Adds a step to the residual, moves the tap by the rounded residual and keeps the rest; a stop clears it. */
uint8_t move_tap(uint8_t tap, int16_t *residual, int16_t step, uint8_t tap_min, uint8_t tap_max);

#endif
