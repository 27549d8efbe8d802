/* The learning network: taps and what they have learned so far, phases, updates. */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdint.h>

#include "board.h"

/* How a nudged phase and an update are done; set by CONFIGURE. */
typedef struct {
  uint16_t settle_us;
  uint8_t reads;
  uint8_t options;
  /* The first so many inputs and outputs are in use; pots of the others are open and nobody reads them. */
  uint8_t inputs;
  uint8_t outputs;
} network_settings;
#define OPTION_ONE_SIDED 1
/* The answer is the difference of outputs 0 and 1: its error nudges both, one up and one down. */
#define OPTION_DIFFERENCE 2

/* One example; what is not in use stays 0. */
typedef struct {
  int16_t input_mV[INPUTS];
  int16_t target_mV[OUTPUTS];
} example;

/* Readings of the three phases of one example, 1/8 mV. */
typedef struct {
  int16_t free[NODES];
  int16_t first[NODES];
  int16_t second[NODES];
  uint8_t clipped;
} phases;
#define PHASE_FREE_ALL 1 /* read the hidden nodes in the free phase too */
#define PHASE_FIRST 2
#define PHASE_SECOND 4

extern network_settings settings;
/* Of every pot: sum over the examples of the update under way, 4e-6 V^2. */
extern int32_t contrasts[POTS];

/* What a start found and did. */
enum taps_at_start {
  TAPS_POWER_ON = 0,     /* set to TAP_POWER_ON */
  TAPS_KEPT = 1,         /* as they were; no wiper was touched */
  TAPS_WRITTEN_AGAIN = 2 /* as they were; a bootloader hides why the board started, so every wiper was told its tap again */
};
/* Only a supply that went away or sank moves a wiper. */
uint8_t network_init(uint8_t reset_cause);
/* Inputs and nudges to 0, at once. */
void network_rest(void);
/* Drives inputs and nudges, waits until the network has settled. */
void network_drive(const int16_t *input_mV, const int16_t *nudge_mV);
/* Reads the nodes in use, hidden ones too if asked. */
void network_read(int16_t *reading, uint8_t hidden_too);
/* Opens the pots of inputs and outputs that are not in use and closes the others. */
void network_configure(void);
/* Settles the phases asked for and comes back to no nudge; 0 if the emergency stop cut it short. */
uint8_t network_phases(const example *drive, uint8_t which, int16_t k_first, int16_t k_second, phases *out);
void network_clear_contrast(void);
void network_accumulate(const example *drive, const phases *seen);
/* Applies the contrast as update `id`: gain of the pots into hidden nodes and of those into outputs. Returns tap steps given. */
uint16_t network_apply(uint32_t id, uint32_t gain_hidden, uint32_t gain_output, uint8_t clip);
/* Gives one pot a step of `step` / 256 tap; returns whole taps moved. */
uint8_t network_step(uint8_t pot, int16_t step);
void network_set_tap(uint8_t pot, uint8_t tap, int16_t residual);
void network_connect(uint8_t pot, uint8_t on);
/* Connected pots at either stop. */
uint8_t network_at_edge(void);

#endif
