export { builtFile, instantiateKernel, KernelMemory, type KernelOptions, kernelModule } from './load.js';
