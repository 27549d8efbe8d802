#!/usr/bin/env bash
# Proves that the sources build the committed flash images, and runs the firmware's arithmetic on the host.
# Needs avr-gcc, avr-libc, make and a C compiler.
set -eu
cd "$(dirname "$0")"
make --silent clean
make --silent test
make --silent all >/dev/null
for profile in reference xor-nano; do
  if ! cmp "build/$profile.hex" "hex/$profile.hex"; then
    echo "firmware/hex/$profile.hex is not what the sources build with $(avr-gcc --version | head -1); run 'make hex'" >&2
    exit 1
  fi
done
for profile in reference xor-nano; do
  # The ATmega328P has 32 KB of flash and 2 KB of RAM; a fifth of both stays free. Stack: at most 250 bytes; 224 measured by
  # test/integration/board-firmware.test.ts.
  avr-size "build/$profile.elf" | awk -v name="$profile" 'NR == 2 {
    flash = $1 + $2; ram = $2 + $3 + 250;
    printf "%s: flash %d of 26214 bytes, RAM with stack %d of 1638 bytes\n", name, flash, ram;
    exit (flash > 26214 || ram > 1638) }'
done
echo "The sources build the committed images."
