/* The published 6-2-2 XOR board (emersonmde/eqprop): two switched inputs, antiparallel diodes, current pumps. */
#ifndef BOARD_XOR_NANO_H
#define BOARD_XOR_NANO_H

#define PROFILE_ID 2
#define PROFILE_NAME "xor-nano"
#define INPUTS 2
#define SOURCES 6
#define HIDDEN 2
#define OUTPUTS 2
#define POTS 16

/* Inputs are switched between the two rails, 5 V * 8.2 k / 41.2 k and its mirror: 1.505 V either side of 2.5 V. */
#define INPUT_LIMIT_MV 1505
#define BIAS_MV 1505
/* Sign of the first bias source: the low rail comes first. */
#define BIAS_FIRST -1
#define NUDGE_LIMIT_MV 1500
#define TARGET_LIMIT_MV 1000
#define TAP_MIN 1
/* 1.21 kohm in series with every pot, and 75 ohm of wiper. */
#define RESISTANCE_OFFSET 16
#define SETTLE_DEFAULT_US 400
#define READS_DEFAULT 1
/* What a nudge of 1 V injects, nS: 1 / 1 Mohm. */
#define NUDGE_CONDUCTANCE_NS 1000UL
#define INPUTS_ARE_BINARY 1

#endif
