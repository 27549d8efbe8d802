#include "learn.h"

int16_t output_error(int16_t target, int16_t output, uint8_t one_sided) {
  int16_t error = target - output;
  if (one_sided && ((target > 0 && error < 0) || (target < 0 && error > 0))) return 0;
  return error;
}

int16_t nudge_mV(int16_t error, int16_t k_256, int16_t limit_mV, uint8_t *clipped) {
  /* 1/8 mV times 1/256 is 1/2048 mV. */
  int32_t nudge = ((int32_t)error * k_256 + 1024) >> 11;
  if (nudge > limit_mV) {
    *clipped = 1;
    return limit_mV;
  }
  if (nudge < -limit_mV) {
    *clipped = 1;
    return -limit_mV;
  }
  return (int16_t)nudge;
}

/* (a b + 2^31) / 2^32 of 32 bits each: the compiler would call a product of 64. */
static uint32_t rounded_high(uint32_t a, uint32_t b) {
  uint16_t a_low = (uint16_t)a, b_low = (uint16_t)b;
  uint16_t a_high = (uint16_t)(a >> 16), b_high = (uint16_t)(b >> 16);
  /* `middle` counts 2^16, half of 2^32 included: it does not overflow, nor does what is added to it below. */
  uint32_t high = 0, middle = (product(a_low, b_low) >> 16) + 0x8000;
  uint32_t part = product(a_low, b_high);
  if (a_high) {
    high = product(a_high, b_high) + (part >> 16);
    middle += (uint16_t)part;
    part = product(a_high, b_low);
    high += part >> 16;
    middle += (uint16_t)part;
  } else {
    middle += part;
  }
  return high + (middle >> 16);
}

int16_t tap_step(int32_t contrast_sum, uint32_t gain, uint8_t tap, uint8_t offset, uint8_t clip) {
  uint16_t resistance = 5 * (uint16_t)tap + offset;
  uint32_t scale = product((uint16_t)gain, resistance) + ((uint32_t)(uint16_t)product(gain >> 16, resistance) << 16);
  int16_t limit = (int16_t)((uint16_t)clip << 8);
  uint8_t negative = contrast_sum < 0;
  uint32_t magnitude = negative ? (uint32_t)-contrast_sum : (uint32_t)contrast_sum;
  uint32_t step = rounded_high(magnitude, scale);
  if (step > (uint16_t)limit) step = (uint16_t)limit;
  return negative ? -(int16_t)step : (int16_t)step;
}

uint8_t move_tap(uint8_t tap, int16_t *residual, int16_t step, uint8_t tap_min, uint8_t tap_max) {
  int16_t sum = *residual + step;
  int16_t taps = (sum + 128) >> 8;
  int16_t moved = (int16_t)tap + taps;
  if (moved < tap_min || moved > tap_max) {
    *residual = 0;
    return moved < tap_min ? tap_min : tap_max;
  }
  *residual = sum - (taps << 8);
  return (uint8_t)moved;
}
