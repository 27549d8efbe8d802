// Cells: random numbers by address, pulses, reads, and the policies that turn a wanted change into pulses.
export { normal16, normalsOf16 } from './normal';
export { shortNormal64 } from './short-normal';
export { inStreamOrder, philox16 } from '../shared/philox';
export { pulseCells, shiftCells } from './pulse';
export { ageReads, drawRelaxing, noteWrites } from './age';
export { affineCells, countSaturated, differenceOfCells, noisyReads, readCells } from './read';
export { contrastRows, sharedContrast } from './contrast';
export { accumulateCounts, evenCounts, moveTargets, proportionalCounts, signCounts, verifyCounts } from './policy';
