export { NgspiceEngine, type NgspiceResult } from './ngspice-engine.js';
