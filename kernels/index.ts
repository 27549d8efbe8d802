export { type HopfieldKernel, hopfieldKernel } from './hopfield.js';
export { builtFile, instantiateKernel, KernelMemory, type KernelOptions, kernelModule } from './load.js';
