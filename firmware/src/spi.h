/* The SPI bus, mode 0, most significant bit first. */
#ifndef SPI_H
#define SPI_H

#include <avr/io.h>
#include <stdint.h>

static inline void spi_init(void) { SPCR = _BV(SPE) | _BV(MSTR); }
/* 8 MHz: potentiometers and DACs. */
static inline void spi_fast(void) {
  SPCR = _BV(SPE) | _BV(MSTR);
  SPSR = _BV(SPI2X);
}
/* 2 MHz: the most that an MCP3208 takes at 5 V. */
static inline void spi_slow(void) {
  SPCR = _BV(SPE) | _BV(MSTR) | _BV(SPR0);
  SPSR = _BV(SPI2X);
}
static inline uint8_t spi_byte(uint8_t out) {
  SPDR = out;
  while (!(SPSR & _BV(SPIF))) {
  }
  return SPDR;
}

/* Words of the MCP43xx and MCP42xx potentiometers: 4 bits of register, 2 of command (00 write), 10 of data. */
static inline void pot_write(uint8_t reg, uint16_t value) {
  spi_byte((uint8_t)(reg << 4) | (uint8_t)(value >> 8));
  spi_byte((uint8_t)value);
}
#define POT_TCON0 0x4
#define POT_TCON1 0xa

/* MCP4822: bit 15 channel B, bit 13 = 0 gain 2 (1 mV a count), bit 12 = 1 on. */
static inline void dac_write(uint8_t channel_b, uint16_t count) {
  spi_byte((channel_b ? 0x90 : 0x10) | (uint8_t)(count >> 8));
  spi_byte((uint8_t)count);
}

#endif
