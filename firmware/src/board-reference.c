#ifdef PROFILE_REFERENCE
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <util/delay.h>

#include "board.h"
#include "clock.h"
#include "spi.h"

/* Two 74HC154: address on PC0..PC3, bank 0 enabled by PC4 low, bank 1 by PC5 low. */
#define DESELECTED 0x30
#define CHIP_DAC 21 /* bank 1, outputs 5..11 */
#define CHIP_ADC 28 /* bank 1, outputs 12, 13 */
#define LDAC PB2
#define POT_RESET PD4
#define LED PD3
#define MIDDLE_COUNT 2048

uint8_t board_fault;

static void select(uint8_t chip) {
  uint8_t address = chip & 15;
  PORTC = DESELECTED | address; /* the address first, so that no other output flickers */
  PORTC = (chip < 16 ? 0x20 : 0x10) | address;
}

static void deselect(void) { PORTC |= DESELECTED; }

/* Hidden node j from every source, then output o from every hidden node and the two bias sources. */
#define HIDDEN_NODE(j) {0, 10 + j}, {1, 10 + j}, {2, 10 + j}, {3, 10 + j}, {4, 10 + j}, \
  {5, 10 + j}, {6, 10 + j}, {7, 10 + j}, {8, 10 + j}, {9, 10 + j}
#define OUTPUT_NODE(o) {10, 16 + o}, {11, 16 + o}, {12, 16 + o}, {13, 16 + o}, {14, 16 + o}, {15, 16 + o}, \
  {8, 16 + o}, {9, 16 + o}
const edge edges[POTS] PROGMEM = {
  HIDDEN_NODE(0), HIDDEN_NODE(1), HIDDEN_NODE(2), HIDDEN_NODE(3), HIDDEN_NODE(4), HIDDEN_NODE(5),
  OUTPUT_NODE(0), OUTPUT_NODE(1), OUTPUT_NODE(2),
};

static void dac(uint8_t chip, uint8_t channel_b, int16_t mV) {
  select(CHIP_DAC + chip);
  dac_write(channel_b, (uint16_t)(MIDDLE_COUNT + mV));
  deselect();
}

void board_init(void) {
  PORTC = DESELECTED;
  DDRC = 0x3f;
  PORTB = _BV(LDAC);
  DDRB = _BV(LDAC) | _BV(PB3) | _BV(PB5);
  /* High before it is an output: a start is no reset of the pots. */
  PORTD |= _BV(POT_RESET);
  DDRD |= _BV(POT_RESET) | _BV(LED);
  spi_init();
  spi_fast();
  static const int16_t rest[INPUTS];
  board_set_inputs(rest);
  board_set_nudges(rest);
  dac(4, 0, BIAS_MV);
  dac(4, 1, -BIAS_MV);
  dac(6, 1, 0); /* the middle potential */
  board_latch();
}

void board_reset_pots(void) {
  PORTD &= ~_BV(POT_RESET);
  _delay_us(5);
  PORTD |= _BV(POT_RESET);
}

void board_set_inputs(const int16_t *input_mV) {
  spi_fast();
  for (uint8_t i = 0; i < INPUTS; i++) {
    dac(i, 0, input_mV[i]);
    dac(i, 1, -input_mV[i]);
  }
}

void board_set_nudges(const int16_t *nudge_mV) {
  spi_fast();
  dac(5, 0, nudge_mV[0]);
  dac(5, 1, nudge_mV[1]);
  dac(6, 0, nudge_mV[2]);
}

void board_latch(void) {
  PORTB &= ~_BV(LDAC);
  PORTB |= _BV(LDAC);
}

static uint16_t convert(uint8_t adc, uint8_t channel) {
  select(CHIP_ADC + adc);
  spi_byte(0x06 | (channel >> 2));
  uint8_t high = spi_byte((uint8_t)(channel << 6));
  uint8_t low = spi_byte(0);
  deselect();
  return ((uint16_t)(high & 15) << 8) | low;
}

static int16_t read(uint8_t adc, uint8_t channel, uint8_t reads) {
  uint16_t eighths = 0; /* 16 reads of 12 bits just fit */
  spi_slow();
  for (uint8_t i = 0; i < reads; i++) eighths += convert(adc, channel);
  if (reads == 16) eighths = (eighths + 1) >> 1;
  for (uint8_t have = reads; have < 8; have <<= 1) eighths <<= 1;
  return (int16_t)(eighths - 8 * MIDDLE_COUNT);
}

int16_t board_read_node(uint8_t node, uint8_t reads) {
  return node < HIDDEN ? read(0, node, reads) : read(1, node - HIDDEN, reads);
}

int16_t board_read_middle(void) { return read(1, 3, 8); }

void board_write_tap(uint8_t pot, uint8_t tap) {
  static const uint8_t wiper[4] = {0x0, 0x1, 0x6, 0x7};
  spi_fast();
  select(pot >> 2);
  pot_write(wiper[pot & 3], tap);
  deselect();
}

void board_connect(uint8_t pair, uint8_t closed) {
  uint8_t tcon = 0xff;
  /* The W bit of the even pot is bit 1, that of the odd pot bit 5. */
  if (!(closed & 1)) tcon &= ~0x02;
  if (!(closed & 2)) tcon &= ~0x20;
  spi_fast();
  select(pair >> 1);
  pot_write(pair & 1 ? POT_TCON1 : POT_TCON0, 0x100 | tcon);
  deselect();
}

void board_led(uint8_t on) {
  if (on)
    PORTD |= _BV(LED);
  else
    PORTD &= ~_BV(LED);
}
#endif
