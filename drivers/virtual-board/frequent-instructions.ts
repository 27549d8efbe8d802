import type { CPU } from 'avr8js';

/** Registers in the data space: the stack pointer (low byte first) and the status register. */
const [SPL, SPH, SREG] = [93, 94, 95];

/**
 * Executes an instruction as `avrInstruction` of avr8js does, if it is one of those that make up three fifths of what boards execute and
 * set no flags. They are recognised by their upper four bits; avr8js finds out which one it is by up to a hundred comparisons.
 * @param opcode the word that the program counter points at
 * @returns false, and nothing is done, if it is another one
 */
export function executeFrequent(cpu: CPU, opcode: number): boolean {
  const { data } = cpu;
  const register = (opcode >> 4) & 31;
  let next = cpu.pc + 1;
  let cycles = 1;
  switch (opcode >> 12) {
    case 0x0: // MOVW
      if (opcode >> 8 !== 1) return false;
      data[(opcode >> 3) & 30] = data[(opcode & 15) << 1];
      data[((opcode >> 3) & 30) + 1] = data[((opcode & 15) << 1) + 1];
      break;
    case 0x2: // MOV
      if (opcode < 0x2c00) return false;
      data[register] = data[(opcode & 15) | ((opcode >> 5) & 16)];
      break;
    case 0x9:
      switch (opcode & 0xfe0f) {
        case 0x9000: // LDS
          cpu.cycles++;
          cycles--;
          data[register] = cpu.readData(cpu.progMem[next++]);
          break;
        case 0x900f: {
          // POP
          const pointer = (data[SPL] | (data[SPH] << 8)) + 1;
          data[SPL] = pointer;
          data[SPH] = pointer >> 8;
          data[register] = data[pointer];
          break;
        }
        case 0x920f: {
          // PUSH
          const pointer = data[SPL] | (data[SPH] << 8);
          data[pointer] = data[register];
          data[SPL] = pointer - 1;
          data[SPH] = (pointer - 1) >> 8;
          break;
        }
        default:
          return false;
      }
      cycles++;
      break;
    case 0xb: // IN, OUT
      if (opcode < 0xb800) data[register] = cpu.readData(32 + ((opcode & 15) | ((opcode >> 5) & 48)));
      else cpu.writeData(32 + ((opcode & 15) | ((opcode >> 5) & 48)), data[register]);
      break;
    case 0xc: // RJMP
      next += (opcode & 0x7ff) - (opcode & 0x800);
      cycles = 2;
      break;
    case 0xe: // LDI
      data[(register & 15) + 16] = (opcode & 15) | ((opcode >> 4) & 0xf0);
      break;
    case 0xf: // BRBS, BRBC
      if (opcode >= 0xf800) return false;
      if (((data[SREG] >> (opcode & 7)) & 1) !== ((opcode >> 10) & 1)) {
        next += ((opcode >> 3) & 0x3f) - ((opcode >> 3) & 0x40);
        cycles = 2;
      }
      break;
    default:
      return false;
  }
  cpu.pc = next % cpu.progMem.length;
  cpu.cycles += cycles;
  return true;
}
