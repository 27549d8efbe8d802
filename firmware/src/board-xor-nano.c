#ifdef PROFILE_XOR_NANO
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <util/twi.h>

#include "board.h"
#include "clock.h"
#include "link.h"
#include "spi.h"

#define MUX_A PD2
#define MUX_B PD3
#define DAC_SELECT PB1 /* D9; its LDAC is tied low */
/* The pump gives no current when its control sits at the middle potential, 2.5 V. */
#define NO_CURRENT_COUNT 2500
/* ADS1115: single shot, +-6.144 V, 860 samples a second, no comparator. */
#define ADC_ADDRESS 0x48
#define ADC_CONFIG_HIGH(channel) (0xc1 | ((channel) << 4))
#define ADC_CONFIG_LOW 0xe3
#define ADC_CONVERSION_US 1300
/* 2.5 V in counts of 187.5 uV. */
#define ADC_MIDDLE 13333

uint8_t board_fault;

/* Chip selects D4 D5 D6 D7 D8 D10 A2 A3, active low. */
static void select(uint8_t chip, uint8_t on) {
  static const uint8_t pin[8] = {PD4, PD5, PD6, PD7, PB0, PB2, PC2, PC3};
  volatile uint8_t *port = chip < 4 ? &PORTD : chip < 6 ? &PORTB : &PORTC;
  uint8_t bit = (uint8_t)(1 << pin[chip]);
  if (on)
    *port &= ~bit;
  else
    *port |= bit;
}

/* W1..W16 of the schematic: every source to h1, h2, then every hidden node to y+, y-. */
const edge edges[POTS] PROGMEM = {
  {0, 6}, {0, 7}, {1, 6}, {1, 7}, {2, 6}, {2, 7}, {3, 6}, {3, 7}, {4, 6}, {4, 7}, {5, 6}, {5, 7},
  {6, 8}, {6, 9}, {7, 8}, {7, 9},
};

void board_init(void) {
  PORTD |= 0xf0;
  DDRD |= 0xf0 | _BV(MUX_A) | _BV(MUX_B);
  PORTB |= _BV(PB0) | _BV(PB1) | _BV(PB2);
  DDRB = _BV(PB0) | _BV(PB1) | _BV(PB2) | _BV(PB3) | _BV(PB5);
  PORTC |= _BV(PC2) | _BV(PC3);
  DDRC = _BV(PC2) | _BV(PC3);
  spi_fast();
  TWSR = 0;
  TWBR = (F_CPU / 400000UL - 16) / 2;
  static const int16_t rest[INPUTS];
  board_set_inputs(rest);
  board_set_nudges(rest);
}

void board_reset_pots(void) {} /* their reset pins are tied high */

void board_set_inputs(const int16_t *input_mV) {
  uint8_t port = PORTD & ~(_BV(MUX_A) | _BV(MUX_B));
  if (input_mV[0] > 0) port |= _BV(MUX_A);
  if (input_mV[1] > 0) port |= _BV(MUX_B);
  PORTD = port;
}

void board_set_nudges(const int16_t *nudge_mV) {
  for (uint8_t k = 0; k < OUTPUTS; k++) {
    PORTB &= ~_BV(DAC_SELECT);
    dac_write(k, (uint16_t)(NO_CURRENT_COUNT + nudge_mV[k]));
    PORTB |= _BV(DAC_SELECT);
  }
}

void board_latch(void) {}

/* One step of the two-wire bus; bounded, so that a dead converter cannot hang the board. */
static uint8_t twi(uint8_t control) {
  TWCR = control | _BV(TWINT) | _BV(TWEN);
  for (uint16_t patience = 2000; patience; patience--) {
    if (TWCR & _BV(TWINT)) return TW_STATUS;
  }
  return 0xff;
}

static void twi_stop(void) {
  TWCR = _BV(TWINT) | _BV(TWEN) | _BV(TWSTO);
  for (uint16_t patience = 2000; patience && (TWCR & _BV(TWSTO)); patience--) {
  }
}

static uint8_t twi_write(uint8_t byte) {
  TWDR = byte;
  return twi(0);
}

static int16_t convert(uint8_t channel) {
  twi(_BV(TWSTA));
  if (twi_write(ADC_ADDRESS << 1) != TW_MT_SLA_ACK) board_fault = 1;
  twi_write(0x01);
  twi_write(ADC_CONFIG_HIGH(channel));
  twi_write(ADC_CONFIG_LOW);
  twi_stop();
  wait_us(ADC_CONVERSION_US);
  twi(_BV(TWSTA));
  twi_write(ADC_ADDRESS << 1);
  twi_write(0x00);
  twi(_BV(TWSTA));
  twi_write((ADC_ADDRESS << 1) | 1);
  twi(_BV(TWEA));
  uint8_t high = TWDR;
  twi(0);
  uint8_t low = TWDR;
  twi_stop();
  return (int16_t)(((uint16_t)high << 8) | low);
}

/* A count is 187.5 uV, one and a half eighths of a millivolt. */
int16_t board_read_node(uint8_t node, uint8_t reads) {
  int32_t sum = 0;
  for (uint8_t i = 0; i < reads && !link_stop; i++) sum += convert(node) - ADC_MIDDLE;
  return (int16_t)((3 * sum + (sum < 0 ? -reads : reads)) / (2 * reads));
}

int16_t board_read_middle(void) { return 0; } /* the middle potential is not measured */

void board_write_tap(uint8_t pot, uint8_t tap) {
  select(pot >> 1, 1);
  /* The wiper is tied to B, so resistance falls with the register: the tap counts the other way. */
  pot_write(pot & 1, (uint16_t)(256 - tap));
  select(pot >> 1, 0);
}

void board_connect(uint8_t pair, uint8_t closed) {
  uint8_t tcon = 0xff;
  /* B is tied to the wiper, so only opening terminal A opens the pot. */
  if (!(closed & 1)) tcon &= ~0x04;
  if (!(closed & 2)) tcon &= ~0x40;
  select(pair, 1);
  pot_write(POT_TCON0, 0x100 | tcon);
  select(pair, 0);
}

void board_led(uint8_t on) { (void)on; } /* D13 is the SPI clock: no light of its own */
#endif
