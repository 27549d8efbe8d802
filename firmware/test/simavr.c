/*
 * A second opinion on the firmware: plays a transcript (lines "> hex" to the board, "< hex" from it) to an image in simavr
 * and compares every byte. Needs libsimavr-dev and libelf-dev: make simavr. Converters are absent; whatever the bus reads are the
 * bytes of one generator, the same as in record-session.mjs.
 */
#include <simavr/avr_eeprom.h>
#include <simavr/avr_spi.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t got[100000];
static int got_count, xon = 1;

static void on_byte(struct avr_irq_t *irq, uint32_t value, void *param) {
  (void)irq, (void)param;
  got[got_count++] = (uint8_t)value;
}
static void on_xon(struct avr_irq_t *irq, uint32_t value, void *param) {
  (void)irq, (void)value, (void)param;
  xon = 1;
}
static void on_xoff(struct avr_irq_t *irq, uint32_t value, void *param) {
  (void)irq, (void)value, (void)param;
  xon = 0;
}

static avr_irq_t *bus;
static void on_transfer(struct avr_irq_t *irq, uint32_t value, void *param) {
  static uint32_t noise = 1;
  (void)irq, (void)value, (void)param;
  noise = noise * 1103515245u + 12345u;
  avr_raise_irq(bus + SPI_IRQ_INPUT, noise >> 24);
}

static void run_for(avr_t *avr, uint64_t cycles) {
  uint64_t end = avr->cycle + cycles;
  while (avr->cycle < end) avr_run(avr);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  elf_firmware_t image;
  memset(&image, 0, sizeof image);
  if (elf_read_firmware(argv[1], &image)) return 2;
  avr_t *avr = avr_make_mcu_by_name("atmega328p");
  if (!avr) return 2;
  avr_init(avr);
  avr->frequency = 16000000;
  avr_load_firmware(avr, &image);
  uint32_t flags = 0;
  avr_ioctl(avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
  flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POOL_SLEEP);
  avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
  avr_irq_t *uart = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), 0);
  avr_irq_register_notify(uart + UART_IRQ_OUTPUT, on_byte, 0);
  avr_irq_register_notify(uart + UART_IRQ_OUT_XON, on_xon, 0);
  avr_irq_register_notify(uart + UART_IRQ_OUT_XOFF, on_xoff, 0);
  bus = avr_io_getirq(avr, AVR_IOCTL_SPI_GETIRQ(0), 0);
  avr_irq_register_notify(bus + SPI_IRQ_OUTPUT, on_transfer, 0);
  uint8_t serial[8] = "V0000001";
  avr_eeprom_desc_t name = {.ee = serial, .offset = 8, .size = 8};
  avr_ioctl(avr, AVR_IOCTL_EEPROM_SET, &name);

  /* The session begins with a board that has started and said so. */
  run_for(avr, 4000000);
  got_count = 0;
  FILE *file = fopen(argv[2], "r");
  if (!file) return 2;
  static char line[4000];
  int number = 0, checked = 0, compared = 0;
  while (fgets(line, sizeof line, file)) {
    number++;
    if (line[0] != '>' && line[0] != '<') continue;
    for (char *at = line + 2; at[0] > ' ' && at[1] > ' '; at += 2) {
      char pair[3] = {at[0], at[1], 0};
      uint8_t byte = (uint8_t)strtoul(pair, 0, 16);
      if (line[0] == '>') {
        while (!xon) avr_run(avr);
        avr_raise_irq(uart + UART_IRQ_INPUT, byte);
        run_for(avr, 320);
        continue;
      }
      for (int patience = 0; checked >= got_count && patience < 16000000; patience++) avr_run(avr);
      if (checked >= got_count || got[checked] != byte) {
        printf("%s:%d: byte %d should be %02x, simavr gives %d\n", argv[2], number, checked, byte,
               checked < got_count ? got[checked] : -1);
        return 1;
      }
      checked++;
      compared++;
    }
  }
  printf("simavr: %d bytes of the board as recorded\n", compared);
  return compared < 500;
}
