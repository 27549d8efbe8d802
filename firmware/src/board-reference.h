/* The reference board: 4 inputs, each as a pair of sources, a pair of bias sources, 6 hidden nodes, 3 outputs. */
#ifndef BOARD_REFERENCE_H
#define BOARD_REFERENCE_H

#define PROFILE_ID 1
#define PROFILE_NAME "reference"
#define INPUTS 4
#define SOURCES 10
#define HIDDEN 6
#define OUTPUTS 3
#define POTS 84

#define INPUT_LIMIT_MV 1750
#define BIAS_MV 1750
/* Sign of the first bias source. */
#define BIAS_FIRST 1
#define NUDGE_LIMIT_MV 2000
#define TARGET_LIMIT_MV 1000
/* Below tap 4 a pot would pass more than its rated current. */
#define TAP_MIN 4
/* R / 10 kohm = (5 tap + RESISTANCE_OFFSET) / 128: 75 ohm of wiper against 390.6 ohm a tap. */
#define RESISTANCE_OFFSET 1
#define SETTLE_DEFAULT_US 200
#define READS_DEFAULT 8
/* What a nudge of 1 V injects, nS: 1 / 22 kohm. */
#define NUDGE_CONDUCTANCE_NS 45455UL
#define INPUTS_ARE_BINARY 0

#endif
