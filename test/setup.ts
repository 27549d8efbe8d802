import { afterAll } from 'vitest';
import { removeScratch, scratch } from './scratch.js';

// Boards that tests hold are no other program's to stop.
process.env.OHMPROP_LINES = scratch('held-lines');
process.env.OHMPROP_LAB = scratch('lab');
// Reports of runs hold pictures that few tests look at: small ones take a fifth of the time.
process.env.OHMPROP_PNG_DPI = '30';

// before every test file, so that it runs last of all
afterAll(removeScratch);
